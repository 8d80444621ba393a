"""Every cell of an asset replays: the value, the claim that won, the claims that lost and why."""

from dataclasses import replace
from datetime import date, datetime

import polars as pl
from hypothesis import given, settings
from inventory_builder import File, frames, key, take
from test_inventory_laws import RULES, decided

from muster.phases.asset_inventory.decisions import InventoryDecision
from muster.phases.asset_inventory.explain import explain
from muster.phases.asset_inventory.inventory import inventory

# Times are naive UTC throughout the inventory.
JANUARY, FEBRUARY = (datetime.fromisoformat(day) for day in ("2026-01-01", "2026-02-01"))
NOT_REPLAYED = {
    "presence",
    "presence_reason",
    "asset_no",
    "name",
    "asset_type",
    "type_reason",
    "type_confidence",
    "first_record_id",
}


@settings(max_examples=15, deadline=None)
@given(decided(), RULES)
def test_every_cell_replays_to_the_value_shown(case, rules):
    files, decisions = case
    records, tables = frames(files)
    told = [made for made in decisions if made.kind not in ("edit", "unlock")]
    found = inventory(records, tables, told, rules)
    held = records.join(found.links.select("record_id", "asset_no"), on="record_id")
    for asset in found.assets.iter_rows(named=True):
        own = held.filter(pl.col("asset_no") == asset["asset_no"]).drop("asset_no")
        replayed = {name: explain(own, tables, name, told, rules).value for name in asset if name not in NOT_REPLAYED}
        assert replayed == {name: asset[name] for name in replayed}


def reasons(
    files: list[File], attribute: str, decisions: tuple[InventoryDecision, ...] = ()
) -> list[tuple[object, ...]]:
    """(source, value, won, reason) of each claim; every record of `files` is of one asset."""
    records, tables = frames(files)
    found = explain(records, tables, attribute, decisions)
    return [(claim.source, claim.value, claim.won, claim.reason) for claim in found.claims]


def test_an_account_that_is_disabled_is_no_word_against_one_of_the_machine_unless_it_is_newer():
    account = {"name": "web1", "lifecycle_status": "non_operational", "os_name": "Windows Server 2019", "owner": "Ann"}
    files = [
        File("ad", [account], source="ad"),
        File("cmdb", [{"name": "web1", "lifecycle_status": "operational"}], source="cmdb"),
    ]
    assert take(files).assets["lifecycle_status"].to_list() == ["operational"]
    assert reasons(files, "lifecycle_status") == [
        ("cmdb", "operational", True, "the strongest claim"),
        ("ad", "non_operational", False, "another record of the same rank says more of its state"),
    ]
    newer = [replace(files[0], as_of=date(2026, 2, 1)), replace(files[1], as_of=date(2026, 1, 1))]
    assert take(newer).assets["lifecycle_status"].to_list() == ["non_operational"]
    assert take(files[:1]).assets["lifecycle_status"].to_list() == ["non_operational"]


def test_a_losing_claim_stays_visible_with_its_reason():
    files = [
        File("a", [{"name": "web1", "owner": "Ann"}], source="cmdb", precedence=1),
        File("b", [{"name": "web1", "owner": "Bob"}], source="sheet", precedence=2),
        File("c", [{"name": "web1", "owner": "Cy"}], source="cmdb", precedence=1, as_of=date(2026, 1, 1)),
        File(
            "d", [{"name": "web1", "owner": "Cy", "model": "R740"}], source="cmdb", precedence=1, as_of=date(2026, 1, 1)
        ),
        File("e", [{"name": "web1", "owner": "Dee"}], source="cmdb", precedence=1, record_kind="software"),
    ]
    assert reasons(files, "owner") == [
        ("cmdb", "Cy", True, "the strongest claim"),
        ("cmdb", "Cy", True, "it says the same"),
        ("cmdb", "Ann", False, "another file is of a later date"),
        ("cmdb", "Dee", False, "another file is of a later date"),
        ("sheet", "Bob", False, "another source has precedence"),
    ]
    assert take(files).assets["owner"].to_list() == ["Cy"]


def test_a_locked_edit_beats_every_claim():
    files = [File("a", [{"name": "web1", "owner": "Ann"}])]
    edit = InventoryDecision("edit", (key("a", 1),), attribute="owner", value="Zoe")
    assert reasons(files, "owner", (edit,)) == [("tool", "Ann", False, "a person locked another value")]
    assert explain(*frames(files), "owner", [edit]).value == "Zoe"


def test_addresses_of_all_sources_are_kept_and_times_take_the_outer_ones():
    files = [
        File("a", [{"name": "web1", "ip_address": ["10.0.0.2"], "last_seen_at": JANUARY}]),
        File("b", [{"name": "web1", "ip_address": ["10.0.0.1"], "last_seen_at": FEBRUARY}], precedence=99),
    ]
    row = take(files).assets.row(0, named=True)
    assert (row["ip_address"], row["last_seen_at"].month) == (["10.0.0.1", "10.0.0.2"], 2)


def test_what_a_newer_export_of_a_source_lists_replaces_what_the_older_one_listed():
    june = date(2026, 6, 1)
    files = [
        File(
            "a", [{"name": "web1", "ip_address": ["10.0.0.2"], "tags": ["old"]}], source="cmdb", as_of=date(2026, 1, 1)
        ),
        File("b", [{"name": "web1", "ip_address": ["10.0.1.2"], "tags": []}], source="cmdb", as_of=june),
        File("c", [{"name": "web1", "ip_address": ["10.0.9.9"]}], source="scan", as_of=date(2025, 1, 1)),
        File("d", [{"name": "web1", "ip_address": ["10.0.0.3"]}], source="cmdb", as_of=june, record_kind="disk"),
    ]
    assert reasons(files, "ip_address") == [
        ("cmdb", ["10.0.1.2"], True, "all values of all sources are kept"),
        ("cmdb", ["10.0.0.3"], True, "all values of all sources are kept"),
        ("scan", ["10.0.9.9"], True, "all values of all sources are kept"),
        ("cmdb", ["10.0.0.2"], False, "a newer export of the same source says otherwise"),
    ]
    row = take(files).assets.row(0, named=True)
    assert (row["ip_address"], row["tags"]) == (["10.0.0.3", "10.0.1.2", "10.0.9.9"], ["old"])
    assert take(files[:1]).assets.row(0, named=True)["ip_address"] == ["10.0.0.2"]


def test_a_person_who_chooses_between_records_chooses_between_their_lists():
    files = [
        File("a", [{"name": "web1", "ip_address": ["10.0.0.2"]}], source="cmdb"),
        File("b", [{"name": "web1", "ip_address": ["10.0.1.2"]}], source="scan"),
    ]
    chosen = InventoryDecision("prefer", (key("b", 1),), value="replace")
    assert take(files, [chosen]).assets.row(0, named=True)["ip_address"] == ["10.0.1.2"]
    assert ("cmdb", ["10.0.0.2"], False, "a person chose between this record and the others") in reasons(
        files, "ip_address", (chosen,)
    )


def test_a_disk_says_nothing_about_the_number_or_the_size_of_its_machine():
    files = [
        File("rv", [{"name": "web1", "cpu_cores": 4}], record_kind="virtual_machine", table="vInfo"),
        File(
            "rv",
            [{"name": "web1", "serial_number": "DISK-1", "storage_total_gb": 40.0}],
            record_kind="disk",
            table="vDisk",
        ),
    ]
    row = take(files).assets.row(0, named=True)
    assert (row["cpu_cores"], row["serial_number"], row["storage_total_gb"]) == (4, None, None)
