"""Delimited text: UTF-8, commas, quotes where they are needed, a header row, one line feed a record."""

from pathlib import Path

import polars as pl

from muster.exports.target import Encoding

FORMULA = r"^[=+\-@\t\r]"  # what a spreadsheet would run instead of showing it (OWASP, CSV injection)


def encoded(rows: pl.DataFrame, *, header: bool = False) -> bytes:
    """Rows as they stand in the file."""
    return rows.write_csv(include_header=header).encode()


def guarded(text: pl.Expr) -> pl.Expr:
    """Text that a spreadsheet shows and does not run; the intake takes the apostrophe away again."""
    return pl.when(text.str.contains(FORMULA)).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


class CsvPart:
    """A file of delimited text that is being written."""

    def __init__(self, path: Path, schema: pl.Schema) -> None:
        self._file = path.open("wb")
        self._file.write(encoded(pl.DataFrame(schema=schema), header=True))

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        self._file.write(encoded(rows))

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


CSV = Encoding(".csv", CsvPart, lambda rows: len(encoded(rows)))
