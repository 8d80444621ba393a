"""Models and asset tags: plain text, without the junk values of firmware and the damage of spreadsheets."""

import polars as pl

from muster.phases.data_cleansing.labels import junk_labels, problem, undamaged, usual
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The label; None where it is a junk value or damaged."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    return problem(text) or Cleansed(undamaged(text))


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Labels unlike any junk value."""
    return usual(column, junk_labels())


RULE = Rule(
    name="hardware_label",
    apply=apply,
    fast=fast,
    attributes=frozenset({"model", "asset_tag"}),
    examples=(
        Example("ProLiant  DL380 Gen10", "ProLiant DL380 Gen10"),
        Example("System Product Name", None, "junk_value"),
        Example("No Asset Tag", None, "junk_value"),
        Example("6.37702E+15", None, "spreadsheet_damage"),
        Example("", None),
    ),
)
