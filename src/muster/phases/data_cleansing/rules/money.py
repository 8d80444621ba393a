"""Amounts of money: currency signs and codes fall away, brackets and a closing minus mean less than nothing.

The currency itself is not converted: an inventory's costs are in one currency, and the raw text keeps its sign. 12.5k,
2,5 T€ and 1.5 Mio. are thousands and millions; letters that are neither a currency nor a factor are not passed over.
A dash in place of the small money ('1.200,-') shows which sign is the decimal one.
"""

import re

import polars as pl

from muster.phases.data_cleansing.quantity import BARE, figures, not_a_number, parse
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import factors, word_list

SIGN = "[$€£¥₹₩₽₺₫฿₴]"
# ISO 4217 has three letters; the others are what people write for crowns, francs, rupees, reais, zlotys and forints
CODE = r"(?:(?!mio|tsd|mrd|mil)[A-Z]{3}|kr|zł|kč|ft|s?fr|rs|rm|tl|lei|руб|р|лв|euros?|dollars?)"
BEFORE, BEHIND = rf"(?:(?:[A-Z]{{1,3}})?{SIGN}|{CODE}\.?)", rf"(?:{SIGN}|{CODE}\.?)"  # US$ 5, but 5 k$
AMOUNT = re.compile(
    rf"^(?P<before>[+-]?)\s*{BEFORE}?\s*(?P<sign>[+-]?)\s*(?P<number>[\d.,][\d.,' ’]*?)(?P<dash>[.,](?:-|--|–|—))?"
    rf"\s*(?P<factor>[^\W\d_]+?\.?)??\s*{BEHIND}?\s*(?P<minus>-?)$",
    re.I,
)


def apply(raw: str, reading: Reading) -> Cleansed:
    """The amount."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    if text.lower() in word_list("free_of_charge"):
        return Cleansed(0.0)
    bare = figures(text)
    plain = parse(bare, reading.decimal_comma)
    if plain is not None:
        return Cleansed(plain)
    brackets = bare.startswith("(") and bare.endswith(")")
    found = AMOUNT.match(bare.strip("()").strip())
    number = _number(found, reading) if found else None
    if found is None or number is None:
        return not_a_number(text)
    negative = brackets or "-" in (found["before"], found["sign"], found["minus"])
    return Cleansed(-number if negative and number else number)


def _number(found: re.Match[str], reading: Reading) -> float | None:
    dash = found["dash"] or ""
    number = parse(found["number"].strip(), dash.startswith(",") or (reading.decimal_comma and not dash))
    factor = factors("amounts").get((found["factor"] or "").rstrip(".").lower()) if found["factor"] else 1.0
    return None if number is None or factor is None else round(number * factor, 6)


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
        Example("1.200,-", 1200.0),
        Example("1.200,- €", 1200.0),
        Example("CHF 1'200.-", 1200.0),
        Example("(350.00)", -350.0),
        Example("-20", -20.0),
        Example("-$20", -20.0),
        Example("20-", -20.0),
        Example("US$ 5,000.00", 5000.0),
        Example("1 000,00 kr.", 1000.0),
        Example("zł 100,50", 100.5),
        Example("12,5k", 12500.0),
        Example("12k€", 12000.0),
        Example("2,5 T€", 2500.0),
        Example("2,5 TEUR", 2500.0),
        Example("1,5 Mio. EUR", 1_500_000.0),
        Example("$1.5M", 1_500_000.0),
        Example("1,5 Mio", 1_500_000.0),
        Example("1.5E+3", 1500.0),
        Example("kostenlos", 0.0),
        Example("12 kg", None, "not_a_number"),
        Example("1000/month", None, "not_a_number"),
        Example("priceless", None, "not_a_number"),
        Example("-", None),
    ),
)
