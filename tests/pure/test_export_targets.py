"""Every export target by its own examples, and what all of them must keep."""

import random
from typing import Any

import polars as pl
import pytest

from muster.exports.acyclic import Acyclic
from muster.exports.catalogue import all_targets
from muster.exports.filling import Filling, Seen, fill
from muster.exports.machines import release_in_name
from muster.exports.target import Example, Rows, VendorTarget
from muster.store.inventory_reading import DISK_COLUMNS, EDGE_COLUMNS
from muster.vocabulary.attributes import attributes

TYPES = {
    "integer": pl.Int64(), "number": pl.Float64(), "money": pl.Float64(), "boolean": pl.Boolean(), "date": pl.Date(),
    "datetime": pl.Datetime("us"), **dict.fromkeys(("list", "ip", "mac"), pl.List(pl.String())),
}  # fmt: skip
ASSETS = {
    "id": pl.String(),
    **{name: TYPES.get(known.type, pl.String()) for name, known in attributes().items()},
    "custom": pl.String(),
    "disk_sizes": pl.String(),
}
SCHEMAS = {Rows.ASSETS: ASSETS, Rows.EDGES: dict(EDGE_COLUMNS), Rows.DISKS: dict(DISK_COLUMNS)}
VENDORS = {name: target for name, target in all_targets().items() if isinstance(target, VendorTarget)}
EXAMPLES = [(name, example) for name, target in VENDORS.items() for example in target.examples]


def filled(name: str, example: Example) -> Filling:
    """What becomes of an example."""
    known = {"id": "example", "source_id": "a", "target_id": "b"} if example.rows is Rows.EDGES else {"id": "example"}
    row = {**known, **example.asset}
    schema = SCHEMAS[example.rows]
    assert row.keys() - {"source_id", "target_id"} <= schema.keys() | {"id"}
    frame = pl.DataFrame([{column: row.get(column) for column in schema}], schema=schema)
    return fill(VENDORS[name], example.rows, frame, Seen())


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=lambda value: value if isinstance(value, str) else "")
def test_an_example_of_a_target_comes_out_as_it_says(name: str, example: Example) -> None:
    filling = filled(name, example)
    lacking = tuple(table for table, rows in filling.tables.items() if rows.incomplete.height)
    assert lacking == example.incomplete
    for table, cells in example.cells.items():
        rows = filling.tables[table].rows.to_dicts()
        assert [{header: row[header] for header in cells} for row in rows] == [dict(cells)]
    if example.reported is not None:
        assert sorted(set(filling.report["attribute"])) == sorted(example.reported)


@pytest.mark.parametrize("name", VENDORS)
def test_a_target_speaks_of_attributes_that_exist(name: str) -> None:
    target = VENDORS[name]
    assert target.examples
    for table in target.tables:
        assert len(set(table.headers)) == len(table.headers)
        assert {table.unique, *(header for group in table.one_of for header in group)} - {None} <= set(table.headers)
        carried = {attribute for column in table.columns for attribute in column.carries}
        if table.rows is Rows.ASSETS:
            assert carried <= attributes().keys()
    assert set(target.implied) | set(target.one_way) <= attributes().keys() | {"kind", "protocol"}


@pytest.mark.parametrize("name", VENDORS)
def test_a_fact_is_in_a_cell_or_in_the_report(name: str) -> None:
    """Of an asset with everything, no attribute is dropped in silence."""
    random.seed(7)
    value: dict[str, Any] = {
        pl.Int64: 7, pl.Float64: 1536.5, pl.Boolean: True, pl.List: ["one", "two"], pl.Date: None, pl.Datetime: None,
    }  # fmt: skip
    dated = {"date": "2024-05-03", "datetime": "2024-05-03 12:00:00"}
    target = VENDORS[name]
    for asset_type in ("server", "virtual_machine", "application", "network", "database"):
        row = {
            column: dated.get(attributes()[column].type, value.get(type(dtype), f"said of {column}"))
            for column, dtype in ASSETS.items()
            if column in attributes()
        }
        row |= {"asset_type": asset_type, "id": "example", "os_name": "Windows Server 2019", "power_state": "on"}
        frame = pl.DataFrame([row], schema_overrides={"id": pl.String()}).with_columns(
            *(pl.col(c).str.to_date() for c in row if c in attributes() and attributes()[c].type == "date"),
            *(
                pl.col(c).str.to_datetime(time_unit="us")
                for c in row
                if c in attributes() and attributes()[c].type == "datetime"
            ),
        )
        filling = fill(
            target,
            Rows.ASSETS,
            frame.with_columns(disk_sizes=pl.lit(None, pl.String)).select(
                column for column in ASSETS if column != "custom"
            ),
            Seen(),
        )
        if not filling.tables:
            continue
        reported = set(filling.report["attribute"])
        if "asset" in reported and not any(
            rows.rows.height + rows.incomplete.height for rows in filling.tables.values()
        ):
            continue
        cells = [
            (column, (filling.tables[table.name].rows, filling.tables[table.name].incomplete))
            for table in target.tables
            if table.rows is Rows.ASSETS
            for column in table.columns
        ]
        said = {
            attribute
            for column, frames in cells
            for attribute in column.carries
            if any(rows[column.header].is_not_null().any() for rows in frames)
        }
        assert attributes().keys() - reported - said - target.implied.keys() == set()


def test_a_second_row_of_one_key_is_told_of_and_set_apart() -> None:
    seen = Seen()
    rows = [
        {"id": number, "name": name, "asset_type": "server", "cpu_cores": 2, "memory_mb": 1024.0, "os_name": "CentOS 7"}
        for number, name in (("1", "web01"), ("2", "WEB01"), ("3", "web02"))
    ]
    frame = pl.DataFrame([{column: row.get(column) for column in ASSETS} for row in rows], schema=ASSETS)
    first = fill(VENDORS["azure_migrate_import"], Rows.ASSETS, frame[:2], seen)
    second = fill(VENDORS["azure_migrate_import"], Rows.ASSETS, frame, seen)
    table = "azure_migrate_import"
    assert first.tables[table].rows["*Server name"].to_list() == ["web01"]
    assert first.tables[table].incomplete["*Server name"].to_list() == ["WEB01"]
    assert second.tables[table].rows["*Server name"].to_list() == ["web02"]
    assert first.report.filter(attribute="asset")["asset"].to_list() == ["WEB01"]


def test_edges_are_taken_as_long_as_they_close_no_cycle() -> None:
    chance = random.Random(3)
    for _ in range(40):
        ends = [f"app{number}" for number in range(9)]
        pairs = [tuple(chance.sample(ends, 2)) for _ in range(30)]
        taken: set[tuple[str, str]] = set()
        graph = Acyclic()
        for source, target in pairs:
            edge = pl.DataFrame({"source_id": [source], "target_id": [target]})
            closes = graph.closing(edge, pl.Series([True]))[0]
            assert closes == reaches(taken, target, source)
            if not closes:
                taken.add((source, target))


def test_the_release_of_a_system_is_read_from_its_name_where_that_tells_one() -> None:
    told = {
        "Ubuntu 22.04 LTS": "22.04",
        "Windows Server 2019 Standard": "2019",
        "Windows Server 2012 R2 Standard": "2012 R2",
        "Red Hat Enterprise Linux 8 (64-bit)": "8",
        "SUSE Linux Enterprise Server 12 SP5": "12 SP5",
        "HP-UX 11i v3": "11i v3",
        "AIX 5L 5.3 TL12": "5.3",
        "VMware ESXi 8.0 Update 2": "8.0 Update 2",
        "OS/400 V5R4": "V5R4",
        "Red Hat Enterprise Linux (64-bit)": None,
        "Windows Server 2016 or later (64-bit)": None,
        "CentOS 4/5/6 (64-bit)": None,
        "FreeBSD Pre-11 versions (64-bit)": None,
        "Windows Vista": None,
    }
    frame = pl.DataFrame({"os_name": list(told)})
    assert dict(zip(told, frame.select(release_in_name()).to_series(), strict=True)) == told


def reaches(edges: set[tuple[str, str]], start: str, goal: str) -> bool:
    found = {start}
    while True:
        more = {target for source, target in edges if source in found} - found
        if not more:
            return goal in found
        found |= more
