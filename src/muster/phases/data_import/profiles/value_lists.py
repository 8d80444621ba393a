"""Cells that hold several values: by which mark they are joined."""

import re

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


def mark_of(name: str, value: str) -> str | None:
    """The mark that joins the members of a value of this form; None where it is no list."""
    if name in _MEMBERS:
        return next((mark for mark in _BETWEEN_MEMBERS if mark in value.strip()), None)
    if name == "marked":
        return next((mark for mark, pattern in _BETWEEN_WORDS if re.search(pattern, value)), None)
    return None


def marks_in(name: str, weighed: pl.DataFrame) -> dict[str, int]:
    """How many values of one form are joined by which mark; `n` says how often each value stands in the column."""
    if name not in _MEMBERS and name != "marked":
        return {}
    value, found = pl.col("value"), dict[str, int]()
    for mark in _BETWEEN_MEMBERS if name in _MEMBERS else dict(_BETWEEN_WORDS):
        text = value.str.strip_chars() if name in _MEMBERS else value
        held = weighed.select(text.str.contains(mark, literal=True)).to_series()
        if held.any() and name not in _MEMBERS:
            joins = value.str.contains(dict(_BETWEEN_WORDS)[mark])
            held = weighed.select(pl.when(held).then(joins).otherwise(False)).to_series()
        if held.any():
            found[mark] = int(weighed.get_column("n").filter(held).sum())
            weighed = weighed.filter(~held)
    return found
