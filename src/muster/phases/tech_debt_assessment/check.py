"""One check of technical debt: when it fires, how bad that is, how sure it is, and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl


class Severity(StrEnum):
    """How much a finding matters for a migration, from worst to mildest."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


Fact = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Check:
    """A rule over the facts of one asset (facts.facts and the inventory's attributes).

    `fires` gives a Boolean expression for the day of the assessment. `message` is text or an expression, `detail` says
    what it was seen in. `confidence` (0..1) is a figure or an expression. `threshold` states the constant in words.
    `attributes`: where none of these is filled for any asset that `applies` lets through, the sources do not carry the
    fact at all; that is a gap of the sources and no finding on every asset. Empty where this does not matter.
    `example` fires and `counterexample` does not, both as of EXAMPLE_DAY.
    """

    severity: Severity
    reason: str
    threshold: str
    remedy: str
    fires: Callable[[date], pl.Expr]
    message: str | pl.Expr
    example: Mapping[str, Fact]
    counterexample: Mapping[str, Fact]
    confidence: float | pl.Expr = 1.0
    detail: pl.Expr | None = None
    applies: pl.Expr | None = None
    attributes: tuple[str, ...] = ()


EXAMPLE_DAY = date(2026, 7, 1)
