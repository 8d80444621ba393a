"""Named cases of what is asked of a person: which records stay apart, and which pairs of them wait for a word."""

import pytest
from inventory_builder import File, groups, key, places, take

from muster.phases.asset_inventory.decisions import InventoryDecision
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules

ONE = "421c7a6b-0102-0304-0506-0708090a0b0c"
TWO = "52bc1111-2222-3333-4444-555566667777"
IP, OTHER = ["10.0.0.1"], ["10.0.0.2"]


def host(name: str, **more: object) -> dict[str, object]:
    return {"name": name, **more}


def machines(*rows: dict[str, object]) -> File:
    """What a hypervisor exports."""
    return File("vc", rows, source="vc", record_kind="virtual_machine")


def hardware(**more: object) -> dict[str, object]:
    return host("db7", is_virtual=False, serial_number="T3XKZ41", ip_address=IP, **more)


def questions(
    files: list[File], decisions: tuple[InventoryDecision, ...] = (), rules: Rules = AS_THEY_COME
) -> set[str]:
    """Every pair that waits, as "record ? rival by rule"."""
    found = take(files, decisions, rules)
    name = places(files, found)
    pairs = found.reviews.select("record_id", "rival_record_id", "rule").iter_rows()
    return {f"{name[one]} ? {name[other]} by {rule}" for one, other, rule in pairs}


CASES: dict[str, tuple[list[File], list[str], set[str]]] = {
    "a list has as hardware what a hypervisor has under its name and at its address": (
        [File("list", [hardware()], source="list"), machines(host("db7", uuid=ONE, ip_address=IP))],
        ["list/1", "vc/1"],
        {"vc/1 ? list/1 by host_address"},
    ),
    "a record of that name and address may be either, and both may be one": (
        [
            File("list", [hardware()], source="list"),
            machines(host("db7", uuid=ONE, ip_address=IP)),
            File("mon", [host("db7", ip_address=IP)], source="mon"),
        ],
        ["list/1", "vc/1", "mon/1"],
        {
            "vc/1 ? list/1 by host_address",
            *(f"mon/1 ? {rival} by {rule}" for rival in ("list/1", "vc/1") for rule in ("host_address", "name")),
        },
    ),
    "hardware of that name at another address is the machine before": (
        [File("list", [hardware()], source="list"), machines(host("db7", uuid=ONE, ip_address=OTHER))],
        ["list/1", "vc/1"],
        set(),
    ),
    "hardware of that name and a machine of which nobody says an address": (
        [File("list", [hardware()], source="list"), machines(host("db7", uuid=ONE))],
        ["list/1", "vc/1"],
        {"vc/1 ? list/1 by name"},
    ),
    "a list that has the machine before as retired knows that they are two": (
        [
            File(
                "cmdb",
                [hardware(lifecycle_status="retired", source_id="CI0001"), host("db7", ip_address=IP, uuid=ONE)],
                source="cmdb",
            ),
            machines(host("db7", uuid=ONE, ip_address=IP)),
        ],
        ["cmdb/1", "cmdb/2 vc/1"],
        set(),
    ),
    "two serial numbers of one name at one address, in two lists and in one": (
        [
            File("a", [host("web1", serial_number="ABC1234", ip_address=IP)], source="a"),
            File("b", [host("web1", serial_number="ABC1243", ip_address=IP)], source="b"),
            File("c", [host("web2", uuid=uuid, ip_address=OTHER) for uuid in (ONE, TWO)], source="c"),
        ],
        ["a/1", "b/1", "c/1", "c/2"],
        {"b/1 ? a/1 by host_address", "c/2 ? c/1 by host_address"},
    ),
    "a row of an address alone may be of either of two machines, not of one that is gone": (
        [
            machines(host("web1", uuid=ONE, ip_address=IP), host("old1", uuid=TWO, ip_address=IP, power_state="off")),
            File(
                "list",
                [host("web2", ip_address=IP), host("web3", ip_address=IP, lifecycle_status="retired")],
                source="list",
            ),
            File("scan", [{"ip_address": IP}], source="scan"),
        ],
        ["vc/1", "vc/2", "list/1", "list/2", "scan/1"],
        {"scan/1 ? vc/1 by address", "scan/1 ? list/1 by address"},
    ),
    "two rows of an address alone that say the same are one question": (
        [
            machines(host("web1", uuid=ONE, ip_address=IP)),
            File("list", [host("web2", ip_address=IP)], source="list"),
            File("scan", [{"ip_address": IP}], source="scan"),
            File("mon", [host("10.0.0.1")], source="mon"),
        ],
        ["vc/1", "list/1", "scan/1 mon/1"],
        {"mon/1 ? vc/1 by address", "mon/1 ? list/1 by address"},
    ),
    "an address and a system may be those of a machine of that system, for certain of none": (
        [
            machines(host("web1", uuid=ONE, ip_address=IP, os_name="RHEL 7")),
            File("cmdb", [host("web1", ip_address=OTHER)], source="cmdb"),
            File("scan", [{"ip_address": IP, "os_name": "RHEL 7"}], source="scan"),
            File("old", [{"ip_address": IP, "os_name": "Windows Server 2012"}], source="old"),
        ],
        ["vc/1 cmdb/1", "scan/1", "old/1"],
        {"scan/1 ? vc/1 by address"},
    ),
    "what five machines claim tells nothing": (
        [
            File("list", [host(f"web{n}", ip_address=IP) for n in range(5)], source="list"),
            File("scan", [{"ip_address": IP}], source="scan"),
        ],
        [*(f"list/{n}" for n in range(1, 6)), "scan/1"],
        set(),
    ),
    "two rows of a list that differ in their environment": (
        [File("list", [host("web1", environment="production"), host("web1", environment="test")], source="list")],
        ["list/1", "list/2"],
        {"list/2 ? list/1 by name"},
    ),
    "two environments at two addresses are two, at one address one": (
        [
            File(
                "list",
                [
                    *(
                        host("web1", environment=word, ip_address=ip)
                        for word, ip in (("production", IP), ("test", OTHER))
                    ),
                    *(host("web2", environment=word, ip_address=IP) for word in ("production", "test")),
                ],
                source="list",
            )
        ],
        ["list/1", "list/2", "list/3 list/4"],
        set(),
    ),
    "which of a list's two a machine is, its environment tells, else nobody": (
        [
            File(
                "list",
                [host(name, environment=word) for name in ("web1", "web2") for word in ("production", "test")],
                source="list",
            ),
            machines(host("web1", uuid=ONE, environment="test"), host("web2", uuid=TWO)),
        ],
        ["list/1", "list/2 vc/1", "list/3", "list/4", "vc/2"],
        {"list/1 ? list/2 by name", "list/3 ? vc/2 by name", "list/4 ? vc/2 by name"},
    ),
    "which of a list's two a machine is, its system tells, in whatever order they stand": (
        [
            File("list", [host("web1", os_name=name) for name in ("Windows Server 2019", "RHEL 8")], source="list"),
            machines(host("web1", uuid=ONE, os_name="Red Hat Enterprise Linux 8")),
        ],
        ["list/1", "list/2 vc/1"],
        set(),
    ),
    "a machine may be either of two with numbers": (
        [
            File("list", [host("web1", serial_number=number) for number in ("ABC1234", "XYZ9876")], source="list"),
            File("agent", [host("web1", uuid=ONE)], source="agent"),
        ],
        ["list/1", "list/2", "agent/1"],
        {"agent/1 ? list/1 by name", "agent/1 ? list/2 by name"},
    ),
    "what a list calls retired at the name and address of a machine that runs": (
        [
            File("cmdb", [host("web1", lifecycle_status="retired", ip_address=IP)], source="cmdb"),
            machines(host("web1", uuid=ONE, ip_address=IP, power_state="on")),
        ],
        ["cmdb/1", "vc/1"],
        {"vc/1 ? cmdb/1 by host_address"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_stays_apart_is_asked_about(case):
    files, apart, asked = CASES[case]
    assert groups(files) == {frozenset(group.split()) for group in apart}
    assert questions(files) == asked


def test_what_a_person_said_is_not_asked_again_and_a_rule_that_is_off_asks_nothing():
    files, _, asked = CASES["a list has as hardware what a hypervisor has under its name and at its address"]
    split = InventoryDecision("split", (key("list", 1),), (key("vc", 1),), number=1)
    merge = InventoryDecision("merge", (key("list", 1),), (key("vc", 1),), number=2)
    assert questions(files, (split,)) == questions(files, (split, merge)) == set()
    assert groups(files, (split, merge)) == {frozenset({"list/1", "vc/1"})}
    assert questions(files, rules=Rules(off=frozenset({"host_address"}))) == {"vc/1 ? list/1 by name"}
    assert questions(files, rules=Rules(off=frozenset({"host_address", "name"}))) == set()
    assert questions(files[::-1]) == asked


def test_a_question_says_that_one_is_hardware_and_the_other_virtual():
    files, _, _ = CASES["a list has as hardware what a hypervisor has under its name and at its address"]
    assert take(files).reviews.select("score", "agrees", "contradicts").rows() == [
        (0.667, ["ip_address"], ["is_virtual"]),
    ]  # fmt: skip
