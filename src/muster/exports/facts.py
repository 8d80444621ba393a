"""What there is to say of an asset, an edge or a disk: every fact as text, and whom a line of the report is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.exports.columns import figure, written
from muster.exports.target import Rows
from muster.vocabulary.attributes import CUSTOM, attributes


@dataclass(frozen=True, slots=True)
class Facts:
    """`texts` are the facts by name; `whole` is the name for the thing itself, and `shown` how it is called."""

    id: pl.Expr
    asset: pl.Expr
    whole: str
    shown: pl.Expr
    texts: Mapping[str, pl.Expr]


def with_custom(frame: pl.DataFrame, custom: Sequence[str]) -> pl.DataFrame:
    """Assets with a text column for each of the client's own attributes, named as the mapping names them."""
    return frame.with_columns(
        pl.col("custom").str.json_path_match(f"$.{name.removeprefix(CUSTOM)}").alias(name) for name in custom
    )


def facts_of(rows: Rows, custom: Sequence[str] = ()) -> Facts:
    """The facts of one kind of rows; `custom` are the client's own attributes."""
    if rows is Rows.EDGES:
        return EDGE
    if rows is Rows.DISKS:
        return DISK
    own = {name: pl.col(name) for name in custom}
    texts = {**{name: written(name, "; ") for name in attributes()}, **own}
    return Facts(pl.col("id"), pl.col("name"), "asset", pl.col("asset_type"), texts)


_PORT = pl.concat_str(pl.lit(":"), pl.col("port").cast(pl.String))
EDGE = Facts(
    pl.col("source_id"),
    pl.col("source"),
    "dependency",
    pl.concat_str(pl.col("kind"), pl.lit(" "), pl.col("target"), _PORT.fill_null("")),
    {
        "port": pl.col("port").cast(pl.String),
        "protocol": pl.col("protocol"),
        "kind": pl.col("kind"),
        "count": pl.col("count").cast(pl.String),
        "confidence": figure(pl.col("confidence")),
        "source_process": pl.col("source_process"),
        "target_process": pl.col("target_process"),
    },
)
DISK = Facts(
    pl.col("id"),
    pl.col("name"),
    "disk",
    pl.col("disk_name"),
    {"disk": pl.col("disk_name"), "size_gb": figure(pl.col("size_gb")), "used_gb": figure(pl.col("used_gb"))},
)
