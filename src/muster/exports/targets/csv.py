"""Delimited text of every attribute, for spreadsheets and programs.

One row an asset, one column an attribute that some asset has, named and in the units of the attribute catalogue.
Members of lists are parted by semicolons. Text that a spreadsheet would run (=, +, -, @, tab or carriage return
first) gets an apostrophe before it, as spreadsheets themselves mark text; the intake takes it away again.
"""

import polars as pl

from muster.exports.csv_file import CSV, guarded
from muster.exports.general import as_text, is_text
from muster.exports.target import GeneralTarget


def _prepare(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        (guarded(as_text(name)) if is_text(name) else as_text(name)).alias(name) for name in rows.columns
    )


TARGET = GeneralTarget(
    title="every attribute as delimited text",
    source="the attribute catalogue; guarding of formulas: OWASP, CSV injection",
    encoding=CSV,
    prepare=_prepare,
)
