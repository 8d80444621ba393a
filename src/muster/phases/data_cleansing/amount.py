"""Amounts of memory and storage as people and tools write them, in one unit."""

import re
from dataclasses import dataclass

from muster.phases.data_cleansing.quantity import DIGITS, EXAMINE, figures, parse
from muster.phases.data_cleansing.rule import Cleansed, Reading, Value, noted, wrong
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import factors

TIMES = r"\s*[x×*✕]\s*"
# What is counted before 'of each': 2 disks of 500 GB, 4 Riegel à 16 GB
PIECES = (
    r"(?:disks?|drives?|platten|festplatten|disques?|discos|dischi|hdds?|ssds?|luns?|volumes?|modules?|riegel"
    r"|barrettes?|dimms?)"
)
EACH = rf"(?:{TIMES}|\s*{PIECES}\s*(?:[x×*✕]|à|je|of|de)\s*)"
UNIT = r"[^\W\d_]*"
REMARK = r"(?:[\s,]+(?:of\s|de\s)?[^\W\d_][^\W_]*(?:-\d+)?){0,3}"  # RAM, DDR4-3200, SSD NVMe
LABEL = re.compile(r"^(?:[^\W\d_]{2,}(?:\s[^\W\d_]{2,})?\s?[:=]\s*|ram\s+|memory\s+)", re.I)
WITH_UNIT = re.compile(rf"^(?:(\d{{1,3}}){EACH})?({DIGITS})\s*({UNIT})\b\.?(?:{TIMES}(\d{{1,3}}))?{REMARK}$", re.I)
ABOUT = re.compile(
    r"^(?:~|≈|ca\.?|circa|about|approx(?:imately)?\.?|etwa|env(?:iron)?\.?|aprox\.?|約|约)\s*(?=\d)", re.I
)
BOUND = re.compile(
    r"^(?:[<>≤≥]=?|>=|<=|min\.?|max\.?|up to|at least|bis zu|mind(?:estens|\.)?|jusqu'à)\s*\d"
    r"|^\d[\d.,]*\s*\+?\s?[a-z]{0,4}\+$",
    re.I,
)
SAME_AGAIN = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]$")
PLUS = re.compile(r"\s*(?:(?<!\de)\+|&)\s*", re.I)  # not the sign of an exponent: 1.6E+01
# 1 TB 500 GB: an amount in two units, the larger first
COMPOUND = re.compile(rf"^({DIGITS})\s*([^\W\d_]{{1,5}})\s+(\d{{1,4}}(?:[.,]\d+)?)\s*([^\W\d_]{{1,5}})$")
EXACT = "Write the figure itself; a bound is not an amount."


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with the unit that stands behind it ('' where none does)."""

    number: float
    unit: str


def size(raw: str, reading: Reading, target: str, guess: tuple[tuple[float, str], ...]) -> Cleansed:
    """An amount of bytes in the unit `target`. A unit in the cell goes before the column's; `guess` (least number,
    unit) tells what a bare number means where neither says.

    All units count in steps of 1024, as the tools that write them do, GB like GiB: vSphere, ServiceNow and Azure
    Migrate label binary amounts MB and GB.
    """
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    plain = LABEL.sub("", figures(text))
    if BOUND.match(plain):
        return wrong("bound_not_figure", text, "is a bound and no amount", EXACT)
    about = ABOUT.match(plain)
    doubted = about is not None or plain.endswith("?")
    amounts = _amounts((plain[about.end() :] if about else plain).rstrip("? "), reading)
    if not amounts:
        return wrong("not_a_size", text, "is not an amount of memory or storage", EXAMINE)
    if any(amount.number < 0 for amount in amounts):
        return wrong("negative_size", text, "is less than nothing", EXAMINE)
    answer = _in_unit(text, amounts, reading, target, guess)
    if not doubted or answer.value is None:
        return answer
    return wrong("about", text, "is no exact amount; the figure was taken", EXACT, answer.value)


def _amounts(text: str, reading: Reading) -> list[Amount]:
    """What is added up: '2 x 480 GB + 4 x 1.2 TB'. The same amount again in brackets is said once."""
    whole = text
    if (again := SAME_AGAIN.search(text)) and again.start():
        whole = text[: again.start()]
    if compound := _compound(whole, reading):
        return compound
    parts = [_amount(part, reading) for part in PLUS.split(whole)]
    return [part for part in parts if part is not None] if all(parts) else []


def _compound(text: str, reading: Reading) -> list[Amount]:
    """Both parts of one amount: 1 TB 500 GB. Less of the larger unit than of the smaller one makes a whole of it."""
    found = COMPOUND.match(text)
    known = factors("bytes")
    if (
        found is None
        or known.get(found[2].lower(), 0) <= known.get(found[4].lower(), 0)
        or found[4].lower() not in known
    ):
        return []
    more, less = parse(found[1], reading.decimal_comma), parse(found[3], reading.decimal_comma)
    if more is None or less is None or less * known[found[4].lower()] >= known[found[2].lower()]:
        return []
    return [Amount(more, found[2]), Amount(less, found[4])]


def _amount(text: str, reading: Reading) -> Amount | None:
    found = WITH_UNIT.match(text)
    number = parse(found[2], reading.decimal_comma) if found else None
    if found is None or number is None:
        return None
    return Amount(number * int(found[1] or 1) * int(found[4] or 1), found[3])


def _in_unit(
    text: str, amounts: list[Amount], reading: Reading, target: str, guess: tuple[tuple[float, str], ...]
) -> Cleansed:
    known = factors("bytes")
    column_unit = (reading.unit or "").lower()
    last = next((amount.unit for amount in reversed(amounts) if amount.unit), "")  # '16+16 GB'
    total, assumed = 0.0, False
    for amount in amounts:
        named = (amount.unit or last).lower() or (column_unit if column_unit in known else "")
        if named and named not in known:
            return wrong("unknown_unit", text, f"has the unknown unit {amount.unit!r}", "Use B, KB, MB, GB, TB or PB.")
        factor = known[named or next(guessed for least, guessed in guess if amount.number >= least)]
        total += amount.number * factor / known[target]  # powers of two on both sides: exact
        assumed = assumed or not named and amount.number > 0
    value: Value = total
    if not assumed:
        return Cleansed(value)
    what = "The column names no unit: the size of its numbers decided how they were read."
    return noted("unit_assumed", what, "Give the column's unit in the field mapping.", value)
