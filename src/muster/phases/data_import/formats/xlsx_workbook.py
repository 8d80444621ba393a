"""XLSX workbooks: every sheet with a table. The reader builds a whole sheet in memory, so limits are checked first."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import fastexcel
import polars as pl

from muster.phases.data_import.block_parts import without_blank_records
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.heading import find_heading
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.table_found import described
from muster.phases.data_import.workbook_example import EXAMPLE
from muster.phases.data_import.workbook_parts import check, is_workbook
from muster.vocabulary.errors import FileDamaged, FileEmpty
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table

SAMPLE_ROWS = 1_000
BLOCK_ROWS = 20_000


def _recognise(path: Path, head: bytes) -> float:
    return 1.0 if is_workbook(path, head) else 0.0


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    check(path, limits)
    reader = _open(path)
    found: list[Table] = []
    skipped: list[Issue] = []
    for number, name in enumerate(reader.sheet_names):
        frame = _sheet(path, reader, number)
        table = _table(name, number, frame)
        if table is not None:
            found.append(table)
        elif frame.height:
            skipped.append(_skipped(name))
    if not found:
        raise FileEmpty(f"No sheet of {path.name} holds a table.")
    return (replace(found[0], warnings=(*found[0].warnings, *skipped)), *found[1:])


def _open(path: Path) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise FileDamaged(f"{path.name} is a workbook that cannot be read: {str(error).splitlines()[0]}.") from error


def _sheet(path: Path, reader: fastexcel.ExcelReader, number: int) -> pl.DataFrame:
    """All rows from the sheet's first one, as text, blanks as ''; columns '1'..'n' from the first that is used."""
    try:
        frame = reader.load_sheet(number, header_row=None, skip_rows=0, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        raise FileDamaged(f"Sheet {number + 1} of {path.name} cannot be read: {str(error).splitlines()[0]}.") from error
    return frame.select(
        pl.col(name).cast(pl.String).fill_null("").alias(str(at)) for at, name in enumerate(frame.columns, 1)
    )


def _skipped(name: str) -> Issue:
    return Issue(
        "sheet_skipped",
        f"Sheet {name} holds no table and was left out.",
        "If it does hold one, give it a header row and no title beside it.",
    )


def _table(name: str, number: int, frame: pl.DataFrame) -> Table | None:
    rows = [_trimmed(row) for row in frame.head(SAMPLE_ROWS).rows()]
    heading = find_heading(rows)
    body = [row for row in rows[heading.first :] if any(cell.strip() for cell in row)]
    if len(heading.names) < 2 and (heading.row is None or not body):
        return None
    return described(
        name=name,
        format="xlsx_workbook",
        heading=heading,
        body=body,
        locator={"sheet": number, "first_file_row": heading.first + 1, "end_row": _last_filled(frame)},
    )


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Without the blank cells at its end: a sheet is as wide as its widest row."""
    used = max((position for position, cell in enumerate(row, 1) if cell.strip()), default=0)
    return tuple(row[:used])


def _last_filled(frame: pl.DataFrame) -> int:
    if not frame.width:
        return 0
    filled = frame.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series().arg_true()
    return int(filled[-1]) + 1 if len(filled) else 0


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span: reading part of a sheet costs as much as reading all of it."""
    first, end = int(str(table.locator["first_file_row"])) - 1, int(str(table.locator["end_row"]))
    return (Span(0, first, end),) if end > first else ()


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    width = len(table.columns)
    frame = _sheet(path, _open(path), int(str(table.locator["sheet"])))
    missing = [pl.lit("").alias(str(position)) for position in range(frame.width + 1, width + 1)]
    frame = frame.with_columns(missing).select(str(position) for position in range(1, width + 1))
    for start in range(span.start, span.end, BLOCK_ROWS):
        yield without_blank_records(frame[start : min(start + BLOCK_ROWS, span.end)], start - span.start)


FORMAT = Format(
    name="xlsx_workbook",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        EXAMPLE,
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
