"""Figures: decimal point or comma, thousands signs, a closing per cent sign or word for operations per second."""

import re

import polars as pl

from muster.phases.data_cleansing.quantity import BARE, not_a_number, parse
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy

UNIT = re.compile(r"\s*(?:%|iops|i/?o/s|i/?o ?ops|ops?/s(?:ec)?)$", re.I)  # what the attribute counts anyway


def apply(raw: str, reading: Reading) -> Cleansed:
    """The figure."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    number = parse(UNIT.sub("", text), reading.decimal_comma)
    return not_a_number(text) if number is None else Cleansed(number)


def fast(column: pl.Expr, reading: Reading) -> pl.Expr | None:
    """Plain figures with a decimal point."""
    if reading.decimal_comma:
        return None
    return pl.when(column.str.contains(BARE)).then(column).cast(pl.Float64, strict=False)


RULE = Rule(
    name="number",
    apply=apply,
    fast=fast,
    types=frozenset({"number"}),
    examples=(
        Example("12.5", 12.5),
        Example("12,5", 12.5),
        Example("1,234.5", 1234.5),
        Example("1.234,5", 1234.5),
        Example("1.234", 1234.0, reading=Reading(decimal_comma=True)),
        Example("1 234 567", 1234567.0),
        Example("1'234.50", 1234.5),
        Example("1’234.50", 1234.5),
        Example("1\u202f234,5", 1234.5),
        Example("1٬234٫5", 1234.5),
        Example("12,34,567.5", 1234567.5),
        Example("−3,5", -3.5),
        Example("45 %", 45.0),
        Example("1,500 IOPS", 1500.0),
        Example("1.5E+3", 1500.0),
        Example("-3", -3.0),
        Example("n/a", None),
        Example("a lot", None, "not_a_number"),
        Example("1.2.3", None, "not_a_number"),
    ),
)
