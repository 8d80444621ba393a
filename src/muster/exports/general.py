"""The columns of the general formats: every attribute under its own name."""

from collections.abc import Mapping

import polars as pl

from muster.exports.columns import written
from muster.exports.filling import REPORT
from muster.exports.target import GeneralTarget
from muster.vocabulary.attributes import CUSTOM, attributes

ALWAYS = ("id", "name", "asset_type")
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


def columns_of(filled: Mapping[str, int]) -> list[str]:
    """The attributes that get a column: those that some asset has, the client's own last."""
    known = [name for name in attributes() if filled.get(name) or name in ALWAYS]
    return ["id", *known, *(name for name in filled if name.startswith(CUSTOM))]


def typed(columns: list[str]) -> pl.Schema:
    """The types of the inventory's own columns."""
    known = attributes()
    return pl.Schema(
        {name: TYPES.get(known[name].type, pl.String()) if name in known else pl.String() for name in columns}
    )


def schema_of(target: GeneralTarget, columns: list[str]) -> pl.Schema:
    """The types of the file's columns."""
    return target.prepare(pl.DataFrame(schema=typed(columns))).schema


def as_text(name: str) -> pl.Expr:
    """A column as text: an attribute of the catalogue, an id, or an attribute of the client's own."""
    return written(name) if name in attributes() else pl.col(name)


def is_text(name: str) -> bool:
    """True where a value is whatever somebody wrote, so that it may begin with a formula's sign."""
    known = attributes().get(name)
    return known is None or known.name not in _FIGURES


_FIGURES = {name for name, known in attributes().items() if known.type in ("integer", "number", "money")}


def overlong(target: GeneralTarget, rows: pl.DataFrame) -> pl.DataFrame:
    """Lines of the report for values that are cut, since a cell of the format ends before they do."""
    found = [pl.DataFrame(schema=dict.fromkeys(REPORT, pl.String()))]
    for name in rows.columns if target.longest is not None else ():
        text = as_text(name)
        long = rows.filter(text.str.len_chars() > target.longest)
        why = f"a cell holds {target.longest} characters; the rest is cut off"
        if long.height:
            line = {"asset_id": pl.col("id"), "asset": pl.col("name"), "attribute": pl.lit(name), "value": text}
            found.append(long.select(**line, why=pl.lit(why)))
    return pl.concat(found)
