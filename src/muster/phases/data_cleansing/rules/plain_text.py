"""Text stays text: blanks are tidied and words that say nothing become nothing.

Serves every string or text attribute that no other rule names. Invisible characters (zero-width, direction marks, soft
hyphens) come from copied web pages and make equal names unequal; several blanks and line breaks become one blank.
"""

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The tidied text."""
    return Cleansed(tidy(raw))


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Text that needs no tidying."""
    return plain(column)


RULE = Rule(
    name="plain_text",
    apply=apply,
    fast=fast,
    types=frozenset({"string", "text"}),
    examples=(
        Example("  Payroll   system ", "Payroll system"),
        Example("zero\u200bwidth\u00a0blank", "zerowidth blank"),
        Example("two\nlines", "two lines"),
        Example("'=1+1", "=1+1"),
        Example("'-dash first", "-dash first"),
        Example("'quoted'", "'quoted'"),
        Example("N/A", None),
        Example("s/o", None),
        Example("keine", None),
        Example("--", None),
        Example("", None),
        Example("Nonesuch", "Nonesuch"),
    ),
)
