"""The unit that stands behind a number in its own cell."""

import re
from functools import cache

import polars as pl

_BEHIND = r"([^0-9.,'\s+-][^0-9\s]*|[^0-9.,'\s+-]+/[a-zA-Z]+)\s*$"
_BEFORE = r"^\s*([€$£¥])"
_WITH_UNIT = ("size", "quantity", "percent")


@cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(_BEHIND), re.compile(_BEFORE)


def unit_of(name: str, value: str) -> str | None:
    """The unit in a value of this form, as it is written there; None for forms without one."""
    if name not in _WITH_UNIT:
        return None
    behind, before = _compiled()
    found = before.search(value) or behind.search(value)
    return found.group(1) if found else None


def units_in(name: str, weighed: pl.DataFrame) -> dict[str, int]:
    """How many values of one form have which unit; `n` says how often each value stands in the column."""
    if name not in _WITH_UNIT:
        return {}
    value = pl.col("value").str
    unit = pl.coalesce(value.extract(_BEFORE), value.extract(_BEHIND))
    return dict(weighed.group_by(unit.alias("unit")).agg(pl.col("n").sum()).drop_nulls("unit").iter_rows())
