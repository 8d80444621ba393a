"""ODS workbooks (OpenDocument, LibreOffice): every sheet with a table, hidden ones too."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.typed.sheet_survey import SheetSurvey
from muster.phases.data_import.typed.workbook_example import ODS
from muster.phases.data_import.typed.workbook_parts import check_cells, chunks, parts_of, verify, zip_content
from muster.phases.data_import.typed.workbook_sheets import workbook_format
from muster.vocabulary.late_pattern import late

CONTENT = "content.xml"
LONGEST_TAG = 1 << 20
TAG = late(
    rb"<table:(?P<kind>table|table-row|table-cell|covered-table-cell)(?P<about>\s[^>]*)?>"
    rb"(?:\s*<text:p[^>]*>(?P<text>[^<]*))?"
)
ROWS = late(rb'table:number-rows-repeated="(\d{1,9})"')
COLUMNS = late(rb'table:number-columns-repeated="(\d{1,9})"')
FILLED = late(rb"office:(?:value-type|string-value)=")
HIDDEN, FILTERED = b'table:visibility="collapse"', b'table:visibility="filter"'
ERROR = b'calcext:value-type="error"'


@dataclass(slots=True)
class _Sheet:
    """A sheet as far as its tags were read: where the next row and cell stand, and what was found."""

    row: int = 0
    height: int = 0
    column: int = 0
    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hides: bool = False
    hidden: set[int] = field(default_factory=set)

    def begin_row(self, about: bytes) -> None:
        self.row, self.column = self.row + self.height, 0
        self.height = _times(ROWS, about)
        self.hides = HIDDEN in about or FILTERED in about

    def add_cell(self, about: bytes, text: bytes) -> None:
        width = _times(COLUMNS, about)
        if FILLED.search(about):
            self.rows = max(self.rows, self.row + self.height)
            self.columns = max(self.columns, self.column + width)
            if self.hides and self.height <= LONGEST_TAG:
                self.hidden.update(range(self.row, self.row + self.height))
        if ERROR in about and self.height * width <= LONGEST_TAG:
            said = html.unescape(text.decode("utf-8", "replace")) or "#VALUE!"
            places = ((self.row + down, self.column + right) for down in range(self.height) for right in range(width))
            self.errors.update(dict.fromkeys(places, said))
        self.column += width


def _recognise(path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(b"PK\x03\x04") and zip_content(path) == "ods" else 0.0


def survey(path: Path, limits: Limits) -> tuple[SheetSurvey, ...]:
    """Unpack every part once, streaming. Raises FileDamaged, or FileTooLarge (by size, ratio or cells)."""
    with parts_of(path, limits) as archive:
        verify(archive, but=(CONTENT,))
        sheets: list[_Sheet] = []
        for kind, about, text in _tags(chunks(archive, CONTENT)):
            if kind == b"table":
                sheets.append(_Sheet())
            elif sheets and kind == b"table-row":
                sheets[-1].begin_row(about)
            elif sheets:
                sheets[-1].add_cell(about, text)
    for sheet in sheets:
        check_cells(path, sheet.rows, sheet.columns, limits)
    return tuple(SheetSurvey(sheet.errors, sheet.hidden) for sheet in sheets)


def _tags(content: Iterator[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    rest = b""
    for chunk in content:
        text = rest + chunk
        cut = text.rfind(b"<table:")  # the last tag may go on in the next chunk
        rest = text[max(cut, 0) :] if cut >= 0 or len(text) < LONGEST_TAG else b""
        for found in TAG.finditer(text, 0, max(cut, 0)):
            yield found["kind"], found["about"] or b"", found["text"] or b""
    for found in TAG.finditer(rest):
        yield found["kind"], found["about"] or b"", found["text"] or b""


def _times(pattern: re.Pattern[bytes], about: bytes) -> int:
    found = pattern.search(about)
    return int(found[1]) if found else 1


FORMAT = workbook_format(
    name="ods_workbook",
    recognise=_recognise,
    survey=survey,
    example=Example(
        ODS,
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
