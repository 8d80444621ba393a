"""Counts: whole numbers, with or without thousands signs and a word for what is counted."""

import re

import polars as pl

from muster.phases.data_cleansing.quantity import DIGITS, EXAMINE, figures, not_a_number, parse, whole
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

COUNTED = re.compile(rf"^({DIGITS})\s*(?:\(?[^\W\d_]+(?:\(s\))?[\s)]*){{0,3}}$")


def apply(raw: str, reading: Reading) -> Cleansed:
    """The whole number. A fraction is no count, a count is never negative."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    found = COUNTED.match(figures(text))
    number = parse(found[1], reading.decimal_comma) if found else None
    if number is None:
        return not_a_number(text)
    count = whole(number)
    if count is None or count < 0:
        return wrong("not_a_count", text, "is not a whole number of things", EXAMINE)
    return Cleansed(count)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Digits alone."""
    return pl.when(column.str.contains(r"^[0-9]{1,15}$")).then(column).cast(pl.Int64, strict=False)


RULE = Rule(
    name="integer",
    apply=apply,
    fast=fast,
    types=frozenset({"integer"}),
    examples=(
        Example("8", 8),
        Example("8.0", 8),
        Example("16 vCPU", 16),
        Example("4 Core(s)", 4),
        Example("1,024", 1024),
        Example("1.024", 1024, reading=Reading(decimal_comma=True)),
        Example("12,34,567", 1234567),
        Example("１２", 12),
        Example("0", 0),
        Example("n/a", None),
        Example("2.5", None, "not_a_count"),
        Example("-1", None, "not_a_count"),
        Example("two", None, "not_a_number"),
    ),
)
