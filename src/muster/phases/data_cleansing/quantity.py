"""Numbers, amounts and sizes as people and tools write them."""

import re
from unicodedata import normalize

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Reading, wrong
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import factors

DIGITS = r"[+-]?(?:\d[\d., '’]*\d|\d|[.,]\d+)(?:[eE][+-]?\d{1,3})?"
NUMBER = re.compile(rf"^{DIGITS}$")
GROUPS = {sign: re.compile(rf"^[+-]?\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+$") for sign in ".,"}
LAKHS = re.compile(r"^[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$")  # 12,34,567: India parts thousands, then hundreds
SIGNS = str.maketrans({"٬": ",", "٫": ".", "\u2212": "-", "\u2032": "'", "´": "'", "`": "'"})
BARE_SIZE = r"^((?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?) ?([A-Za-z]{0,3})$"
BARE = r"^(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?$"
EXAMINE = "Correct the value in the source, or give the column another meaning."


def parse(text: str, decimal_comma: bool) -> float | None:
    """The number a text writes, whatever parts its thousands; None where it writes none.

    With both signs present the last one is the decimal sign. A comma that cannot part thousands is decimal even where
    the column's is the point; a lone point that parts exactly three digits is decimal unless the column says comma.
    """
    text = figures(text)
    if not NUMBER.match(text):
        return None
    body = re.sub(r"[ '’]", "", text)
    mantissa, _, exponent = body.lower().partition("e")
    plain = _decimal_point(mantissa, decimal_comma)
    if plain is None:
        return None
    number = float(f"{plain}e{exponent}" if exponent else plain)
    return number if abs(number) < 1e30 else None


def figures(text: str) -> str:
    """The text with its figures and signs as ASCII has them, whatever script and width they came in."""
    return text if text.isascii() else normalize("NFKC", text.translate(SIGNS)).translate(SIGNS)


def _decimal_point(digits: str, decimal_comma: bool) -> str | None:
    if LAKHS.match(digits):
        return digits.replace(",", "")
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        decimal, thousands = (",", ".") if digits.rindex(",") > digits.rindex(".") else (".", ",")
    elif commas:
        grouped = GROUPS[","].match(digits) and not (decimal_comma and commas == 1)
        decimal, thousands = (".", ",") if grouped else (",", ".")
    else:
        grouped = GROUPS["."].match(digits) and (decimal_comma or points > 1)
        decimal, thousands = (",", ".") if grouped else (".", ",")
    plain = digits.replace(thousands, "").replace(decimal, ".")
    return plain if plain.count(".") <= 1 else None


def whole(number: float) -> int | None:
    """The number as an integer; None where it has a fraction or does not fit 64 bits."""
    return int(number) if number == int(number) and abs(number) < 2**63 else None


def tidied(number: float) -> float:
    """A converted figure without the noise of binary fractions: six decimals are below every unit's meaning here."""
    return round(number, 6)


def not_a_number(text: str) -> Cleansed:
    """The answer to text where a figure belongs."""
    return wrong("not_a_number", text, "is not a number", EXAMINE)


def plain_size(column: pl.Expr, reading: Reading, target: str) -> pl.Expr | None:
    """Plain numbers with a unit in the cell or, behind that, of the column, in the unit `target`."""
    if reading.decimal_comma:
        return None
    known = factors("bytes")
    number = column.str.extract(BARE_SIZE, 1).cast(pl.Float64, strict=False)
    unit = column.str.extract(BARE_SIZE, 2).str.to_lowercase()
    column_factor = known.get((reading.unit or "").lower())
    factor = (
        pl.when(unit == "")
        .then(column_factor)
        .otherwise(unit.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64))
    )
    return number * factor / known[target]


def measured(raw: str, reading: Reading, units: dict[str, float], guess: tuple[tuple[float, str], ...]) -> Cleansed:
    """A figure in the unit whose factor is 1. A unit in the cell goes before the column's, `guess` comes last."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    found = re.match(rf"^({DIGITS})\s*([^\d\s]*)$", figures(text))
    number = parse(found[1], reading.decimal_comma) if found else None
    if found is None or number is None:
        return not_a_number(text)
    unit = found[2].lower() or (reading.unit or "").lower()
    if unit not in units:
        if found[2]:
            return wrong("unknown_unit", text, f"has the unknown unit {found[2]!r}", f"Use {', '.join(units)}.")
        unit = next(guessed for least, guessed in guess if abs(number) >= least)
    return Cleansed(tidied(number * units[unit]))
