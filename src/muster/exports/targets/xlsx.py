"""A workbook of every attribute: one sheet, continued on further sheets beyond Excel's 1,048,576 rows.

Text cells are text whatever they begin with (=, +, -, @, tab, carriage return), and are marked so that a spreadsheet
keeps them text when somebody edits them. Dates are ISO text, since a sheet's own dates have no time zone and begin
in 1900. Figures have 16 digits, which is what the format keeps.
"""

from pathlib import Path

import polars as pl

from muster.exports.target import Encoding, GeneralTarget
from muster.exports.workbook_file import LONGEST, Workbook


class XlsxPart:
    """A workbook of one table that is being written."""

    def __init__(self, path: Path, schema: pl.Schema) -> None:
        self._book = Workbook(path)
        self._sheet = self._book.sheet("Inventory", schema)

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        self._sheet.add(rows)

    def close(self) -> None:
        """Write the file."""
        self._sheet.close()
        self._book.close()


TARGET = GeneralTarget(
    title="every attribute as a workbook",
    source="the attribute catalogue; Excel specifications and limits",
    encoding=Encoding(".xlsx", XlsxPart),
    prepare=lambda rows: rows,
    longest=LONGEST,
)
