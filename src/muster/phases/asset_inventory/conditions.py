"""Which records a decision by rule means: conditions on what they say, so that later files are meant too."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

PLACES = ("source", "table_name", "record_kind")
CALLED = ("name", "hostname", "fqdn")
WRITTEN = re.compile(r"\s*([a-z][a-z0-9_.]*)\s*(!=|<=|>=|=|~|<|>)\s*(.*?)\s*", re.DOTALL)
COMPARED: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True, order=True)
class Condition:
    """One condition on a record. `name`: an attribute, or where the record is (source, table_name, record_kind).

    The name is what a record calls its thing: its name, else its host name, else its full name, as assets are called.
    = and != compare without regard to case, ~ finds a part; = with nothing means that the record does not say it. A
    record that says nothing of an attribute meets no other condition on it.
    """

    name: str
    sign: str
    text: str


def read_condition(written: str) -> Condition:
    """A condition as people write it, such as environment=test. Raises ValueError."""
    found = WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no condition; write NAME=TEXT, or one of != ~ < <= > >= in place of =.")
    return Condition(*found.groups())


def conditions_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions as a decision keeps them."""
    return tuple(Condition(one["name"], one["sign"], one["text"]) for one in stored)


def meeting(conditions: Sequence[Condition], records: pl.DataFrame, places: pl.DataFrame) -> list[int]:
    """The rows that meet all the conditions; none where there are no conditions."""
    if not conditions:
        return []
    names = {one.name for one in conditions}
    called = [pl.col(name).cast(pl.String) for name in CALLED if name in records.columns]
    known = records.with_columns(name=pl.coalesce(called)) if called and CALLED[0] in names else records
    said = [known.select(sorted(names & set(known.columns))), places.select(sorted(names & set(PLACES)))]
    frame = pl.concat([part for part in said if part.width] or [places.select("record_row")], how="horizontal")
    met = frame.select(pl.all_horizontal(_met(one, frame) for one in conditions).alias("met"))["met"]
    return places["record_row"].filter(met.fill_null(False)).to_list()


def _met(condition: Condition, frame: pl.DataFrame) -> pl.Expr:
    if condition.name not in frame.columns:
        return pl.lit(condition.sign == "=" and not condition.text)
    column = pl.col(condition.name)
    if isinstance(frame.schema[condition.name], pl.List):
        members = column.list.eval(_said(condition, pl.element()).cast(pl.Boolean))
        filled = column.list.len().fill_null(0) > 0
        if condition.sign == "=" and not condition.text:
            return ~filled
        return filled & (members.list.all() if condition.sign == "!=" else members.list.any())
    return _said(condition, column)


def _said(condition: Condition, column: pl.Expr) -> pl.Expr:
    if condition.sign == "=" and not condition.text:
        return column.is_null()
    text, wanted = column.cast(pl.String).str.to_lowercase(), condition.text.lower()
    if condition.sign == "~":
        return text.str.contains(wanted, literal=True)
    if condition.sign in COMPARED:
        return _compared(condition, column)
    equal = text == wanted
    if (number := _number(wanted)) is not None:
        equal = equal | (column.cast(pl.String).cast(pl.Float64, strict=False) == number).fill_null(False)
    return equal if condition.sign == "=" else ~equal


def _compared(condition: Condition, column: pl.Expr) -> pl.Expr:
    """As numbers where the condition names one, else as text, in which days written year first have their order."""
    compare, number = COMPARED[condition.sign], _number(condition.text)
    if number is not None:
        return compare(column.cast(pl.String).cast(pl.Float64, strict=False), pl.lit(number))
    return compare(column.cast(pl.String), pl.lit(condition.text))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
