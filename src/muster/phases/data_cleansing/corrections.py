"""Corrected files: bad records as they were written out, mended by people, put in the place of the bad ones.

Each row names its record by the hash of the file, the table and the row number. A cell that was not changed stays as it
was in the first file, to the last blank; what a spreadsheet would run was written with an apostrophe before it.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from muster.store.corrections import Correction

# What a spreadsheet would run instead of showing it (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A cell as it is written to a file that a spreadsheet may open."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    """The cell as it was meant."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def record_name(file_sha256: str, table_name: str, row_number: int) -> str:
    """How a row of a corrected file names its record."""
    return f"{file_sha256}/{row_number}/{table_name}"


def record_named(text: str) -> tuple[str, str, int] | None:
    """(file hash, table, row number) of a record's name; None where the text is none."""
    sha256, _, rest = text.strip().partition("/")
    number, _, table = rest.partition("/")
    if len(sha256) != 64 or not number.isdecimal() or not table:
        return None
    return sha256, table, int(number)


def changed(raw: Mapping[str, str | None], cells: Mapping[str, str]) -> dict[str, str]:
    """The cells that the correction changes, by column; `raw` is the record as it was."""
    found = {}
    for column, text in cells.items():
        before = raw.get(column) or ""
        if column in raw and text not in (before, guarded(before)):
            found[column] = unguarded(text)
    return found


def corrected(frame: pl.DataFrame, columns: Sequence[str], first_row: int, rows: Sequence[Correction]) -> pl.DataFrame:
    """A block's raw records with the corrected ones in their place. `columns` are the names of '1'..'n'."""
    new: dict[str, dict[int, str]] = {}
    for row in rows:
        place = row.row_number - first_row
        raw = dict(zip(columns, frame.row(place), strict=True))
        for column, text in changed(raw, row.cells).items():
            new.setdefault(str(columns.index(column) + 1), {})[place] = text
    series = [
        frame.get_column(name).cast(pl.String).scatter(list(said), list(said.values())) for name, said in new.items()
    ]
    return frame.with_columns(series) if series else frame
