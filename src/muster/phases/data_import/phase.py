"""data_import: recognise the file, read its tables block by block, keep every record unaltered with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from muster.flow.phase import Complete, Fan, Next, PartDone, Phase, Step, Task
from muster.phases.data_import import intake
from muster.phases.data_import.begin import materialise, scratch_of
from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.profiles.table_profile import (
    TableProfile,
    block_as_json,
    block_of_json,
    known_traps,
    merged,
    nothing,
    of_block,
    warnings,
)
from muster.store import blocks, imports
from muster.store.blocks import BlockRow
from muster.store.column_profiles import as_json
from muster.store.imports import TableRow
from muster.store.packed import Packed, pack
from muster.store.transaction import Tx
from muster.vocabulary.errors import ImportNotFound
from muster.vocabulary.issue import Issue
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.table import Table

BLOCKS_PER_SPAN = 100_000  # more than 8 MiB hold of chunks of ten records


NO_RECORDS = Issue(
    "no_records",
    "The table has a header and no records.",
    "If records are missing, export the table again; an empty one needs nothing.",
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """A file to look at."""

    import_id: UUID
    path: Path
    limits: Limits
    span_bytes: int


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file holds: its tables, and the stretches to read them in."""

    import_id: UUID
    tables: tuple[Table, ...]
    spans: tuple[tuple[int, Span], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One span of one table to read."""

    import_id: UUID
    path: Path
    table_no: int
    table: Table
    span: Span
    chunk_records: int


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block as it is kept, and the records in it that could not be read as their columns say."""

    columns: Mapping[str, Any]
    records: Packed
    rejected: Sequence[tuple[int, Sequence[str], Issue]]


@dataclass(frozen=True, slots=True)
class Arrived:
    """All blocks of an import are in."""

    import_id: UUID
    tables: Sequence[TableRow]
    blocks: Sequence[BlockRow]


async def load_file(tx: Tx, task: Task) -> Recognition:
    row = await imports.of_flow(tx, task.flow)
    path = await materialise(tx, task.spool, row, task.flow.scope)
    return Recognition(row.id, path, Limits(**task.settings["limits"]), task.settings["span_bytes"])


def recognise(request: Recognition) -> Recognised:
    scratch = scratch_of(request.path)
    found = intake.tables(request.path, request.limits, scratch)
    spans = [
        (no, span)
        for no, table in enumerate(found, 1)
        for span in intake.spans(request.path, table, request.span_bytes, scratch)
    ]
    return Recognised(request.import_id, found, tuple(spans))


async def save_tables(tx: Tx, task: Task, found: Recognised) -> Next:
    scope = task.flow.scope
    await imports.replace_tables(
        tx, scope, found.import_id, [_table_columns(no, t) for no, t in enumerate(found.tables, 1)]
    )
    for no, table in enumerate(found.tables, 1):
        await blocks.replace_issues(tx, scope, found.import_id, no, None, "data_import", table.warnings)
    if not found.spans:
        return await save_arrived(tx, task, arrive(await load_arrived(tx, task)))
    return Fan("block", [{"table_no": no, **asdict(span)} for no, span in found.spans], "finish")


def _table_columns(no: int, table: Table) -> dict[str, Any]:
    return {
        "table_no": no,
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
        "record_kind": table.record_kind,
        "kind_reason": table.kind_reason,
        "kind_confidence": table.kind_confidence,
        "kind_rival": table.kind_rival,
        "columns": table.columns,
        "locator": dict(table.locator),
        "warnings": [asdict(warning) for warning in table.warnings],
    }


async def load_stretch(tx: Tx, task: Task) -> Stretch:
    row = await imports.of_flow(tx, task.flow)
    path = await materialise(tx, task.spool, row, task.flow.scope)
    number = task.payload["table_no"]
    for table in await imports.tables(tx, task.flow.scope, row.id):
        if table.table_no == number:
            span = Span(**{part.name: task.payload[part.name] for part in fields(Span)})
            return Stretch(row.id, path, number, table_of(table), span, task.settings["chunk_records"])
    raise ImportNotFound(f"Import {row.id} has no table {number}.")


def table_of(row: TableRow) -> Table:
    """The recognised table that a stored row tells of."""
    return Table(
        row.name,
        row.format,
        row.record_kind,
        tuple(row.columns),
        row.encoding,
        row.delimiter,
        row.header_row,
        row.kind_reason,
        row.locator,
        kind_confidence=1.0 if row.kind_confidence is None else row.kind_confidence,
        kind_rival=row.kind_rival,
    )


def read_stretch(stretch: Stretch) -> tuple[Stretch, list[ReadBlock]]:
    kept: list[ReadBlock] = []
    before = 0
    read = intake.read(stretch.path, stretch.table, stretch.span, scratch_of(stretch.path))
    for number, block in enumerate(chain.from_iterable(parts(block, stretch.chunk_records) for block in read)):
        kept.append(_kept(stretch, number, before, block))
        before += block.file_records
    return stretch, kept


def _kept(stretch: Stretch, number: int, before: int, block: Block) -> ReadBlock:
    """A block as it is kept. The reader counts file rows from the span's start, the store from the block's."""
    columns = {
        "block_no": stretch.span.number * BLOCKS_PER_SPAN + number,
        "file_records": block.file_records,
        "file_rows": None if block.file_rows is None else [row - before for row in block.file_rows],
        "profile": block_as_json(of_block(block, stretch.table.columns)),
    }
    return ReadBlock(columns, pack(block.frame), [(bad.ordinal, bad.values, bad.issue) for bad in block.rejected])


async def save_blocks(tx: Tx, task: Task, read: tuple[Stretch, list[ReadBlock]]) -> Next:
    stretch, found = read
    for block in found:
        block_id = await blocks.add(tx, task.flow, stretch.import_id, stretch.table_no, block.columns, block.records)
        await blocks.reject(tx, task.flow.scope, stretch.import_id, block_id, "data_import", block.rejected)
    return PartDone(
        sum(block.records.records for block in found), {"table_no": stretch.table_no, "span": stretch.span.number}
    )


async def load_arrived(tx: Tx, task: Task) -> Arrived:
    row = await imports.of_flow(tx, task.flow)
    scope = task.flow.scope
    return Arrived(row.id, await imports.tables(tx, scope, row.id), await blocks.listing(tx, scope, row.id))


@dataclass(frozen=True, slots=True)
class Placed:
    """Where every block begins in its table, and what each table holds in all."""

    import_id: UUID
    places: Sequence[tuple[int, int, int]]
    tables: Sequence[Mapping[str, Any]]


def arrive(arrived: Arrived) -> Placed:
    places: list[tuple[int, int, int]] = []
    closed: list[dict[str, Any]] = []
    for table in arrived.tables:
        row, file_row = 1, table.locator["first_file_row"]
        profiles: list[TableProfile] = []
        for block in (block for block in arrived.blocks if block.table_no == table.table_no):
            places.append((block.id, row, file_row))
            row, file_row = row + block.records, file_row + block.file_records
            profiles += [block_of_json(block.profile)] if block.profile else []
        found = merged(profiles) if profiles else nothing(table.columns)
        closed.append({"table_no": table.table_no, "records": row - 1, **_closing(table, found)})
    return Placed(arrived.import_id, places, closed)


def _closing(table: TableRow, found: TableProfile) -> dict[str, Any]:
    """What is known of a table once it was read to its end; an earlier end of the same table leaves no trace."""
    recognised = [warning for warning in table.warnings if warning["code"] not in known_traps()]
    seen = [asdict(warning) for warning in warnings(table_of(table), found)]
    profile = [as_json(column, complete=True) for column in found.columns]
    return {"profile": profile, "warnings": [*recognised, *seen]}


async def save_arrived(tx: Tx, task: Task, placed: Placed) -> Next:
    scope = task.flow.scope
    await blocks.place(tx, scope, placed.places)
    await imports.close_tables(tx, scope, placed.import_id, placed.tables)
    for table in placed.tables:
        issues = [Issue(**{**warning, "rows": tuple(warning["rows"])}) for warning in table["warnings"]]
        issues += [] if table["records"] else [NO_RECORDS]
        await blocks.replace_issues(tx, scope, placed.import_id, table["table_no"], None, "data_import", issues)
    records = sum(table["records"] for table in placed.tables)
    state = {
        "source_analysis": {"tables": len(placed.tables)},
        "cmdb_data": {"records": records},
        "validation_results": {"valid": True},
    }
    return Complete(state, records)


PHASE = Phase(
    name=PhaseName.DATA_IMPORT,
    after=None,
    steps={
        "start": Step(load_file, recognise, save_tables),
        "block": Step(load_stretch, read_stretch, save_blocks),
        "finish": Step(load_arrived, arrive, save_arrived),
    },
)
