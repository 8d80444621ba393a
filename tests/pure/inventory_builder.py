"""Small estates for the inventory's tests: files of rows in, frames for the inventory out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from muster.phases.asset_inventory.decisions import InventoryDecision, RecordKey
from muster.phases.asset_inventory.inventory import Inventory, inventory
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules
from muster.vocabulary.attributes import attributes
from muster.vocabulary.kinds import RECORD_KINDS

Row = Mapping[str, object]
TYPES = {"list": pl.List(pl.String), "ip": pl.List(pl.String), "mac": pl.List(pl.String), "boolean": pl.Boolean()}
TYPES |= {"integer": pl.Int64(), "number": pl.Float64(), "money": pl.Float64(), "date": pl.Date()}
TYPES |= {"datetime": pl.Datetime("us")}


@dataclass(frozen=True)
class File:
    """One import of one table. Files of one `name` have the same bytes; tables of one `name` are one workbook."""

    name: str
    rows: Sequence[Row]
    source: str = "tool"
    precedence: int = 50
    as_of: date | None = None
    record_kind: str = "server"
    table: str = "table"


def key(file: str, row: int, table: str = "table") -> RecordKey:
    """The address of a row."""
    return RecordKey(f"sha-{file}", table, row)


def frames(files: Sequence[File]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and tables as the inventory reads them; files arrive in the order given."""
    rows: list[dict[str, object]] = []
    tables: list[dict[str, object]] = []
    for ref, file in enumerate(files):
        tables.append(
            {
                "table_ref": ref,
                "import_ref": ref + 1,
                "file_sha256": f"sha-{file.name}",
                "table_name": file.table,
                "source": file.source,
                "precedence": file.precedence,
                "as_of": file.as_of,
                "record_kind": file.record_kind,
                "role": RECORD_KINDS[file.record_kind].value,
            }
        )
        rows += [
            {"record_id": ref * 1000 + number, "table_ref": ref, "row_number": number, **row}
            for number, row in enumerate(file.rows, start=1)
        ]
    used = sorted({name for row in rows for name in row} - {"record_id", "table_ref", "row_number"})
    schema = {"record_id": pl.Int64(), "table_ref": pl.Int32(), "row_number": pl.Int64()}
    schema |= {name: TYPES.get(attributes()[name].type, pl.String()) for name in used}
    table_schema = {"table_ref": pl.Int32(), "import_ref": pl.Int32(), "precedence": pl.Int32(), "as_of": pl.Date()}
    return pl.DataFrame(rows, schema=schema), pl.DataFrame(tables, schema_overrides=table_schema)


def take(files: Sequence[File], decisions: Sequence[InventoryDecision] = (), rules: Rules = AS_THEY_COME) -> Inventory:
    """The inventory of some files."""
    records, tables = frames(files)
    return inventory(records, tables, decisions, rules)


def places(files: Sequence[File], found: Inventory) -> dict[int, str]:
    """record_id -> "file/row" for every record."""
    return {
        ref * 1000 + number: f"{file.name}/{number}" if file.table == "table" else f"{file.name}.{file.table}/{number}"
        for ref, file in enumerate(files)
        for number in range(1, len(file.rows) + 1)
    }


def groups(
    files: Sequence[File], decisions: Sequence[InventoryDecision] = (), rules: Rules = AS_THEY_COME
) -> set[frozenset[str]]:
    """The records of each asset, as a set of sets of "file/row"."""
    found = take(files, decisions, rules)
    names = places(files, found)
    held: dict[int, set[str]] = {}
    for record, asset in found.links.select("record_id", "asset_no").iter_rows():
        if asset is not None:
            held.setdefault(asset, set()).add(names[record])
    return {frozenset(group) for group in held.values()}


def content(
    files: Sequence[File], decisions: Sequence[InventoryDecision] = (), rules: Rules = AS_THEY_COME
) -> set[tuple[object, ...]]:
    """All that an inventory says, free of surrogate numbers: per asset its records and its attributes."""
    found = take(files, decisions, rules)
    names = places(files, found)
    held: dict[int, set[str]] = {}
    for record, asset in found.links.select("record_id", "asset_no").iter_rows():
        if asset is not None:
            held.setdefault(asset, set()).add(names[record])
    said = set()
    for asset in found.assets.drop("first_record_id").iter_rows(named=True):
        facts = sorted((name, str(value)) for name, value in asset.items() if name != "asset_no" and value is not None)
        said.add((frozenset(held[asset["asset_no"]]), tuple(facts)))
    return said
