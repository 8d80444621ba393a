"""The bad records of an import as a file: raw values as they came, what is wrong with each, and whose record it is."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from muster.phases.data_cleansing.corrections import guarded, record_name, record_named
from muster.phases.data_cleansing.phase import raw_block
from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.store import imports, issues
from muster.store.imports import ImportRow, TableRow
from muster.store.transaction import Tx
from muster.vocabulary.correction_marks import MARKS, RECORD
from muster.vocabulary.errors import CorrectionRefused
from muster.vocabulary.kinds import CORRECTION
from muster.vocabulary.scope import Scope

JOINED = " | "
SPAN_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one record is bad: which column and value, by which rule, and what to do."""

    column: str
    value: str
    rule: str
    code: str
    hint: str


@dataclass(frozen=True, slots=True)
class BadTable:
    """The bad records of one table as CSV text."""

    table: TableRow
    records: int
    text: str


def refuse_other(file: Path, row: ImportRow, limits: Limits, scratch: Path) -> None:
    """Raise CorrectionRefused where a file does not correct records of this import, and of this import alone."""
    named = {found[0] for found in map(record_named, _names(file, limits, scratch)) if found is not None}
    if named != {row.file_sha256}:
        what = "names records of other files" if named else "names no records"
        raise CorrectionRefused(f"{file.name} {what}, not those of {row.filename}.")


def _names(file: Path, limits: Limits, scratch: Path) -> Iterator[str]:
    for table in intake.tables(file, limits, scratch):
        if table.record_kind == CORRECTION:
            place = str(table.columns.index(RECORD) + 1)
            for span in intake.spans(file, table, SPAN_BYTES, scratch):
                for block in intake.read(file, table, span, scratch):
                    yield from block.frame.get_column(place).drop_nulls().unique().to_list()


async def bad_records(tx: Tx, scope: Scope, row: ImportRow, codes: frozenset[str] = frozenset()) -> list[BadTable]:
    """Every table of an import that has bad records, with those records; `codes` limits the reasons."""
    reasons = await _reasons(tx, scope, row, codes)
    places = {place["id"]: place for place in await issues.places(tx, scope, row.id)}
    found = []
    for table in await imports.tables(tx, scope, row.id):
        own = {block: said for block, said in reasons.items() if places[block]["table_no"] == table.table_no}
        if own:
            found.append(await _written(tx, scope, row, table, own, places))
    return found


async def _reasons(tx: Tx, scope: Scope, row: ImportRow, codes: frozenset[str]) -> dict[int, dict[int, list[Reason]]]:
    """Reasons by block and ordinal. A record that was set aside and mended since has no reason any more."""
    found: dict[int, dict[int, list[Reason]]] = {}
    for issue in await issues.of_records(tx, scope, row.id):
        if codes and issue["code"] not in codes:
            continue
        reason = Reason(*(str(issue[name] or "") for name in ("column", "value", "rule", "code", "hint")))
        for ordinal in issue["rows"]:
            found.setdefault(issue["block_id"], {}).setdefault(ordinal, []).append(reason)
    for bad in await issues.rejected(tx, scope, row.id):
        if not codes or bad["code"] in codes:
            reason = Reason("", JOINED.join(map(str, bad["raw"] or ())), "", bad["code"], bad["hint"])
            found.setdefault(bad["block_id"], {}).setdefault(bad["ordinal"], []).append(reason)
    return found


async def _written(
    tx: Tx,
    scope: Scope,
    row: ImportRow,
    table: TableRow,
    reasons: Mapping[int, Mapping[int, list[Reason]]],
    places: Mapping[int, Mapping[str, Any]],
) -> BadTable:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*table.columns, *MARKS])
    records = 0
    for block_id, said in reasons.items():
        frame = (await raw_block(tx, scope, row.id, block_id)).frame()
        for ordinal, values in _chosen(frame.iter_rows(), said):
            cells = [guarded("" if value is None else str(value)) for value in values]
            writer.writerow([*cells, *_marks(row, table, places[block_id], ordinal, said[ordinal])])
            records += 1
    return BadTable(table, records, text.getvalue())


def _chosen(rows: Iterable[tuple[Any, ...]], said: Mapping[int, list[Reason]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    return ((ordinal, values) for ordinal, values in enumerate(rows) if ordinal in said)


def _marks(row: ImportRow, table: TableRow, place: Mapping[str, Any], ordinal: int, reasons: list[Reason]) -> list[str]:
    """The columns behind the raw ones, in the order of MARKS."""
    gaps = place["file_rows"]
    file_row = place["first_file_row"] + (gaps[ordinal] if gaps else ordinal + 1) - 1
    named = record_name(row.file_sha256, table.name, place["first_row"] + ordinal)
    told = [JOINED.join(getattr(one, name) for one in reasons) for name in ("column", "value", "rule", "code", "hint")]
    return [named, *map(guarded, [row.filename, str(file_row), *told])]
