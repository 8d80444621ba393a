"""XLSX and XLSM workbooks (Office Open XML): every sheet with a table, hidden ones too; macros are never run."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from muster.phases.data_import.format import Example
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.typed.sheet_survey import SheetSurvey
from muster.phases.data_import.typed.workbook_example import XLSX
from muster.phases.data_import.typed.workbook_parts import check_cells, chunks, parts_of, targets, verify, zip_content
from muster.phases.data_import.typed.workbook_sheets import workbook_format
from muster.vocabulary.late_pattern import late

MAIN = "xl/workbook.xml"
SHEETS = "xl/worksheets/"
LONGEST_ROW = 8 << 20
# A first, cheap bound: every cell, filled or only formatted; columns A to Z are taken for granted.
ANY_CELL = late(rb'r="([A-Z]{2,3})\d')
ROW = late(rb'<(?:\w+:)?row [^>]*?\br="(\d{1,7})"')
HIDDEN_ROW = late(rb'<(?:\w+:)?row (?=[^>]*?\bhidden="(?:1|true)")[^>]*?\br="(\d{1,7})"')
# The true one, slow: an empty cell closes itself.
FILLED_CELL = late(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})\d{1,7}"[^>]*?(?<!/)>')
FILLED_ROW = late(rb'<(?:\w+:)?c [^>]*?r="[A-Z]{1,3}(\d{1,7})"[^>]*?(?<!/)>')
ERROR_CELL = late(
    rb'<(?:\w+:)?c (?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?(?<!/)>(.*?)</(?:\w+:)?c>', re.DOTALL
)
VALUE = late(rb"<(?:\w+:)?v>([^<]*)<")


@dataclass(slots=True)
class _Extent:
    """The rectangle that the cells span, those in it that hold errors, and the rows that are hidden."""

    rows: int = 0
    columns: int = 26
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)


def _recognise(path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(b"PK\x03\x04") and zip_content(path) == "xlsx" else 0.0


def _survey(path: Path, limits: Limits) -> tuple[SheetSurvey, ...]:
    """Unpack every part once, streaming. Raises FileDamaged, or FileTooLarge (by size, ratio or cells)."""
    with parts_of(path, limits) as archive:
        verify(archive, but=(SHEETS,))
        sheets = {part: _sheet(path, archive, part, limits) for part in archive.namelist() if part.startswith(SHEETS)}
        return tuple(sheets.get(part, SheetSurvey()) for part in _sheets_in_order(archive))


def _sheets_in_order(archive: zipfile.ZipFile) -> Iterator[str]:
    parts = targets(archive, MAIN)
    for element in fromstring(archive.read(MAIN)).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            references = [value for name, value in element.attrib.items() if name.endswith("}id")]
            yield parts.get(references[0], "") if references else ""


def _sheet(path: Path, archive: zipfile.ZipFile, part: str, limits: Limits) -> SheetSurvey:
    if not part.endswith(".xml"):
        return SheetSurvey()
    found = _extent(chunks(archive, part), ANY_CELL, ROW)
    if found.rows * found.columns > limits.max_cells:
        filled = _extent(chunks(archive, part), FILLED_CELL, FILLED_ROW)
        check_cells(path, filled.rows, filled.columns, limits)
    return SheetSurvey(found.errors, found.hidden)


def _extent(content: Iterator[bytes], cell: re.Pattern[bytes], row: re.Pattern[bytes]) -> _Extent:
    """From the cells themselves: what a sheet declares as its dimension is often false."""
    found, rest = _Extent(), b""
    columns: set[bytes] = set()
    for chunk in content:
        text = rest + chunk
        cut = text.rfind(b"row>") + 4
        if cut < 4:
            cut = text.rfind(b">") + 1 if len(text) > LONGEST_ROW else 0
        rest = text[cut:]
        columns.update(cell.findall(text, 0, cut))
        first = max(text.rfind(b"<row ", 0, cut), 0) if row is ROW else 0  # rows come in order: the last is enough
        found.rows = max(found.rows, max(map(int, row.findall(text, first, cut)), default=0))
        if b'hidden="' in text:
            found.hidden.update(int(number) - 1 for number in HIDDEN_ROW.findall(text, 0, cut))
        if b't="e"' in text:
            found.errors.update(_errors(text, cut))
    found.columns = max((_column_number(letters) for letters in columns), default=26)
    return found


def _errors(text: bytes, cut: int) -> Iterator[tuple[tuple[int, int], str]]:
    for letters, row, content in ERROR_CELL.findall(text, 0, cut):
        value = VALUE.search(content)
        if value:
            yield (int(row) - 1, _column_number(letters) - 1), value[1].decode("utf-8", "replace")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


FORMAT = workbook_format(
    name="xlsx_workbook",
    recognise=_recognise,
    survey=_survey,
    example=Example(
        XLSX,
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
