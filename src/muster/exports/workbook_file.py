"""Workbooks: sheets that are written row by row, continued on another sheet where one is full."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from muster.exports.columns import written
from muster.exports.csv_file import FORMULA
from muster.vocabulary.attributes import attributes

SHEET_ROWS = 1_048_576  # of a sheet, its header among them (Excel's specification)
LONGEST = 32_767  # characters of a cell
EXACT = 10**15  # a cell keeps fifteen digits of a number (Excel's specification)
WIDEST, NARROWEST = 48, 9
SAME_TIME = datetime(
    2000, 1, 1, tzinfo=UTC
)  # a workbook states when it was made; the same content is to be the same bytes


class Workbook:
    """A workbook that is being written."""

    def __init__(self, path: Path) -> None:
        options = {
            "constant_memory": True,
            "strings_to_urls": False,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent)})
        self._book.set_properties({"created": SAME_TIME})
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A5F", "valign": "vcenter", "text_wrap": True}
        self.head: Format = self._book.add_format(head)
        # The mark that spreadsheets themselves keep for text: shown, never run, also after the cell was edited.
        self.text: Format = self._book.add_format({"quote_prefix": True})

    def sheet(self, name: str, schema: pl.Schema, widths: Mapping[str, int] | None = None) -> "Sheet":
        """Begin a sheet; only the newest can be written to."""
        return Sheet(self, name, schema, widths or {})

    def add(self, name: str) -> Worksheet:
        """A bare sheet."""
        return self._book.add_worksheet(name)

    def close(self) -> None:
        """Write the file."""
        self._book.close()


class Sheet:
    """A table in a workbook, with a header row that stays in view and filters."""

    def __init__(self, book: Workbook, name: str, schema: pl.Schema, widths: Mapping[str, int]) -> None:
        self._book, self._name, self._schema, self._widths = book, name, schema, widths
        self._sheets = 0
        self._begin()

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows; text stays text, figures stay figures."""
        shown = rows.select(_shown(name, dtype).alias(name) for name, dtype in rows.schema.items())
        risky = [
            column.str.contains(FORMULA).fill_null(False).any() if column.dtype == pl.String else False
            for column in shown
        ]
        for record in shown.iter_rows():
            if self._row == SHEET_ROWS:
                self._begin()
            for place, value in enumerate(record):
                if value is not None:
                    self._write(place, value, risky[place])
            self._row += 1

    def close(self) -> None:
        """Finish the sheet."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 1), max(len(self._schema) - 1, 0))

    def _write(self, place: int, value: object, risky: bool) -> None:
        if isinstance(value, str):
            mark = self._book.text if risky and value[:1] in "=+-@\t\r" else None
            self._sheet.write_string(self._row, place, value[:LONGEST], mark)
        elif isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value)
        elif isinstance(value, int) and abs(value) >= EXACT:
            self._sheet.write_string(self._row, place, str(value))
        else:
            self._sheet.write_number(self._row, place, value)

    def _begin(self) -> None:
        if self._sheets:
            self.close()
        self._sheets += 1
        self._sheet = self._book.add(self._name if self._sheets == 1 else f"{self._name} ({self._sheets})")
        self._sheet.freeze_panes(1, 1)
        for place, name in enumerate(self._schema):
            width = self._widths.get(name, min(WIDEST, max(NARROWEST, len(name) + 3)))
            self._sheet.set_column(place, place, width)
            self._sheet.write_string(0, place, name, self._book.head)
        self._row = 1


def _shown(name: str, dtype: pl.DataType) -> pl.Expr:
    """Figures and truths as they are, all else as text."""
    if isinstance(dtype, pl.Boolean | pl.Int64 | pl.Float64 | pl.String):
        return pl.col(name)
    if name in attributes():
        return written(name)
    if isinstance(dtype, pl.List):
        return pl.col(name).cast(pl.List(pl.String)).list.join("; ")
    if dtype.is_integer() or dtype.is_float():
        return pl.col(name)
    return pl.col(name).cast(pl.String)
