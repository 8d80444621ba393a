"""What a cleansing rule is, what it is told about its column, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import polars as pl

from muster.vocabulary.issue import Issue

Value = str | int | float | bool | date | datetime | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is to be read: its unit, the order of day and month (None = not known), its decimal sign,
    whether its serial numbers of days count from 1904, and whether years of two digits stand first (None = not known).
    """

    unit: str | None = None
    day_first: bool | None = None
    decimal_comma: bool = False
    from_1904: bool = False
    year_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Cleansed:
    """One value after a rule. `changed_by` is the rule's name where the text changed, else ''."""

    value: Value
    issue: Issue | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A proof of a rule: this text, read in this way, becomes this value and raises this issue code ('' = none)."""

    text: str
    value: Value
    code: str = ""
    reading: Reading = Reading()


@dataclass(frozen=True, slots=True)
class Rule:
    """How the values of some attributes, or of every attribute of some types, are cleansed.

    A rule that names an attribute goes before one that names its type. Applied to the text of its own output, read in
    `own` (the attribute's own unit), a rule changes nothing. `fast` is the same rule as a column expression: it gives
    the cleansed value where it is certain and null everywhere else; null sends the value to `apply`. For a list it may
    give text: its only member.
    """

    name: str
    apply: Callable[[str, Reading], Cleansed]
    examples: tuple[Example, ...]
    attributes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    own: Reading = Reading()
    fast: Callable[[pl.Expr, Reading], pl.Expr | None] | None = None


def text_of(value: Value) -> str:
    """A cleansed value as text that the same rule reads back as this value. Lists end every member with a semicolon."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "".join(f"{member};" for member in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")  # no rule reads an exponent, which floats have from 1e16 on
    return value.isoformat() if isinstance(value, date) else str(value)


def wrong(code: str, text: str, what: str, hint: str, value: Value = None) -> Cleansed:
    """A value that raises an issue: what is wrong with `text`, what to do, and what is kept of it."""
    return Cleansed(value, Issue(code=code, message=f"{text!r} {what}.", hint=hint, value=text))


def is_read(answer: Cleansed) -> bool:
    """Whether a rule could read a value. A figure or a day with a doubt beside it is read; a text that was kept as it
    came, or what was left of a list, is not.
    """
    return answer.issue is None or isinstance(answer.value, int | float | date)


def noted(code: str, what: str, hint: str, value: Value) -> Cleansed:
    """A value that is kept with a remark on its whole column; one such issue stands for all values of the column."""
    return Cleansed(value, Issue(code=code, message=what, hint=hint))
