"""Packs: every table of a known tool is recognised by its own headers, by no other's, and mapped without a question."""

from collections.abc import Sequence

import pytest

from muster.packs.known_tables import known_tables
from muster.phases.data_cleansing.rule import Reading
from muster.phases.data_cleansing.rulebook import rule_for
from muster.phases.field_mapping.header import normalise_header
from muster.phases.field_mapping.packs import PackTable, fits, pack_tables, recognise
from muster.phases.field_mapping.suggest import suggest
from muster.phases.field_mapping.values import values_of
from muster.vocabulary.attributes import attributes
from muster.vocabulary.kinds import RECORD_KINDS
from muster.vocabulary.table import ColumnProfile, Remembered

TABLES = pack_tables()


HEADERS = {
    table.title: [header.replace("{n}", "1").replace("{any}", "thing") for header in table.columns]
    for table in known_tables()
}


def columns(headers: Sequence[str], values: Sequence[str] = ()) -> tuple[ColumnProfile, ...]:
    return tuple(
        ColumnProfile(place, header, 10, len(values), tuple(values)) for place, header in enumerate(headers, 1)
    )


def own(table: PackTable) -> list[str]:
    return HEADERS[table.title]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_a_pack_maps_to_attributes_that_exist_in_units_that_are_known(table: PackTable) -> None:
    assert table.record_kind in RECORD_KINDS
    said = [*table.columns.values(), *(meaning for _, meaning in table.patterns)]
    assert {one.target for one in said} - set(attributes()) - {None} == set()
    for one in said:
        if one.unit is not None:
            assert one.target is not None
            issue = rule_for(one.target).apply("64", Reading(unit=one.unit)).issue
            assert issue is None or issue.code != "unknown_unit", (one.target, one.unit)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_a_known_export_is_mapped_without_a_question(table: PackTable) -> None:
    found = suggest(columns(own(table)), table.record_kind)
    assert {(each.accept, each.origin) for each in found} == {("auto", "pack")}
    assert {table.title in each.reason for each in found} == {True}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_no_other_pack_takes_the_table_for_its_own(table: PackTable) -> None:
    headers = [normalise_header(header) for header in own(table)]
    assert {other.pack for other in TABLES if fits(other, headers)} == {table.pack}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_the_order_of_columns_is_nothing_to_a_pack(table: PackTable) -> None:
    found = recognise(columns(own(table)[::-1]), [values_of(()) for _ in own(table)])
    assert found is not None
    assert found[0] is table


LOOK_ALIKES = {
    "words of everyday": ["Name", "Status", "Host", "Cluster", "Datacenter", "CPUs", "Memory", "Owner"],
    "some words of an export among many others": ["VM", "Powerstate", "Template", "CPUs", "Memory", "NICs", "Disks"]
    + [f"Plant {number}" for number in range(30)],
    "an ordinary list of links": ["parent", "child", "type"],
    "an ordinary list of assets": ["Asset Tag", "Name", "Serial", "Model", "Location", "Purchase Date", "Supplier"],
}


@pytest.mark.parametrize("headers", LOOK_ALIKES.values(), ids=LOOK_ALIKES.keys())
def test_a_look_alike_is_no_known_export(headers: list[str]) -> None:
    assert {each.origin for each in suggest(columns(headers), "server")} & {"pack"} == set()


INFO = ["VM", "Powerstate", "Template", "CPUs", "Memory", "NICs", "Disks", "Provisioned MiB", "Host"]


def test_a_column_that_the_tool_does_not_know_is_read_like_any_other() -> None:
    found = suggest(columns([*INFO, "Cost Centre"]), "virtual_machine")
    assert [(each.target, each.origin) for each in found][-1] == ("cost_center", "dictionary")


def test_values_that_contradict_take_the_whole_pack_away() -> None:
    found = suggest(columns(INFO, ("blue", "green")), "virtual_machine")
    assert {each.origin for each in found} & {"pack"} == set()


def test_one_column_that_contradicts_is_looked_at_by_itself() -> None:
    table = list(columns(INFO))
    filled = {"VM": ("a1", "b2"), "CPUs": ("2", "4"), "Memory": ("4096", "8192"), "NICs": ("1", "2")}
    for place, column in enumerate(table):
        values = {**filled, "Disks": ("red", "blue"), "Powerstate": ("poweredOn", "poweredOff")}.get(column.source, ())
        table[place] = ColumnProfile(column.position, column.source, 10, len(values), values)
    found = {each.source: each for each in suggest(table, "virtual_machine")}
    assert (found["Memory"].origin, found["Memory"].unit) == ("pack", "MiB")
    assert (found["Disks"].origin, found["Disks"].accept) != ("pack", "auto")


def test_what_the_client_decided_goes_before_the_pack() -> None:
    remembered = {"memory": Remembered(None, None, "last week")}
    found = {each.source: each for each in suggest(columns(INFO), "virtual_machine", remembered)}
    assert (found["Memory"].target, found["Memory"].origin, found["VM"].origin) == (None, "memory", "pack")
