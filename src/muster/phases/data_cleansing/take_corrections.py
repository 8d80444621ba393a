"""A corrected file that has come in: its rows are kept for the records that they name."""

from collections.abc import Iterator
from uuid import UUID

import polars as pl

from muster.phases.data_cleansing.corrections import record_named
from muster.store import blocks, corrections, imports
from muster.store.frames import raw_frame
from muster.store.imports import TableRow
from muster.store.transaction import Tx
from muster.vocabulary.correction_marks import MARKS, RECORD
from muster.vocabulary.issue import Issue
from muster.vocabulary.kinds import CORRECTION
from muster.vocabulary.scope import Scope

Row = tuple[str, str, int, int, dict[str, str]]
NAMELESS = "The rows {rows} name no record of a file of this engagement, so they correct nothing."
HINT = "Import the file that they correct, or leave the column 'muster record' as muster issue export wrote it."


async def take_corrections(tx: Tx, scope: Scope, import_id: UUID) -> None:
    """Keep what an import's tables of corrections say, and tell of rows that name no record."""
    tables = {table.table_no: table for table in await imports.tables(tx, scope, import_id)}
    if not any(table.record_kind == CORRECTION for table in tables.values()):
        return
    found: list[Row] = []
    nameless: dict[int, list[int]] = {}
    for block in await blocks.listing(tx, scope, import_id):
        table = tables[block.table_no]
        if table.record_kind != CORRECTION or not block.records:
            continue
        _, records = await blocks.raw_records(tx, scope, block.id)
        first = await blocks.first_row(tx, scope, block.id)
        for own_row, row in _rows(raw_frame(records), table, first):
            if row is None:
                nameless.setdefault(table.table_no, []).append(own_row)
            else:
                found.append(row)
    await corrections.replace(tx, scope, import_id, found)
    for own_row in await corrections.unknown(tx, scope, import_id):
        nameless.setdefault(next(no for no, one in tables.items() if one.record_kind == CORRECTION), []).append(own_row)
    for table_no, rows in nameless.items():
        shown = ", ".join(map(str, sorted(rows)[:20]))
        issue = Issue("corrects_nothing", NAMELESS.format(rows=shown), HINT, column=RECORD)
        await blocks.replace_issues(tx, scope, import_id, table_no, None, "data_cleansing", [issue])


def _rows(frame: pl.DataFrame, table: TableRow, first: int) -> Iterator[tuple[int, Row | None]]:
    """Each row with its number; None where it names no record."""
    for own_row, texts in enumerate(frame.iter_rows(), first):
        cells = dict(zip(table.columns, texts, strict=True))
        named = record_named(cells.get(RECORD) or "")
        said = {column: text for column, text in cells.items() if column not in MARKS and text is not None}
        yield own_row, None if named is None else (*named, own_row, said)
