"""Workbooks of every kind: each sheet is read once into files of text cells, and its tables are read from those."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count, islice
from pathlib import Path

import orjson
import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from muster.phases.data_import.block_parts import with_nul_rejected, without_blank_records
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading, find_heading
from muster.phases.data_import.tables.table_areas import Area, find_areas
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.typed.compiled_reader import panic_is_damage
from muster.phases.data_import.typed.sheet_survey import Errors, SheetSurvey
from muster.phases.data_import.typed.workbook_values import as_texts
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Json, Table

Survey = Callable[[Path, Limits], Sequence[SheetSurvey]]
SHEETS = "sheets.json"
SAMPLE_ROWS = 1_000
PART_ROWS = 20_000
PART_CELLS = 500_000
LOOKED_AT_CELLS = 200_000  # further tables of a sheet begin among these; the last one goes on to the sheet's end
CELL_SHEETS = (SheetTypeEnum.WorkSheet, SheetTypeEnum.DialogSheet, SheetTypeEnum.MacroSheet)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it lies in its folder: parts of `part_rows` rows each, from the sheet's first row on.

    `end_row` is the row after the last one that holds anything, 0-based; 0 for a blank sheet. `hidden` counts the
    rows that hold something and are not shown.
    """

    number: int
    name: str
    width: int
    end_row: int
    part_rows: int
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The values of a sheet, in rows of `width` cells, from its first row on."""

    number: int
    name: str
    width: int
    rows: Iterator[Sequence[object]]
    hidden: Set[int] = frozenset()


Opened = Callable[[Path, Sequence[SheetSurvey]], Iterator[SheetCells]]


def workbook_format(
    name: str,
    recognise: Callable[[Path, bytes], float],
    survey: Survey,
    example: Example,
    opened: Opened | None = None,
) -> Format:
    """A kind of workbook. `survey` checks its limits before it is read; `opened` reads what calamine does not."""

    def unpack(path: Path, folder: Path, limits: Limits) -> None:
        about = survey(path, limits)
        sheets = [asdict(_write(folder, cells)) for cells in (opened or calamine_cells)(path, about)]
        (folder / SHEETS).write_bytes(orjson.dumps({"file": path.name, "sheets": sheets}))

    def tables(folder: Path, limits: Limits) -> tuple[Table, ...]:
        return _tables(name, folder, limits)

    return Format(
        name=name, recognise=recognise, tables=tables, spans=_spans, read=_read, example=example, unpack=unpack
    )


def calamine_cells(path: Path, about: Sequence[SheetSurvey]) -> Iterator[SheetCells]:
    """Every sheet of a workbook that calamine reads, charts left out. Raises FileDamaged."""
    with path.open("rb") as file:
        content = io.BytesIO(file.read())
    with _readable(path):
        book = CalamineWorkbook.from_filelike(content)
    for number, kind in enumerate(book.sheets_metadata):
        if kind.typ in CELL_SHEETS:
            with _readable(path):
                sheet = book.get_sheet_by_index(number)
            found = about[number] if number < len(about) else SheetSurvey()
            rows = _rows(sheet, _by_row(found.errors, sheet.start[1] if sheet.start else 0))
            yield SheetCells(number, kind.name, sheet.width, rows, found.hidden)


def _rows(sheet: CalamineSheet, errors: Mapping[int, Sequence[tuple[int, str]]]) -> Iterator[Sequence[object]]:
    """Rows come from the sheet's first one, columns from the first that is used."""
    return (_with_errors(row, errors.get(at, ())) for at, row in enumerate(sheet.iter_rows()))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """The reader's errors as ours; OSError is what it raises where content that it holds in memory ends too early."""
    try:
        with panic_is_damage(path):
            yield
    except (CalamineError, OSError) as error:
        lines = str(error).splitlines() or ["it ends too early"]
        raise FileDamaged(f"{path.name} is a workbook that cannot be read: {lines[0]}.") from error


def _write(folder: Path, sheet: SheetCells) -> Sheet:
    part_rows = max(1, min(PART_ROWS, PART_CELLS // max(sheet.width, 1)))
    end_row = hidden = 0
    for part in count():
        first = part * part_rows
        cells = list(islice(sheet.rows, part_rows))
        if not cells or not sheet.width:
            break
        frame = as_texts(cells)
        frame.write_ipc(_part(folder, sheet.number, part), compression="lz4")
        filled = frame.select(pl.any_horizontal(pl.all().str.strip_chars() != "")).to_series().arg_true()
        end_row = first + int(filled[-1]) + 1 if len(filled) else end_row
        hidden += len(sheet.hidden & set((filled + first).to_list())) if sheet.hidden else 0
    return Sheet(sheet.number, sheet.name, sheet.width, end_row, part_rows, hidden)


def _by_row(errors: Errors, left: int) -> Mapping[int, Sequence[tuple[int, str]]]:
    rows: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in errors.items():
        rows.setdefault(row, []).append((column - left, text))
    return rows


def _with_errors(row: Sequence[object], errors: Sequence[tuple[int, str]]) -> Sequence[object]:
    if not errors:
        return row
    row = list(row)
    for position, text in errors:
        if 0 <= position < len(row) and row[position] == "":
            row[position] = text
    return row


def _part(folder: Path, sheet: int, part: int) -> Path:
    return folder / f"{sheet}-{part}.arrow"


def _sheets(folder: Path) -> tuple[str, list[Sheet]]:
    """The name of the workbook's file, and its sheets."""
    about = orjson.loads((folder / SHEETS).read_bytes())
    return about["file"], [Sheet(**sheet) for sheet in about["sheets"]]


def _tables(format: str, folder: Path, limits: Limits) -> tuple[Table, ...]:
    found: list[Table] = []
    skipped: list[Issue] = []
    file, sheets = _sheets(folder)
    for sheet in sheets:
        tables = list(_tables_of(format, folder, sheet))
        if tables and sheet.hidden:
            tables[0] = replace(tables[0], warnings=(*tables[0].warnings, _hidden(sheet)))
        found += tables
        widest = max((len(table.columns) for table in tables), default=0)
        if widest > limits.max_columns:
            raise FileTooLarge(f"{sheet.name} in {file} has {widest} columns; max_columns is {limits.max_columns}.")
        if not tables and sheet.end_row:
            skipped.append(_skipped(sheet.name))
    if not found:
        raise FileEmpty(f"No sheet of {file} holds a table.")
    return (replace(found[0], warnings=(*found[0].warnings, *skipped)), *found[1:])


def _hidden(sheet: Sheet) -> Issue:
    return Issue(
        "hidden_rows",
        f"{sheet.hidden:,} rows of sheet {sheet.name} are hidden, as a filter does it. They are read like the others.",
        "If they should not be taken in, delete them or copy the visible rows to a new sheet.",
    )


def _skipped(name: str) -> Issue:
    return Issue(
        "sheet_skipped",
        f"Sheet {name} holds no table and was left out.",
        "If it does hold one, give it a header row and no title beside it.",
    )


def _tables_of(format: str, folder: Path, sheet: Sheet) -> Iterator[Table]:
    rows = _first_rows(folder, sheet)
    taken: list[str] = []
    for area in find_areas(rows):
        name = _name(sheet.name, area.caption, taken)
        end = sheet.end_row if area.end_row == len(rows) else area.end_row
        table = _table(format, name, sheet, rows, replace(area, end_row=end))
        if table is not None:
            taken.append(name)
            yield table


def _first_rows(folder: Path, sheet: Sheet) -> list[tuple[str, ...]]:
    wanted = min(sheet.end_row, max(SAMPLE_ROWS, LOOKED_AT_CELLS // max(sheet.width, 1)))
    return [_trimmed(row) for _first, frame in _frames(folder, sheet, 0, wanted) for row in frame.rows()]


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Without the blank cells at its end: a sheet is as wide as its widest row."""
    used = len(row)
    while used and not row[used - 1].strip():
        used -= 1
    return tuple(row[:used])


def _name(sheet: str, caption: str | None, taken: Sequence[str]) -> str:
    """The first table of a sheet has the sheet's name; a further one its caption as well, or a number."""
    if not taken:
        return sheet
    name = f"{sheet} / {caption}" if caption else sheet
    number = 1
    while (name if number == 1 else f"{name} ({number})") in taken:
        number += 1
    return name if number == 1 else f"{name} ({number})"


def _table(format: str, name: str, sheet: Sheet, rows: Sequence[Sequence[str]], area: Area) -> Table | None:
    cells = [
        row[area.first_column : area.end_column]
        for row in rows[area.first_row : min(area.end_row, area.first_row + SAMPLE_ROWS)]
    ]
    heading = find_heading(cells)
    body = [row for row in cells[heading.first :] if any(cell.strip() for cell in row)]
    if len(heading.names) < 2 and (heading.row is None or not body):
        return None
    first = area.first_row + heading.first
    locator: dict[str, Json] = {
        "sheet": sheet.number,
        "first_file_row": first + 1,
        "end_row": area.end_row,
        "first_column": area.first_column,
    }
    placed = Heading(None if heading.row is None else area.first_row + heading.row, first, heading.names)
    return described(name=name, format=format, heading=placed, body=body, locator=locator)


def _spans(folder: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span for each part of the sheet that the table lies in."""
    first, end = int(str(table.locator["first_file_row"])) - 1, int(str(table.locator["end_row"]))
    step = _sheet(folder, table).part_rows
    cuts = [first, *range(first - first % step + step, end, step), end] if end > first else []
    return tuple(Span(number, start, stop) for number, (start, stop) in enumerate(zip(cuts, cuts[1:], strict=False)))


def _sheet(folder: Path, table: Table) -> Sheet:
    number = int(str(table.locator["sheet"]))
    return next(sheet for sheet in _sheets(folder)[1] if sheet.number == number)


def _read(folder: Path, table: Table, span: Span) -> Iterator[Block]:
    left, width = int(str(table.locator["first_column"])), len(table.columns)
    for first, frame in _frames(folder, _sheet(folder, table), span.start, span.end):
        cells = [
            (pl.col(str(left + at)) if left + at <= frame.width else pl.lit("")).alias(str(at))
            for at in range(1, width + 1)
        ]
        yield with_nul_rejected(without_blank_records(frame.select(cells), first - span.start))


def _frames(folder: Path, sheet: Sheet, start: int, end: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows from `start` to `end`, part by part, each with the row that it begins at."""
    for part in range(start // sheet.part_rows, -(-end // sheet.part_rows)):
        first = part * sheet.part_rows
        frame = pl.read_ipc(_part(folder, sheet.number, part))
        low, high = max(start - first, 0), min(end - first, frame.height)
        yield first + low, frame[low:high]
