"""Amounts of money: currency signs and codes fall away, brackets and a closing minus mean less than nothing.

The currency itself is not converted: an inventory's costs are in one currency, and the raw text keeps its sign.
"""

import re

import polars as pl

from muster.phases.data_cleansing.quantity import BARE, not_a_number, parse
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy

SIGN = "[$€£¥₹₩₽]"
CURRENCY = re.compile(rf"^[^\W\d_]{{0,3}}\s*{SIGN}?\s*|\s*(?:{SIGN}|[^\W\d_]{{1,4}})\.?$")
DASH = re.compile(r"[.,](?:-|--|–|—)$")  # '1.200,-' as written in German and Dutch


def apply(raw: str, reading: Reading) -> Cleansed:
    """The amount."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    bare = DASH.sub("", text)
    negative = bare.startswith("(") and bare.endswith(")") or bare.startswith("-") or bare.endswith("-")
    number = parse(CURRENCY.sub("", bare.strip("()-").strip()).strip(), reading.decimal_comma)
    if number is None:
        return not_a_number(text)
    return Cleansed(-number if negative and number else number)


def fast(column: pl.Expr, reading: Reading) -> pl.Expr | None:
    """Plain figures with a decimal point."""
    if reading.decimal_comma:
        return None
    return pl.when(column.str.contains(BARE)).then(column).cast(pl.Float64, strict=False)


RULE = Rule(
    name="money",
    apply=apply,
    fast=fast,
    types=frozenset({"money"}),
    examples=(
        Example("$12.58", 12.58),
        Example("2266.13", 2266.13),
        Example("1.234,56 €", 1234.56),
        Example("EUR 1,200", 1200.0),
        Example("1.200,-", 1200.0, reading=Reading(decimal_comma=True)),
        Example("(350.00)", -350.0),
        Example("-20", -20.0),
        Example("US$ 5,000.00", 5000.0),
        Example("free", None, "not_a_number"),
        Example("-", None),
    ),
)
