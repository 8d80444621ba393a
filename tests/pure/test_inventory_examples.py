"""Named cases of identity: what is one asset and what is not, as sets of "file/row"."""

from datetime import date, datetime

import polars as pl
import pytest
from inventory_builder import File, groups, key, take

from muster.phases.asset_inventory.decisions import InventoryDecision, decision_of

ONE = "421c7a6b-0102-0304-0506-0708090a0b0c"
SWAPPED = "6b7a1c42-0201-0403-0506-0708090a0b0c"
VMWARE = "VMware-42 1c 7a 6b 01 02 03 04-05 06 07 08 09 0a 0b 0c"
TWO = "52bc1111-2222-3333-4444-555566667777"
LONG_AGO, LATELY = datetime.fromisoformat("2024-02-01"), datetime.fromisoformat("2026-05-01")


def host(name: str, **more: object) -> dict[str, object]:
    return {"name": name, **more}


def entry(number: str, **more: object) -> dict[str, object]:
    facts = {"model": "R740", "assigned_user": "Ann", "location": "London", "purchase_date": date(2022, 4, 8)}
    return {"source_id": number, "asset_type": "server", **facts, **more}


def three_lists_of_sixty_serials() -> list[File]:
    """115 things, 60 serial numbers: every list numbers from the same start."""
    lists = (("computers", "Computer", 60), ("monitors", "Monitor", 30), ("printers", "Printer", 25))
    return [
        File(
            name,
            [
                host(f"{word}-{n:03}", serial_number=f"567DFG{n:03}", manufacturer="Dell", model=f"{word} {n}")
                for n in range(size)
            ],
            record_kind="other",
            source=name,
        )
        for name, word, size in lists
    ]


CASES: dict[str, tuple[list[File], list[str]]] = {
    "a clone keeps the UUID of its template and is another machine": (
        [
            File(
                "vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"]), host("web2", uuid=ONE, ip_address=["10.0.0.2"])]
            ),
            File("cmdb", [host("WEB2", uuid=ONE)], source="cmdb"),
        ],
        ["vc/1", "vc/2 cmdb/1"],
    ),
    "a clone that two tools see with other addresses is another machine": (
        [
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"], mac_address=["00:50:56:00:00:01"])]),
            File(
                "agent",
                [host("app7", uuid=ONE, ip_address=["10.0.0.2"], mac_address=["00:50:56:00:00:02"])],
                source="b",
            ),
        ],
        ["vc/1", "agent/1"],
    ),
    "a shared name and card do not make one of what a list numbers twice": (
        [
            File(
                "cloud",
                [
                    host("/dev/sda1", source_id="i-0a1", mac_address=["0a:12:11:11:11:11"], ip_address=["10.0.0.1"]),
                    host("/dev/sda1", source_id="i-0b2", mac_address=["0a:12:11:11:11:11"], ip_address=["10.0.0.2"]),
                ],
            ),
        ],
        ["cloud/1", "cloud/2"],
    ),
    "one serial number under two numbers of one list is one machine listed twice": (
        [
            File(
                "cmdb",
                [
                    host("web1", source_id="7f01", serial_number="ABC1234", manufacturer="Dell"),
                    host("web1", source_id="7f02", serial_number="ABC1234", manufacturer="Dell"),
                ],
            ),
        ],
        ["cmdb/1 cmdb/2"],
    ),
    "one name with two serial numbers is two machines": (
        [
            File("a", [host("web1", serial_number="ABC1234")]),
            File("b", [host("web1", serial_number="XYZ9876")], source="b"),
        ],
        ["a/1", "b/1"],
    ),
    "a renamed machine keeps its UUID": (
        [File("jan", [host("web1", uuid=ONE)]), File("feb", [host("shop1", uuid=ONE)])],
        ["jan/1 feb/1"],
    ),
    "a renamed machine keeps its maker's serial number": (
        [
            File("jan", [host("web1", serial_number="ABC1234", manufacturer="Dell Inc.")]),
            File("feb", [host("shop1", serial_number="abc-1234", manufacturer="DELL")], source="b"),
        ],
        ["jan/1 feb/1"],
    ),
    "a renamed record keeps its number in its own tool": (
        [File("jan", [host("web1", source_id="CI0001")]), File("feb", [host("shop1", source_id="CI0001")])],
        ["jan/1 feb/1"],
    ),
    "a row counter is no identity": (
        [File("jan", [host("web1", source_id="1")]), File("feb", [host("shop1", source_id="1")])],
        ["jan/1", "feb/1"],
    ),
    "the number of one tool means nothing in another": (
        [File("a", [host("web1", source_id="CI0001")]), File("b", [host("shop1", source_id="CI0001")], source="b")],
        ["a/1", "b/1"],
    ),
    "a machine at a new address keeps its name": (
        [
            File("a", [host("web1", ip_address=["10.0.0.1"])]),
            File("b", [host("WEB1", ip_address=["10.0.0.9"])], source="b"),
        ],
        ["a/1 b/1"],
    ),
    "web1 is not web10": (
        [File("a", [host("web1"), host("web10")]), File("b", [host("web10"), host("web1")], source="b")],
        ["a/1 b/2", "a/2 b/1"],
    ),
    "web1 and web10 at one address are two machines": (
        [
            File("a", [host("frontweb1", ip_address=["10.0.0.1"])]),
            File("b", [host("frontweb10", ip_address=["10.0.0.1"])], source="b"),
        ],
        ["a/1", "b/1"],
    ),
    "a row twice in one file is one asset": (
        [File("a", [host("web1", ip_address=["10.0.0.1"]), host("WEB1 ", ip_address=["10.0.0.1"]), host("web2")])],
        ["a/1 a/2", "a/3"],
    ),
    "one short name in two domains is two machines, and the name alone goes to neither": (
        [
            File("dns", [host("web1.a.example"), host("web1.b.example")]),
            File("list", [host("web1")], source="b"),
            File("agent", [host("web1.b.example", uuid=ONE)], source="c"),
        ],
        ["dns/1", "dns/2 agent/1", "list/1"],
    ),
    "a junk value is no serial number": (
        [
            File("a", [host("web1", serial_number="To be filled by O.E.M."), host("web2", serial_number="0")]),
            File("b", [host("web3", serial_number="To Be Filled By O.E.M.")], source="b"),
        ],
        ["a/1", "a/2", "b/1"],
    ),
    "a UUID in the other byte order is the same UUID": (
        [File("a", [host("web1", uuid=ONE)]), File("b", [host("web-one", uuid=SWAPPED.upper())], source="b")],
        ["a/1 b/1"],
    ),
    "VMware writes its UUID as a serial number": (
        [
            File("a", [host("web1", uuid=ONE)]),
            File("b", [host("web-one", serial_number=VMWARE)], source="b"),
        ],
        ["a/1 b/1"],
    ),
    "a retired machine never joins a live one by name alone": (
        [
            File("a", [host("web1", lifecycle_status="retired")]),
            File("b", [host("web1", lifecycle_status="operational")], source="b"),
        ],
        ["a/1", "b/1"],
    ),
    "a bare name goes to the live one of two": (
        [
            File("a", [host("web1", uuid=ONE, lifecycle_status="retired"), host("web1", uuid=TWO)]),
            File("b", [host("web1")], source="b"),
        ],
        ["a/1", "a/2 b/1"],
    ),
    "two numbers in one list are two things of one name": (
        [File("a", [host("web1", source_id="CI0001"), host("web1", source_id="CI0002")])],
        ["a/1", "a/2"],
    ),
    "an application named like a server stays an application": (
        [File("a", [host("crm")]), File("b", [host("CRM")], record_kind="application", source="b")],
        ["a/1", "b/1"],
    ),
    "case and blanks do not make two applications": (
        [
            File("a", [host("Pay Roll")], record_kind="application"),
            File("b", [{"application_name": "payroll "}], record_kind="application", source="b"),
        ],
        ["a/1 b/1"],
    ),
    "one application of a portfolio may bear the name of another with its own number": (
        [
            File(
                "a",
                [host("Portal", application_id="APP-001"), host("portal", application_id="APP-002")],
                record_kind="application",
            )
        ],
        ["a/1", "a/2"],
    ),
    "databases of one name on two machines are two": (
        [
            File(
                "a",
                [{"database_name": "orders", "hostname": "db1"}, {"database_name": "orders", "hostname": "db2"}],
                record_kind="database",
            )
        ],
        ["a/1", "a/2"],
    ),
    "a weak link does not chain two machines that know different UUIDs": (
        [
            File("a", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])]),
            File("b", [host("web1", ip_address=["10.0.0.1", "10.0.0.2"])], source="b"),
            File("c", [host("web1", uuid=TWO, ip_address=["10.0.0.2"])], source="c"),
        ],
        ["a/1 b/1", "c/1"],
    ),
    "disks and adapters of a workbook belong to the machine of their name there": (
        [
            File("rv", [host("web1", uuid=ONE), host("web2", uuid=TWO)], record_kind="virtual_machine", table="vInfo"),
            File(
                "rv",
                [host("web1", serial_number="DISK-1"), host("web1"), host("web2")],
                record_kind="disk",
                table="vDisk",
            ),
            File("other", [host("web1", uuid="99999999-2222-3333-4444-000000000001")], source="b"),
        ],
        ["rv.vInfo/1 rv.vDisk/1 rv.vDisk/2", "rv.vInfo/2 rv.vDisk/3", "other/1"],
    ),
    "parts of a machine that nothing else lists make one asset of it": (
        [File("parts", [host("web9"), host("WEB9"), host("web8")], record_kind="disk")],
        ["parts/1 parts/2", "parts/3"],
    ),
    "a row counts once however often its file is imported": (
        [
            File("a", [host("web1"), host("web1", source_id="CI0001")]),
            File("a", [host("web1"), host("web1", source_id="CI0001")]),
        ],
        ["a/1 a/2"],
    ),
    "a mistyped name at the same address is the same machine": (
        [
            File("a", [host("crmapp01", ip_address=["10.0.0.1"])]),
            File("b", [host("crmaap01"), host("crmpap01", ip_address=["10.0.0.1"])], source="b"),
        ],
        ["a/1 b/2", "b/1"],
    ),
    "a clone without an address bears its template's name with more at its end": (
        [
            File("vc", [host("web1", uuid=ONE)]),
            File("cmdb", [host("web1-c0", serial_number=VMWARE)], source="cmdb"),
        ],
        ["vc/1", "cmdb/1"],
    ),
    "a clone whose longer name was cut off is not its template": (
        [
            File("vc", [host("fraportalsrvt47", uuid=ONE, mac_address=["00:50:56:00:00:01"], ip_address=["10.0.0.1"])]),
            File(
                "agent",
                [host("FRAPORTALSRVT47", uuid=ONE, mac_address=["00:50:56:00:00:02"], ip_address=["10.0.0.2"])],
                source="b",
            ),
        ],
        ["vc/1", "agent/1"],
    ),
    "a name cut off is no second name where the whole one is known": (
        [
            File(
                "agent",
                [{"name": "lon-doc-db-prod", "fqdn": "lon-doc-db-prod-009b.a.example", "ip_address": ["10.0.0.9"]}],
            ),
            File("dns", [host("lon-doc-db-prod-0093-vip", ip_address=["10.0.0.9"])], source="b"),
        ],
        ["agent/1", "dns/1"],
    ),
    "a host name cut off is no other host than the whole one in its row": (
        [
            File("vc", [host("lon-doc-warehouse", uuid=ONE), host("lon-doc-warehouse2", uuid=TWO)]),
            File("scan", [{"name": "lon-doc-warehouse.a.example", "hostname": "lon-doc-warehou"}], source="b"),
        ],
        ["vc/1 scan/1", "vc/2"],
    ),
    "a full name that a list gives to two rows of other names is the name of neither": (
        [File("list", [host("server6", fqdn="server6.a.example"), host("server8", fqdn="server6.a.example")])],
        ["list/1", "list/2"],
    ),
    "the virtual address of a cluster is one thing, whatever a tool takes it for": (
        [
            File("cmdb", [host("web1-vip", asset_type="cluster", ip_address=["10.0.0.7"])]),
            File("scan", [{"hostname": "web1-vip.a.example", "ip_address": ["10.0.0.7"]}], source="b"),
        ],
        ["cmdb/1 scan/1"],
    ),
    "two tools at one address and two at another speak of two machines": (
        [
            File("cmdb", [host("web1", serial_number="ABC1234", ip_address=["10.0.0.1"])]),
            File("scan", [host("web1", ip_address=["10.0.0.1"])], source="b"),
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.2"])], source="c"),
            File("mon", [host("web1", ip_address=["10.0.0.2"])], source="d"),
        ],
        ["cmdb/1 scan/1", "vc/1 mon/1"],
    ),
    "another card at another address is another machine of the same name": (
        [
            File("a", [host("web1", mac_address=["3c:ec:ef:00:00:01"], ip_address=["10.0.0.1"])]),
            File("b", [host("web1", mac_address=["3c:ec:ef:00:00:02"], ip_address=["10.0.0.2"])], source="b"),
        ],
        ["a/1", "b/1"],
    ),
    "of two machines of one name the environment tells which is meant": (
        [
            File("dns", [host("web1.a.example", environment="production"), host("web1.b.example", environment="test")]),
            File("list", [host("web1", environment="test")], source="b"),
        ],
        ["dns/1", "dns/2 list/1"],
    ),
    "a list names a thing once, so its second row of a name is the other machine": (
        [
            File(
                "dns",
                [host("web1.a.example", ip_address=["10.0.0.1"]), host("web1.b.example", ip_address=["10.0.0.2"])],
            ),
            File("list", [host("web1", ip_address=["10.0.0.1"]), host("web1")], source="b"),
        ],
        ["dns/1 list/1", "dns/2 list/2"],
    ),
    "two letters that changed places in a name alone, of the one machine it can mean": (
        [
            File("vc", [host("crmapp01", uuid=ONE), host("crmweb12", uuid=TWO)]),
            File("list", [host("crmpap01"), host("crmweb21")], source="b"),
        ],
        ["vc/1 list/1", "vc/2", "list/2"],
    ),
    "the first two letters are swapped like others": (
        [File("vc", [host("crmweb12", uuid=ONE)]), File("list", [host("rcmweb12")], source="b")],
        ["vc/1 list/1"],
    ),
    "a letter lost in a name alone, of the one machine it can mean": (
        [
            File("vc", [host("londocweb1", uuid=ONE), host("parcrmapp7", uuid=TWO)]),
            File("list", [host("londcweb1"), host("parcrrmapp7")], source="b"),
        ],
        ["vc/1 list/1", "vc/2 list/2"],
    ),
    "a letter more at the edge of a word is a code, no mistake": (
        [
            File("vc", [host("lonappp07", uuid=ONE), host("lonsqlt-1", uuid=TWO)]),
            File("list", [host("lonapp07"), host("lonsql-1")], source="b"),
        ],
        ["vc/1", "vc/2", "list/1", "list/2"],
    ),
    "a mistyped name that two machines are close to is nobody's": (
        [File("vc", [host("londocweb1", uuid=ONE), host("londscweb1", uuid=TWO)]), File("b", [host("londcweb1")])],
        ["vc/1", "vc/2", "b/1"],
    ),
    "a mistyped name of another environment is another machine": (
        [
            File("vc", [host("londocweb1", uuid=ONE, environment="production")]),
            File("list", [host("londcweb1", environment="test")], source="b"),
        ],
        ["vc/1", "list/1"],
    ),
    "what contradicts the one machine of a name is another, so a name alone may mean either": (
        [
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])]),
            File("mon", [host("web1", ip_address=["10.0.0.1"]), host("web1", ip_address=["10.0.0.2"])], source="b"),
            File("list", [host("web1")], source="c"),
        ],
        ["vc/1 mon/1", "mon/2", "list/1"],
    ),
    "a list that has a name twice may know both of what stands at two addresses": (
        [
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])]),
            File("mon", [host("web1", ip_address=["10.0.0.2"])], source="b"),
            File("list", [host("web1"), host("WEB1")], source="c"),
        ],
        ["vc/1", "mon/1", "list/1", "list/2"],
    ),
    "what is said of a machine behind its name is no part of the name": (
        [
            File("vc", [host("web-01", uuid=ONE), host("web-02", uuid=TWO), host("web-03"), host("web-04")]),
            File(
                "list",
                [host("WEB-01 (Intranet) [Linux]"), host("web-02 - Shop"), host("web-03 (old)"), host("web-04 (2)")],
                source="b",
            ),
        ],
        ["vc/1 list/1", "vc/2 list/2", "vc/3", "list/3", "vc/4", "list/4"],
    ),
    "a row about a part that gives a full host name belongs to the machine that lists call so": (
        [
            File("a", [{"name": "web1", "serial_number": "CZ1000A1"}, {"name": "web2", "serial_number": "CZ1000A2"}]),
            File("b", [{"name": "WEB1", "serial_number": "CZ1000A1"}], source="b"),
            File(
                "dhcp",
                [{"hostname": "web1.corp.example", "mac_address": ["00:50:56:00:00:01"]}],
                source="c",
                record_kind="network_interface",
            ),
        ],
        ["a/1 b/1 dhcp/1", "a/2"],
    ),
    "a card goes to the one of two machines of a name that has it": (
        [
            File("a", [host("web1", serial_number="CZ1000A1", mac_address=["00:50:56:00:00:01"])]),
            File("b", [host("web1", serial_number="CZ1000B1")], source="b"),
            File(
                "dhcp", [host("web1", mac_address=["00:50:56:00:00:01"])], source="c", record_kind="network_interface"
            ),
        ],
        ["a/1 dhcp/1", "b/1"],
    ),
    "a name alone does not join machines of different network cards": (
        [
            File("vc", [host("web1", uuid=ONE, mac_address=["00:50:56:00:00:01"])]),
            File("cmdb", [host("web1", mac_address=["00:50:56:00:00:02"])], source="b"),
        ],
        ["vc/1", "cmdb/1"],
    ),
    "an address that a cluster has alone is not its node's": (
        [
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1", "10.0.0.9"])]),
            File("agent", [host("web1", uuid=ONE, ip_address=["10.0.0.1", "10.0.0.9"])], source="b"),
            File("cmdb", [host("web-vip", ip_address=["10.0.0.9"])], source="c"),
            File("mon", [host("10.0.0.9")], source="d"),
        ],
        ["vc/1 agent/1", "cmdb/1", "mon/1"],
    ),
    "two versions of a list, whatever each is called: an own id, a model, a holder and a place or a day": (
        [
            File("v1", [entry("A-1"), entry("A-2", assigned_user="Bob"), entry("A-3")], source="assets"),
            File("v2", [entry("A-1"), entry("A-2", assigned_user="Cy")], source="assets cleaned"),
            File("other", [entry("A-1", model="R750"), {"source_id": "A-3"}], source="another tool"),
        ],
        ["v1/1 v2/1", "v1/2 v2/2", "v1/3", "other/1", "other/2"],
    ),
    "an id and facts that another kind of thing has are another thing": (
        [
            File("v1", [entry("A-1")], source="a"),
            File("v2", [entry("A-1", asset_type="switch")], source="b"),
            File("v3", [entry("A-1", ip_address=["10.0.0.1"])], source="c"),
            File("v4", [entry("A-1", ip_address=["10.0.0.2"])], source="d"),
        ],
        ["v1/1 v3/1", "v2/1", "v4/1"],
    ),
    "names of the same letters in one list are two things": (
        [File("list", [host("crmapp01"), host("crmpap01")]), File("vc", [host("crmapp01", uuid=ONE)], source="b")],
        ["list/1 vc/1", "list/2"],
    ),
    "two numbers swapped in a name at one address are a mistake": (
        [
            File("a", [host("crmweb12", ip_address=["10.0.0.1"])]),
            File("b", [host("crmweb21", ip_address=["10.0.0.1"])], source="b"),
        ],
        ["a/1 b/1"],
    ),
    "an address is that of the machine of which two tools say so": (
        [
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])]),
            File("dns", [host("web1", ip_address=["10.0.0.1"])], source="b"),
            File("old", [host("web7", ip_address=["10.0.0.1"])], source="c"),
            File("mon", [host("10.0.0.1")], source="d"),
        ],
        ["vc/1 dns/1 mon/1", "old/1"],
    ),
    "of two machines of one name the operating system tells which is meant": (
        [
            File("dns", [host("web1.a.example", os_name="Ubuntu 22.04"), host("web1.b.example", os_name="AIX 7.2")]),
            File("rv", [host("web1", os_name="Debian 10 (64-bit)")], source="b"),
            File("list", [host("web1", os_name="Linux")], source="c"),
        ],
        ["dns/1 rv/1 list/1", "dns/2"],
    ),
    "another operating system at another address is another machine, at either alone it is the same one": (
        [
            File("vc", [host(name, os_name="Windows Server 2019", ip_address=["10.0.0.1"]) for name in ("a7", "b7")]),
            File("list", [host("a7", os_name="SLES 15", ip_address=["10.0.0.2"]), host("b7", os_name="Linux")]),
            File("mon", [host("b7", ip_address=["10.0.0.3"])], source="c"),
        ],
        ["vc/1", "vc/2 list/2 mon/1", "list/1"],
    ),
    "two rows of a list with two operating systems are two machines of one name": (
        [
            File(
                "list",
                [host("web1", os_name="Windows Server 2019"), host("web1", os_name="RHEL 8")],
            )
        ],
        ["list/1", "list/2"],
    ),
    "one name at one address is one machine in whatever domain, unless a list has both": (
        [
            File(
                "ad", [host("web1.corp.local", ip_address=["10.0.0.1"]), host("web2.a.local", ip_address=["10.0.0.2"])]
            ),
            File("dns", [host("web1.corp.example", ip_address=["10.0.0.1"])], source="b"),
            File("mon", [host("web1", ip_address=["10.0.0.1"])], source="c"),
            File(
                "ipam", [host(f"web2.{word}", ip_address=["10.0.0.2"]) for word in ("a.local", "b.local")], source="d"
            ),
        ],
        ["ad/1 dns/1 mon/1", "ad/2 ipam/1", "ipam/2"],
    ),
    "a name cut off in the middle of a word is cut off, whatever domain stands behind it": (
        [
            File("vc", [host("lon-crm-app-prod-0029", uuid=ONE, ip_address=["10.0.0.1"])]),
            File("scan", [{"hostname": "lon-crm-app-pro.a.example", "ip_address": ["10.0.0.1"]}], source="b"),
        ],
        ["vc/1 scan/1"],
    ),
    "a name without its dashes, or without its zeros, of the one machine it can mean": (
        [
            File("vc", [host("SRV-CRM-022", uuid=ONE), host("lx-web-1-1", uuid=TWO), host("lonsap01")]),
            File("list", [host("srvcrm022"), host("lx-web-11"), host("LONSAP1")], source="b"),
            File("mon", [host("srv-crm-2"), host("lonsap10")], source="c"),
        ],
        ["vc/1 list/1", "vc/2", "vc/3 list/3", "list/2", "mon/1", "mon/2"],
    ),
    "a letter and a figure that changed places in a name alone": (
        [File("vc", [host("sydsapmqp05", uuid=ONE)]), File("list", [host("SYDSAPMQ0P5")], source="b")],
        ["vc/1 list/1"],
    ),
    "a label before a serial number, and zeros that a spreadsheet took, are no part of it": (
        [
            File("a", [host("web1", serial_number="S/N: czj1234", manufacturer="HP")]),
            File("b", [host("shop1", serial_number="CZJ1234", manufacturer="HPE")], source="b"),
            File("c", [host("pay1", serial_number="2345671", manufacturer="HP")], source="c"),
            File("d", [host("sap1", serial_number="0002345671", manufacturer="HP")], source="d"),
        ],
        ["a/1 b/1", "c/1 d/1"],
    ),
    "a list of servers may have a switch in it": (
        [
            File("cmdb", [host("fra-sw-33a", asset_type="switch", mac_address=["3c:ec:ef:00:00:01"])], source="b"),
            File("scan", [host("fra-sw-33a", ip_address=["10.0.0.1"])], source="c"),
            File("vc", [host("fra-sw-33a", asset_type="virtual machine", uuid=ONE)], source="d"),
        ],
        ["cmdb/1", "scan/1", "vc/1"],
    ),
    "hardware and a virtual machine of one full name are two: the name was given to what replaced it": (
        [
            File("vc", [host("db7.a.example", uuid=ONE, ip_address=["10.0.0.1"])], record_kind="virtual_machine"),
            File(
                "cmdb", [host("db7.a.example", serial_number="T3XKZ41", manufacturer="Dell", model="R750")], source="b"
            ),
            File("list", [host("db7", serial_number="T3XKZ41", ip_address=["10.0.0.2"])], source="c"),
        ],
        ["vc/1", "cmdb/1 list/1"],
    ),
    "an account that was used long ago, of another system, is that of the machine before": (
        [
            File(
                "ad",
                [
                    host(
                        "db7.a.example",
                        os_name="Windows Server 2012",
                        last_seen_at=datetime.fromisoformat("2024-02-01"),
                    )
                ],
            ),
            File(
                "scan",
                [
                    host(
                        "db7.a.example",
                        os_name="RHEL 9",
                        last_seen_at=datetime.fromisoformat("2026-05-01"),
                        ip_address=["10.0.0.1"],
                    )
                ],
                source="b",
            ),
            File("vc", [host("db7", uuid=ONE, power_state="on", ip_address=["10.0.0.1"])], source="c"),
        ],
        ["ad/1", "scan/1 vc/1"],
    ),
    "of two virtual machines of one full name the address tells which is meant": (
        [
            File(
                "vc",
                [
                    host("db7.a.example", uuid=ONE, power_state="off"),
                    host("db7.a.example", uuid=TWO, power_state="on", ip_address=["10.0.0.1"]),
                ],
            ),
            File("scan", [host("db7.a.example", ip_address=["10.0.0.1"])], source="b"),
            File("cmdb", [host("db7.a.example", ip_address=["10.0.0.1"], source_id="CI0007")], source="c"),
        ],
        ["vc/1", "vc/2 scan/1 cmdb/1"],
    ),
    "the name that a list has of a machine from before its number showed it renamed goes on to mean it": (
        [
            File("cmdb", [host("fra38", serial_number="ABC1234", manufacturer="Dell")]),
            File("agent", [{"hostname": "fradns7", "serial_number": "ABC1234", "manufacturer": "Dell"}], source="b"),
            File("scan", [{"fqdn": "fra38.a.example"}], source="c"),
        ],
        ["cmdb/1 agent/1 scan/1"],
    ),
    "an address and an operating system are those of the one machine that has both": (
        [
            File(
                "vc", [host("erp7", uuid=ONE, os_name="RHEL 7", ip_address=["10.0.0.1"])], record_kind="virtual_machine"
            ),
            File("scan", [{"ip_address": ["10.0.0.1"], "os_name": "Red Hat Enterprise Linux 7.9"}], source="b"),
            File("old", [{"ip_address": ["10.0.0.1"], "os_name": "Windows Server 2012"}], source="c"),
        ],
        ["vc/1 scan/1", "old/1"],
    ),
    "a record of a bare address that several claim goes to the one that two tools speak for, else to none": (
        [
            File(
                "vc", [host("erp7", uuid=ONE, os_name="RHEL 7", ip_address=["10.0.0.1"])], record_kind="virtual_machine"
            ),
            File("scan", [{"ip_address": ["10.0.0.1"], "os_name": "Red Hat Enterprise Linux 7.9"}], source="b"),
            File("old", [{"ip_address": ["10.0.0.1"], "os_name": "Windows Server 2012"}], source="c"),
            File("bare", [{"ip_address": ["10.0.0.1"]}, {"ip_address": ["10.0.0.2"]}], source="d"),
            File("mon", [host("web1", ip_address=["10.0.0.2"]), host("web2", ip_address=["10.0.0.2"])], source="e"),
        ],
        ["vc/1 scan/1 bare/1", "old/1", "bare/2", "mon/1", "mon/2"],
    ),
    "a record that says one address and nothing else is called by it": (
        [
            File("vc", [host("erp7", uuid=ONE, ip_address=["10.0.0.1"]), host("erp8", uuid=TWO)]),
            File("scan", [{"ip_address": ["10.0.0.1"]}, {"ip_address": ["10.0.0.2"]}], source="b"),
            File("mon", [{"name": "10.0.0.1"}, {"name": "10.0.0.2"}], source="c"),
        ],
        ["vc/1 scan/1 mon/1", "scan/2 mon/2", "vc/2"],
    ),
    "an address that two machines have, or that one of two lists has of a machine, is nobody's for its system": (
        [
            File(
                "vc",
                [host(f"erp{n}", os_name="RHEL 7", ip_address=[ip]) for n, ip in ((7, "10.0.0.1"), (8, "10.0.0.2"))],
            ),
            File(
                "cmdb",
                [host(f"erp{n}", ip_address=[ip]) for n, ip in ((9, "10.0.0.1"), (8, "10.0.0.3"))],
                source="b",
            ),
            File(
                "scan",
                [{"ip_address": [f"10.0.0.{n}"], "os_name": "RHEL 7"} for n in (1, 2)],
                source="c",
            ),
        ],
        ["vc/1", "vc/2 cmdb/2", "cmdb/1", "scan/1", "scan/2"],
    ),
    "what one list calls retired and another goes on to have at its address is one machine": (
        [
            File(
                "cmdb",
                [
                    host("a7.a.example", lifecycle_status="retired", ip_address=["10.0.0.1"]),
                    host("b7.a.example", lifecycle_status="retired", ip_address=["10.0.0.2"]),
                    host("c7.a.example", lifecycle_status="retired", asset_tag="IT0001"),
                ],
            ),
            File(
                "ad",
                [host(f"{n}7.a.example", ip_address=[ip]) for n, ip in (("a", "10.0.0.1"), ("b", "10.0.0.2"))],
                source="b",
            ),
            File("vc", [host("b7.a.example", uuid=ONE)], source="c"),
            File("tags", [host("c7", asset_tag="IT0001")], source="d"),
        ],
        ["cmdb/1 ad/1", "cmdb/2", "ad/2 vc/1", "cmdb/3 tags/1"],
    ),
    "a directory's account says of its machine neither that it ended nor that it lives": (
        [
            File(
                "ad",
                [
                    host("a7.a.example", lifecycle_status="non_operational"),
                    host(
                        "b7.a.example", lifecycle_status="operational", ip_address=["10.0.0.2"], last_seen_at=LONG_AGO
                    ),
                ],
            ),
            File("vc", [host("a7.a.example", uuid=ONE, power_state="on", ip_address=["10.0.0.1"])], source="b"),
            File(
                "cmdb",
                [
                    host("a7", lifecycle_status="operational", ip_address=["10.0.0.1"]),
                    host("b7.a.example", lifecycle_status="retired", ip_address=["10.0.0.2"], last_seen_at=LATELY),
                ],
                source="c",
            ),
        ],
        ["ad/1 vc/1 cmdb/1", "ad/2 cmdb/2"],
    ),
    "what ran long ago and stands still now was switched off": (
        [
            File("list", [host("a7.a.example", lifecycle_status="operational", last_seen_at=LONG_AGO)]),
            File("vc", [host("a7.a.example", uuid=ONE, power_state="off", last_seen_at=LATELY)], source="b"),
        ],
        ["list/1 vc/1"],
    ),
    "words added to a display name at one address, and those that mean something beside the machine": (
        [
            File("vc", [host("lysmq118_BI", ip_address=["10.0.0.1"])]),
            File("cmdb", [host("lysmq118", ip_address=["10.0.0.1"])], source="b"),
            File(
                "vc2", [host("parsq119_vip", ip_address=["10.0.0.2"]), host("parsq120 (Prod)", ip_address=["10.0.0.3"])]
            ),
            File("cmdb2", [host(f"parsq{n}", ip_address=[f"10.0.0.{n - 117}"]) for n in (119, 120)], source="b"),
        ],
        ["vc/1 cmdb/1", "vc2/1", "cmdb2/1", "vc2/2 cmdb2/2"],
    ),
    "a letter less in a short word is another word": (
        [
            File("vc", [host("srv-dc-par263", uuid=ONE)]),
            File("list", [host("srv-doc-par263")], source="b"),
        ],
        ["vc/1", "list/1"],
    ),
    "a second row of a list is a second thing of that name, and a name alone may mean either": (
        [
            File("cmdb", [host("web1.a.example", ip_address=["10.0.0.1"]), host("web1", ip_address=["10.0.0.2"])]),
            File("list", [host("web1")], source="b"),
            File("vc", [host("web1.a.example", uuid=ONE, ip_address=["10.0.0.1"])], source="c"),
        ],
        ["cmdb/1 vc/1", "cmdb/2", "list/1"],
    ),
    "a word that one list has as the host name of many machines is no name of theirs": (
        [
            File("backup", [host(f"web{n}", hostname="Exchange", ip_address=[f"10.0.0.{n}"]) for n in (1, 2, 3)]),
            File("dns", [host(f"web{n}.a.example", ip_address=[f"10.0.0.{n}"]) for n in (1, 2, 3)], source="b"),
            File("list", [host("web1"), host("Exchange")], source="c"),
        ],
        ["backup/1 dns/1 list/1", "backup/2 dns/2", "backup/3 dns/3", "list/2"],
    ),
    "a host name that one row has wrong keeps that row apart and nothing else": (
        [
            File("backup", [host("web1", hostname="Intranet", ip_address=["10.0.0.1"])]),
            File("dns", [host("web1.a.example", ip_address=["10.0.0.1"])], source="b"),
            File("patches", [host("web1", ip_address=["10.0.0.1"], os_name="Windows Server 2019")], source="c"),
            File("monitor", [host("WEB1", ip_address=["10.0.0.1"])], source="d"),
            File("licences", [host("web1", os_name="Windows Server 2019")], source="e"),
        ],
        ["backup/1", "dns/1 patches/1 monitor/1 licences/1"],
    ),
    "a UUID that two tools speak against keeps its own row apart and nothing else": (
        [
            File("hyperv", [host("web1", uuid=TWO, ip_address=["10.0.0.1"])]),
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])], source="b"),
            File("agent", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])], source="c"),
            File("dns", [host("web1.a.example", ip_address=["10.0.0.1"])], source="d"),
            File("antivirus", [host("web1", serial_number="ABC1234", ip_address=["10.0.0.1"])], source="e"),
            File("licences", [host("web1")], source="f"),
        ],
        ["hyperv/1", "vc/1 agent/1 dns/1 antivirus/1 licences/1"],
    ),
    "of two UUIDs that one tool each has none is chosen, and what fits both is one thing": (
        [
            File("hyperv", [host("web1", uuid=TWO, ip_address=["10.0.0.1"])]),
            File("vc", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])], source="b"),
            File("dns", [host("web1.a.example", ip_address=["10.0.0.1"])], source="c"),
            File("monitor", [host("web1", ip_address=["10.0.0.1"])], source="d"),
            File("patches", [host("web1", ip_address=["10.0.0.1"])], source="e"),
        ],
        ["hyperv/1", "vc/1", "dns/1 monitor/1 patches/1"],
    ),
    "of two rows that one list has at one address neither is outvoted": (
        [
            File(
                "vc",
                [host("web1", uuid=ONE, ip_address=["10.0.0.1"]), host("web1", uuid=TWO, ip_address=["10.0.0.1"])],
            ),
            File("agent", [host("web1", uuid=ONE, ip_address=["10.0.0.1"])], source="b"),
            File("monitor", [host("web1", ip_address=["10.0.0.1"])], source="c"),
        ],
        ["vc/1 agent/1", "vc/2", "monitor/1"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_records_that_are_one_asset(case):
    files, expected = CASES[case]
    assert groups(files) == {frozenset(group.split()) for group in expected}


def test_115_things_with_60_serial_numbers_in_three_lists_stay_115():
    assert take(three_lists_of_sixty_serials()).assets.height == 115


DISPOSITIONS = {
    "the first record creates, a second with news is merged, the same file again changes nothing": (
        [
            File("a", [host("web1"), host("web2")]),
            File("b", [host("web1", owner="Ann")], source="b"),
            File("a", [host("web1"), host("web2")]),
        ],
        ["created", "created", "merged", "unchanged", "unchanged"],
    ),
    "two rows of one file are never unchanged": ([File("a", [host("web1"), host("web1")])], ["created", "merged"]),
    "a row that identifies nothing waits with its reason": ([File("a", [{"owner": "Ann"}])], ["rejected"]),
    "what two earlier files said together is no news": (
        [
            File("a", [host("web1", owner="Ann")]),
            File("b", [host("web1", model="R740")], source="b"),
            File("c", [host("web1", owner="Ann", model="R740")], source="c"),
        ],
        ["created", "merged", "unchanged"],
    ),
}


@pytest.mark.parametrize("case", DISPOSITIONS)
def test_what_becomes_of_records(case):
    files, expected = DISPOSITIONS[case]
    assert take(files).links.sort("record_id")["disposition"].to_list() == expected


RUN = "orahost9_PRD1_010122120000"
WAITING: dict[str, tuple[list[File], list[str | None]]] = {
    "an id alone is no machine": ([File("cpu", [{"source_id": RUN, "cpu_cores": 8}], record_kind="cpu")], ["no_owner"]),
    "a display name alone is no machine": (
        [File("disks", [host("Hard disk 1"), host("My VM", virtualization_host="esx1")], record_kind="disk")],
        ["no_owner", None],
    ),
    "an id that no list gives out by chance finds the owner in another file": (
        [
            File("use", [{"source_id": RUN}, {"source_id": "17"}], record_kind="database_usage"),
            File("db", [{"source_id": RUN, "database_name": "PRD1"}], record_kind="database", source="b"),
        ],
        [None, "no_owner", None],
    ),
    "processors belong to no database": (
        [
            File("cpu", [{"source_id": RUN, "cpu_cores": 8}], record_kind="cpu"),
            File("db", [{"source_id": RUN, "database_name": "PRD1"}], record_kind="database", source="b"),
        ],
        ["no_owner", None],
    ),
    "several that answer make no third": (
        [
            File("disks", [host("web1")], record_kind="disk", source="b"),
            File("dns", [host("web1.a.example"), host("web1.b.example")]),
        ],
        ["several_owners", None, None],
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_rows_about_parts_wait_for_what_they_belong_to(case):
    files, expected = WAITING[case]
    links = take(files).links.sort("record_id").with_columns(aside=pl.col("disposition") == "excluded")
    assert links.select(pl.when("aside").then("rule")).to_series().to_list() == expected
    assert links.filter(~pl.col("aside"))["asset_no"].null_count() == 0


def test_what_a_row_about_a_part_names_is_a_machine_or_a_database():
    used = [{"database_name": "CRM", "hostname": "db7"}, {"hostname": "db8"}]
    files = [File("use", used, record_kind="database_usage"), File("apps", [host("sql-web1")], record_kind="software")]
    found = take(files).assets.sort("name")
    assert found.select("name", "asset_type").rows() == [
        ("CRM", "database"), ("db8", "server"), ("sql-web1", "server"),
    ]  # fmt: skip


def test_people_decide_over_every_rule():
    files = [File("a", [host("web1", uuid=ONE), host("web2")]), File("b", [host("web1", uuid=TWO)], source="b")]
    merge = InventoryDecision("merge", (key("a", 1),), (key("b", 1),), number=1)
    split = InventoryDecision("split", (key("a", 1),), (key("b", 1),), number=2)
    exclude = InventoryDecision("exclude", (key("a", 2),), number=3)
    edit = InventoryDecision("edit", (key("b", 1),), attribute="owner", value="Ann", number=4)
    assert groups(files, [merge]) == {frozenset({"a/1", "b/1"}), frozenset({"a/2"})}
    assert groups(files, [merge, split]) == {frozenset({"a/1"}), frozenset({"b/1"}), frozenset({"a/2"})}
    assert groups(files, [exclude]) == {frozenset({"a/1"}), frozenset({"b/1"})}
    assert take(files, [merge, edit, exclude]).assets["owner"].to_list() == ["Ann"]
    assert take(files, [InventoryDecision("merge", (key("gone", 1),), (key("a", 1),))]).assets.height == 3


def test_stored_decisions_are_read_and_others_left_alone():
    place = {"file_sha256": "sha-a", "table_name": "table", "row_number": 1}
    stored = {"id": 7, "kind": "edit", "subject": {"records": [place]}, "body": {"attribute": "tags", "value": ["a"]}}
    expected = InventoryDecision("edit", (key("a", 1),), attribute="tags", value=("a",), number=7)
    assert decision_of(stored) == expected
    assert decision_of({**stored, "kind": "mapping"}) is None


def test_an_edit_is_read_in_the_type_of_its_column():
    file = File("a", [host("web1", memory_mb=1.0, is_virtual=True, ip_address=["10.0.0.1"])])
    values = {
        "memory_mb": "2048",
        "is_virtual": False,
        "ip_address": ("10.0.0.9", "10.0.0.2"),
        "install_date": "2026-01-31",
    }
    edits = [InventoryDecision("edit", (key("a", 1),), attribute=name, value=value) for name, value in values.items()]
    row = take([file], edits).assets.row(0, named=True)
    assert {name: str(row[name]) for name in values} == {
        "memory_mb": "2048.0",
        "is_virtual": "False",
        "ip_address": "['10.0.0.2', '10.0.0.9']",
        "install_date": "2026-01-31",
    }


def test_an_ambiguous_record_goes_to_the_review_list():
    files = [File("dns", [host("web1.a.example"), host("web1.b.example")]), File("list", [host("web1")], source="b")]
    found = take(files)
    assert found.reviews.select("record_id", "rival_record_id").rows() == [(1001, 1), (1001, 2)]
    assert [issue.code for issue in found.issues] == ["ambiguous_identity"]


def test_a_row_that_the_others_speak_against_is_asked_about_once():
    files, _ = CASES["a UUID that two tools speak against keeps its own row apart and nothing else"]
    assert take(files).reviews.select("record_id", "rule", "agrees", "contradicts").rows() == [
        (1, "host_address", ["ip_address"], ["uuid"])
    ]


def test_that_a_person_keeps_a_wrong_row_apart_leaves_the_others_together():
    files, expected = CASES["a UUID that two tools speak against keeps its own row apart and nothing else"]
    split = InventoryDecision("split", (key("hyperv", 1),), (key("vc", 1),), number=1)
    assert groups(files, (split,)) == {frozenset(group.split()) for group in expected}


def test_the_review_list_says_what_agrees_and_what_contradicts():
    dns = [
        host("web1.a.example", environment="production", ip_address=["10.0.0.1"], owner="Ann "),
        host("web1.b.example", ip_address=["10.0.0.2"]),
    ]
    sheet = [host("web1", environment="test", ip_address=["10.0.0.9"], owner="ann", model="R740")]
    found = take([File("dns", dns), File("list", sheet, source="b")]).reviews.sort("rival_record_id")
    assert found.select("rule", "score", "agrees", "contradicts").rows() == [
        ("name", 0.5, ["owner"], ["ip_address", "environment"]),
        ("name", 0.5, [], ["ip_address"]),
    ]


def test_nothing_in_nothing_out():
    empty = take([File("a", [])])
    assert (empty.assets.height, empty.links.height) == (0, 0)
    assert isinstance(empty.assets, pl.DataFrame)
