"""Use in per cent. A figure outside 0 to 100 is kept, with an issue: some tools count a core as a hundred.

What is about so much is taken and said to be no exact figure; a bound (> 90 %) is no figure.
"""

import re

import polars as pl

from muster.phases.data_cleansing.amount import ABOUT, BOUND, EXACT
from muster.phases.data_cleansing.quantity import BARE, not_a_number, parse
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

PER_CENT = re.compile(r"\s*(?:%|pct\.?|per ?cent|prozent|v\.\s?h\.|pour ?cent|por ?ciento|procent|per ?cento)$", re.I)


def apply(raw: str, reading: Reading) -> Cleansed:
    """The percentage."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if BOUND.match(text):
        return wrong("bound_not_figure", text, "is a bound and no figure", EXACT)
    about = ABOUT.match(text)
    number = parse(PER_CENT.sub("", text[about.end() :] if about else text), reading.decimal_comma)
    if number is None:
        return not_a_number(text)
    if not 0 <= number <= 100:
        hint = "Check the unit of the column."
        return wrong("out_of_range", text, "is not between 0 and 100 per cent", hint, value=number)
    return wrong("about", text, "is no exact figure; it was taken", EXACT, number) if about else Cleansed(number)


def fast(column: pl.Expr, reading: Reading) -> pl.Expr | None:
    """Plain figures up to a hundred."""
    if reading.decimal_comma:
        return None
    number = pl.when(column.str.contains(BARE)).then(column).cast(pl.Float64, strict=False)
    return pl.when(number <= 100).then(number)


RULE = Rule(
    name="percentage",
    apply=apply,
    fast=fast,
    attributes=frozenset({"cpu_utilization_pct", "memory_utilization_pct"}),
    examples=(
        Example("45", 45.0),
        Example("45,5 %", 45.5),
        Example("12.25%", 12.25),
        Example("45 Prozent", 45.0),
        Example("~45 %", 45.0, "about"),
        Example("ca. 45,5%", 45.5, "about"),
        Example("> 90 %", None, "bound_not_figure"),
        Example("max. 80%", None, "bound_not_figure"),
        Example("~", None),
        Example("~180 %", 180.0, "out_of_range"),
        Example("40-50 %", None, "not_a_number"),
        Example("180", 180.0, "out_of_range"),
        Example("high", None, "not_a_number"),
        Example("", None),
    ),
)
