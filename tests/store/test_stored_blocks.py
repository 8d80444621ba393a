"""What is stored in blocks can be read with SQL alone, survives the way down and up, and keeps its versions."""

from datetime import date
from typing import Any

import asyncpg
import polars as pl
import pytest

from muster.phases.data_cleansing.cleanse import cleanse
from muster.store import blocks, imports, mappings, tenants
from muster.store.flows import FlowKey
from muster.store.frames import raw_frame
from muster.store.packed import FIELD, RECORD, pack
from muster.store.packed_values import pack_values
from muster.store.schema import migrate
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry
from small_pipeline import new_flow

NOTES = [
    ("plain", "10.0.0.1; 10.0.0.2"),
    ('line\none, "quoted"\r\n', "10.0.0.3"),
    ("", ""),
    (f"a{FIELD}b{RECORD}", "n/a"),
    ("Zürich 東京", "10.0.0.4"),
    ("\\ ' \t", "10.0.0.5"),
]
ROWS = [
    {"Name": f"web{at}", "Notes": note, "Env": ("Prod", "test", "")[at % 3], "RAM": f"{at} GB", "IP": address}
    for at, (note, address) in enumerate(NOTES * 3, 1)
]
COLUMNS = list(ROWS[0])
TARGETS = {"Name": "hostname", "Notes": "notes", "Env": "environment", "RAM": "memory_mb", "IP": "ip_address"}
TABLE = {
    "table_no": 1,
    "name": "records",
    "format": "delimited_text",
    "encoding": None,
    "delimiter": None,
    "header_row": 1,
    "record_kind": "server",
    "kind_reason": "",
    "columns": COLUMNS,
    "locator": {"first_file_row": 2},
    "warnings": [],
}
MAPPING = [MappingEntry(at, name, TARGETS[name], 1.0) for at, name in enumerate(COLUMNS, 1)]
SEEN = "select raw_data, cleansed_data, row_number from raw_import_records order by id"


async def _stored(database: Database) -> tuple[Scope, FlowKey, int]:
    """One table of awkward records, imported and cleansed."""
    scope = await tenants.find_or_create(database, "Acme", "Datacentre exit")
    flow = await new_flow(database, scope)
    frame = pl.DataFrame({str(at): [row[name] for row in ROWS] for at, name in enumerate(COLUMNS, 1)})
    block = {"block_no": 0, "file_records": frame.height, "file_rows": None, "profile": None}
    async with database.transaction(scope) as tx:
        row = await imports.of_flow(tx, flow)
        await imports.add_table(tx, scope, row.id, TABLE)
        block_id = await blocks.add(tx, flow, row.id, 1, block, pack(frame))
        await blocks.place(tx, scope, [(block_id, 1, 2)])
    return scope, flow, block_id


async def _cleansed(database: Database, scope: Scope, flow: FlowKey, block_id: int, version: int) -> pl.DataFrame:
    async with database.transaction(scope) as tx:
        row = await imports.of_flow(tx, flow)
        await mappings.add(tx, scope, row.id, 1, version, f"{version}", [], [], "test", "")
        mapping_id = (await mappings.newest(tx, scope, row.id))[1].id
        _, records = await blocks.raw_records(tx, scope, block_id)
        found = cleanse(raw_frame(records), MAPPING)
        await blocks.add_cleansed(tx, scope, block_id, mapping_id, "rules", pack_values(found.frame, found.origins))
    return found.frame


def _as_json(frame: pl.DataFrame) -> list[dict[str, Any]]:
    said = [{name: value for name, value in row.items() if value is not None} for row in frame.to_dicts()]
    return [{name: str(value) if isinstance(value, date) else value for name, value in row.items()} for row in said]


async def _seen(database: Database, scope: Scope) -> list[tuple[Any, ...]]:
    async with database.transaction(scope) as tx:
        return [tuple(row) for row in await tx.fetch(SEEN)]


async def test_sql_alone_shows_every_record_as_it_came_and_as_it_was_cleansed(url: str) -> None:
    async with Database.open(url) as database:
        scope, flow, block_id = await _stored(database)
        raw_only = await _seen(database, scope)
        frame = await _cleansed(database, scope, flow, block_id, 1)
        seen = await _seen(database, scope)
        async with database.transaction(scope) as tx:
            row = await imports.of_flow(tx, flow)
            first = await blocks.first_records(tx, scope, row.id, 1, 2)
    assert raw_only == [(row, None, at) for at, row in enumerate(ROWS, 1)]
    assert seen == [(row, said, at) for at, (row, said) in enumerate(zip(ROWS, _as_json(frame), strict=True), 1)]
    assert seen[0][1]["ip_address"] == ["10.0.0.1", "10.0.0.2"]
    assert (seen[0][1]["memory_mb"], seen[0][1]["environment"]) == (1024, "test")
    assert first == [{str(at): row[name] for at, name in enumerate(COLUMNS, 1)} for row in ROWS[:2]]


async def test_records_survive_the_way_down_to_json_lines_and_up_again(url: str) -> None:
    async with Database.open(url) as database:
        scope, flow, block_id = await _stored(database)
        await _cleansed(database, scope, flow, block_id, 1)
        await _cleansed(database, scope, flow, block_id, 2)
        before = await _seen(database, scope)
    await migrate.downgrade(url, "0009_wave_pins")
    connection = await asyncpg.connect(url)
    lines = await connection.fetchval("select lines from raw_block")
    await connection.close()
    async with Database.open(url) as database:
        assert await _seen(database, scope) == before
    assert lines.count("\n") == len(ROWS) - 1
    await migrate.upgrade(url)
    async with Database.open(url) as database:
        assert await _seen(database, scope) == before


async def test_a_new_mapping_supersedes_what_was_cleansed_and_keeps_it(url: str) -> None:
    async with Database.open(url) as database:
        scope, flow, block_id = await _stored(database)
        for version in (1, 2):
            await _cleansed(database, scope, flow, block_id, version)
        async with database.transaction(scope) as tx:
            rows = await tx.fetch(
                "select mapping_set_id, superseded_at is null as counts from cleansed_block order by id"
            )
            records = await tx.fetchval("select count(*) from raw_import_records")
        assert ([row["counts"] for row in rows], records) == ([False, True], len(ROWS))
        assert rows[0]["mapping_set_id"] < rows[1]["mapping_set_id"]


async def test_only_one_version_of_a_cleansed_block_counts(url: str) -> None:
    async with Database.open(url) as database:
        scope, flow, block_id = await _stored(database)
        for version in (1, 2):
            await _cleansed(database, scope, flow, block_id, version)
        with pytest.raises(asyncpg.UniqueViolationError):
            async with database.transaction(scope) as tx:
                await tx.execute("update cleansed_block set superseded_at = null")
