"""Tidy text: invisible characters, blanks, and the words that people write where there is nothing to say."""

import re
from functools import cache

import polars as pl

from muster.phases.data_cleansing.words import word_list

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A spreadsheet's way to keep a code a text: ="00123". The formula's text is the value.
KEPT_AS_TEXT = re.compile(r'=\s*"((?:[^"]|"")*)"')
# Signs alone say nothing. What PowerShell prints in place of a list that it did not write says nothing either.
NOTHING = re.compile(
    r"^[-.?*_/\\|:;,~'\"\s\u2010-\u2015\u2212\u30fc]*$|^(?:system\.[a-z.]+\[\]|microsoft\.[a-z.]+collection)$", re.I
)
# An apostrophe before what would be a formula: how spreadsheets mark text, and how exports guard it.
MARKED_AS_TEXT = re.compile(r"'(?=[=+\-@])")
# What needs no tidying at all: printable ASCII that neither begins nor ends with a blank, holds no two in a row, and
# begins with no mark of a formula or of text.
PLAIN = r"^[!-&(-<>-~][!-~]*(?: [!-~]+)*$"


@cache
def null_words() -> frozenset[str]:
    """Words that mean 'nothing here', lower case. Source: cells of inventory exports in thirty languages."""
    return frozenset(word_list("null_words"))


def tidy(raw: str) -> str | None:
    """The text on one line, without invisible characters, surplus blanks and spreadsheets' marks of text (="a", '=a).

    None where it says nothing.
    """
    if not (raw.isascii() and raw.isprintable()):
        raw = INVISIBLE.sub("", raw)
    text = " ".join(raw.split())
    if text.startswith("=") and (kept := KEPT_AS_TEXT.fullmatch(text)):
        text = kept[1].replace('""', '"').strip()
    text = MARKED_AS_TEXT.sub("", text, count=1) if text.startswith("'") else text
    return None if says_nothing(text) else text


def says_nothing(text: str) -> bool:
    """True for a word that stands for no value, signs alone, and the name of a list that a tool did not write out."""
    return text.lower() in null_words() or NOTHING.match(text) is not None


def untouched(column: pl.Expr) -> pl.Expr:
    """True where a text needs no tidying and may say something: it is plain, and more than signs."""
    listed = column.str.ends_with("[]") | column.str.ends_with("ollection")
    return column.str.contains(PLAIN) & column.str.contains("[0-9A-Za-z]") & ~listed


def plain(column: pl.Expr) -> pl.Expr:
    """The column where `tidy` would change nothing, else null."""
    blank = column.str.to_lowercase().is_in(sorted(null_words()))
    return pl.when(untouched(column) & ~blank).then(column)
