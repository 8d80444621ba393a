"""Cells that hold several facts: their forms, the suggestions they give, and what cleansing makes of them."""

from collections.abc import Sequence

import polars as pl
import pytest

from muster.phases.data_cleansing.cleanse import cleanse, replay
from muster.phases.field_mapping.mapping import entries
from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.attributes import attributes
from muster.vocabulary.cell_parts import CellForm, cell_forms, part_of
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion

CUT = {
    "host_and_address": {"host": "web01", "address": "10.0.0.1"},
    "address_and_port": {"address": "10.0.0.1", "port": "443"},
    "host_and_port": {"host": "db01.corp.example", "port": "5432"},
    "system_and_version": {"system": "Windows Server 2019 Standard", "version": "10.0.17763"},
    "maker_and_model": {"maker": "HP", "model": "ProLiant DL380"},
    "cpus_and_memory": {"cpus": "4", "memory": "16 GB"},
    "count_and_speed": {"count": "8", "speed": "2.4 GHz"},
    "used_and_total": {"used": "61.2 GiB", "total": "127 GiB"},
    "place_and_rack": {"place": "Dallas, TX", "rack": "12"},
    "distinguished_name": {"object": "CN=WEB01,OU=Servers", "domain": "DC=corp,DC=example"},
    "host_or_address": {"host": "web01", "address": ""},
    "person_and_mail": {"person": "jane doe", "mail": "jane@corp.example"},
}


@pytest.mark.parametrize("form", cell_forms(), ids=lambda form: form.name)
def test_the_example_of_a_form_falls_into_its_parts(form: CellForm) -> None:
    assert {part: part_of(form.example, form.part_name(part, False)) for part in form.parts} == CUT[form.name]
    for part in form.parts:
        assert part_of("another text", form.part_name(part, False)) is None
        assert part_of("another text", form.part_name(part, True)) == "another text"
    named = {attribute for parts in form.holds.values() for attribute in parts}
    assert named | set(form.holds) <= set(attributes())
    assert {part for parts in form.holds.values() for part in parts.values()} <= set(form.parts)


def table(*described: tuple[str, Sequence[str]]) -> tuple[ColumnProfile, ...]:
    return tuple(
        ColumnProfile(place, header, len(values), len(values), tuple(values))
        for place, (header, values) in enumerate(described, 1)
    )


def one(header: str, *values: str, kind: str = "server") -> Suggestion:
    return suggest(table((header, values)), kind)[0]


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("Server", ("web01 (10.0.0.1)", "db01 (10.0.0.2)"), {"name": "web01", "ip_address": ["10.0.0.1"]}),
        (
            "Hostname",
            ("web01.corp.local / 10.1.2.3", "db1.corp.local / 10.1.2.4"),
            {"hostname": "web01", "ip_address": ["10.1.2.3"], "fqdn": "web01.corp.local"},
        ),
        ("IP address", ("10.0.0.1:443", "10.0.0.2:80"), {"ip_address": ["10.0.0.1"], "open_ports": ["443"]}),
        (
            "Operating system",
            ("Windows Server 2019 Standard, 10.0.17763", "Windows Server 2016, 10.0.14393"),
            {"os_name": "Windows Server 2019 Standard", "os_version": "10.0.17763"},
        ),
        (
            "Model",
            ("HP ProLiant DL380", "Dell PowerEdge R640"),
            {"model": "ProLiant DL380", "manufacturer": "HP"},
        ),
        ("Size", ("4 vCPU / 16 GB", "8 vCPU / 32 GB"), {"cpu_cores": 4, "memory_mb": 16384.0}),
        ("CPU cores", ("8 x 2.4 GHz", "4 x 2.6 GHz"), {"cpu_cores": 8, "cpu_speed_mhz": 2400.0}),
        ("Storage", ("61 GiB / 127 GiB", "1 GiB / 2 GiB"), {"storage_total_gb": 127.0, "storage_used_gb": 61.0}),
        ("Location", ("Dallas, TX / Rack 12", "Paris / Rack 4"), {"location": "Dallas, TX", "rack": "12"}),
    ],
)
def test_one_column_becomes_the_facts_that_its_cells_hold(
    header: str, values: Sequence[str], expected: dict[str, object]
) -> None:
    profiles = table((header, values))
    mapping = entries(suggest(profiles, "server"), profiles, 0.0, False)
    assert len({(entry.position, entry.target) for entry in mapping}) == len(mapping)
    found = cleanse(pl.DataFrame({"1": list(values)}), mapping).frame.row(0, named=True)
    assert found == expected
    replayed = {entry.target: replay(values[0], entry).value for entry in mapping}
    shown = {target: list(value) if isinstance(value, tuple) else value for target, value in replayed.items()}
    assert shown == {target: value for target, value in expected.items() if target in shown}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Name", ("web01 (10.0.0.1)", "db01", "app01")),  # one of three
        ("Name", ("web01 (10.0.0.1)",)),
        ("Model", ("ProLiant DL380", "PowerEdge R640")),
        ("Location", ("Dallas, TX", "Paris / left")),
        ("Operating system", ("Windows Server 2019", "Ubuntu 22.04 LTS")),
    ],
)
def test_cells_are_cut_only_where_nearly_all_have_the_form(header: str, values: Sequence[str]) -> None:
    assert one(header, *values).also == ()


def test_a_fact_that_another_column_tells_is_not_cut_out() -> None:
    models = ("HP ProLiant DL380", "Dell PowerEdge R640")
    found = suggest(table(("Manufacturer", ("HP", "Dell")), ("Model", models)), "server")
    assert [each.also for each in found] == [(), ()]


def test_a_cell_without_the_form_stays_whole_where_it_is_the_columns_own_fact() -> None:
    mapping = [
        MappingEntry(1, "Server", "name", 1.0, part="host_and_address.host+"),
        MappingEntry(1, "Server", "ip_address", 1.0, part="host_and_address.address"),
    ]
    found = cleanse(pl.DataFrame({"1": ["web01 (10.0.0.1)", "db01", None]}), mapping).frame
    assert found.to_dict(as_series=False) == {
        "name": ["web01", "db01", None],
        "ip_address": [["10.0.0.1"], None, None],
    }
