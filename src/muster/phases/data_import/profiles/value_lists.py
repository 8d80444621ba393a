"""Cells that hold several values: by which mark they are joined."""

import re
from functools import cache

import polars as pl

# A mark between words parts a list only where prose would not have it: no comma and blank, no line of words.
_BETWEEN_WORDS = (
    (";", r"[^;\s]\s*;\s*[^;\s]"),
    ("|", r"[^|\s]\s*\|\s*[^|\s]"),
    ("\n", r"^\s*[^\s,;|]+(?:\r?\n[^\s,;|]+)+\s*$"),
    (",", r"^[^\s,;|=]+(?:,[^\s,;|=]+)+,?$|^[^\s,;|=]+(?:, ?[^\s,;|=]+){2,},?$"),
)
_MEMBERS = ("addresses", "macs", "emails", "counts")
_BETWEEN_MEMBERS = (";", "|", "\n", ",", " ")


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((mark, re.compile(pattern)) for mark, pattern in _BETWEEN_WORDS)


def mark_of(name: str, value: str) -> str | None:
    """The mark that joins the members of a value of this form; None where it is no list."""
    if name in _MEMBERS:
        return next((mark for mark in _BETWEEN_MEMBERS if mark in value.strip()), None)
    if name == "marked":
        return next((mark for mark, pattern in _patterns() if pattern.search(value)), None)
    return None


def marks_in(name: str, values: pl.Series) -> dict[str, int]:
    """How many values of one form are joined by which mark."""
    if name not in _MEMBERS and name != "marked":
        return {}
    value = pl.col("value")
    if name == "marked":
        present = values.to_frame("value").select(
            value.str.contains(mark, literal=True).any().alias(mark) for mark, _ in _BETWEEN_WORDS
        )
        tests = [(mark, value.str.contains(pattern)) for mark, pattern in _BETWEEN_WORDS if present.item(0, mark)]
    else:
        tests = [(mark, value.str.strip_chars().str.contains(mark, literal=True)) for mark in _BETWEEN_MEMBERS]
    if not tests:
        return {}
    mark = pl.coalesce(pl.when(test).then(pl.lit(mark)) for mark, test in tests)
    found = values.to_frame("value").select(mark.alias("mark")).to_series().drop_nulls().value_counts(name="n")
    return dict(found.iter_rows())
