"""Labels on hardware: what firmware writes where nobody filled them in, and what spreadsheets make of long numbers."""

import re
from functools import cache

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, wrong
from muster.phases.data_cleansing.text import null_words, untouched
from muster.phases.data_cleansing.words import word_list

DAMAGED = re.compile(r"^\d(?:[.,]\d+)?e\+\d{1,3}$", re.I | re.ASCII)
WHOLE = re.compile(r"^(\d{5,})[.,]0$", re.ASCII)
SAME = re.compile(r"^([0xX.*#?_\-\s])\1*$|^0+[\s\-:0]*$|^(\w)\2{4,}$|^x+$", re.I)


JUNK = "is a junk value that many machines share"
READ = "Read the label at the machine, or leave it empty."


@cache
def junk_labels() -> frozenset[str]:
    """Texts that stand on many machines, lower case. Source: public SMBIOS dumps and inventory exports."""
    return frozenset(word_list("junk_labels"))


@cache
def junk_serials() -> frozenset[str]:
    """Texts that are no serial number, though they can be a model or the tag of one asset."""
    return junk_labels() | frozenset(word_list("junk_serials"))


def problem(text: str) -> Cleansed | None:
    """Why a label is no label: a junk value, or a number whose digits a spreadsheet has rounded away."""
    if text.lower() in junk_labels() or SAME.match(text):
        return wrong("junk_value", text, JUNK, READ)
    if DAMAGED.match(text):
        hint = "Export the data again with this column as text; the digits cannot be restored."
        return wrong("spreadsheet_damage", text, "is a number that a spreadsheet has rounded", hint)
    return None


def undamaged(text: str) -> str:
    """A whole number without the '.0' that a spreadsheet gave it."""
    found = WHOLE.match(text)
    return found[1] if found else text


def usual(column: pl.Expr, junk: frozenset[str]) -> pl.Expr:
    """Plain labels unlike any junk value or damaged number; null for all else."""
    varied = (column.str.slice(0, 1) != column.str.slice(1, 1)) & column.str.contains("[A-Za-wyzA-WYZ1-9]")
    undamaged = ~column.str.contains(r"\+|[.,]0$") & (column.str.len_bytes() > 1) & untouched(column)
    known = column.str.to_lowercase().is_in(sorted(junk | null_words()))
    return pl.when(varied & undamaged & ~known).then(column)
