"""Cleansed values as text, and text as cleansed values: the one form in which values of any type are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from muster.store.packed import MEMBER, marked

TEXT, LIST, JSON = "text", "list", "json"
MOMENT = "%Y-%m-%d %H:%M:%S%.f"
TYPES: dict[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "money": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "list": pl.List(pl.String()),
    "ip": pl.List(pl.String()),
    "mac": pl.List(pl.String()),
}


@dataclass(frozen=True, slots=True)
class Written:
    """Values as text, null where there is none.

    `kind` tells how they read: as they are, as texts with MEMBER between them (list), or each as a JSON document.
    """

    kind: str
    text: pl.Series


def written(column: pl.Series) -> Written:
    """A typed column as text. No text is empty or holds a mark: what would is written as JSON, which escapes them."""
    dtype = column.dtype
    if isinstance(dtype, pl.List):
        return _listed(column)
    if isinstance(dtype, pl.Float64):
        column = column.set(~column.is_finite(), None)  # no JSON, and no cleansed value
    if dtype.is_numeric() or isinstance(dtype, pl.Boolean):
        return Written(JSON, column.cast(pl.String))
    text = column.dt.to_string(MOMENT) if isinstance(dtype, pl.Datetime) else column.cast(pl.String)
    return Written(JSON, _documents(text)) if (text == "").any() or marked(text) else Written(TEXT, text)


def _listed(column: pl.Series) -> Written:
    members = column.explode(empty_as_null=True)
    odd = (column.list.len() == 0).any() or (members == "").any() or marked(members)
    if odd or members.null_count() > column.null_count():
        return Written(JSON, _documents(column))
    return Written(LIST, column.list.join(MEMBER))


def _documents(column: pl.Series) -> pl.Series:
    return pl.Series(
        [None if value is None else orjson.dumps(value).decode() for value in column.to_list()], dtype=pl.String
    )


def typed(found: Written, type_name: str) -> pl.Series:
    """The values again, as a column of an attribute of this type.

    A text of an attribute that has become a list since is its only member.
    """
    dtype, text = TYPES.get(type_name, pl.String()), found.text
    if isinstance(dtype, pl.List) and found.kind != LIST:
        return _members(found)
    if dtype.is_numeric():
        return text.cast(dtype)
    if isinstance(dtype, pl.Boolean):
        return text == "true"
    if found.kind == JSON:
        return of_documents([None if value is None else orjson.loads(value) for value in text.to_list()], type_name)
    return text.str.split(MEMBER) if found.kind == LIST else _dated(text, dtype)


def _members(found: Written) -> pl.Series:
    """Lists that were written as JSON, and what was one value each when it was written."""
    if found.kind == TEXT:
        return found.text.reshape((-1, 1)).arr.to_list().set(found.text.is_null(), None)
    values = [None if value is None else orjson.loads(value) for value in found.text.to_list()]
    listed = [value if value is None or isinstance(value, list) else [str(value)] for value in values]
    return pl.Series(found.text.name, listed, dtype=pl.List(pl.String()))


def of_documents(values: Sequence[Any], type_name: str) -> pl.Series:
    """Values as JSON has them, as a column of an attribute of this type."""
    dtype = TYPES.get(type_name, pl.String())
    return _dated(pl.Series(values, dtype=pl.String() if dtype.is_temporal() else dtype), dtype)


def _dated(text: pl.Series, dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Date):
        return text.str.to_date("%Y-%m-%d")
    return text.str.to_datetime(MOMENT, time_unit="us") if isinstance(dtype, pl.Datetime) else text
