"""Data frames in and out: COPY through temporary tables (refused into a table under row security), and stored blocks as frames."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute, attributes

ORDINAL_BITS = 20  # a record's id is its block's id * 2^20 + its 1-based ordinal
TYPES: dict[str, pl.DataType] = {
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "money": pl.Float64(),
    "boolean": pl.Boolean(),
    "list": pl.List(pl.String()),
    "ip": pl.List(pl.String()),
    "mac": pl.List(pl.String()),
}


def _array_literal(column: str) -> pl.Expr:
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    joined = pl.col(column).list.eval(pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))).list.join(",")
    return pl.when(pl.col(column).is_not_null()).then(pl.concat_str(pl.lit("{"), joined, pl.lit("}"))).alias(column)


def as_csv(frame: pl.DataFrame) -> bytes:
    """A frame as PostgreSQL reads it with `format csv`: null unquoted and empty, lists as array literals."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    return frame.with_columns(_array_literal(name) for name in lists).write_csv(include_header=False).encode()


async def copy_frame(tx: Tx, table: str, columns: str, frame: pl.DataFrame) -> None:
    """Make a temporary table that ends with the transaction and fill it. `columns` is its definition, in the frame's order."""
    await tx.execute(f"create temporary table {table} ({columns}) on commit drop")
    if frame.height:
        text = await asyncio.to_thread(as_csv, frame)  # the loop must be free to renew leases meanwhile
        await tx.copy_to_table(table, source=io.BytesIO(text), columns=frame.columns, format="csv")


def _as_written(attribute: Attribute) -> pl.DataType:
    return TYPES.get(attribute.type, pl.String())


def record_ids(block_id: int, records: int) -> pl.Series:
    """The ids of a block's records, in order."""
    return pl.int_range(1, records + 1, dtype=pl.Int64, eager=True) + (block_id << ORDINAL_BITS)


def cleansed_frame(
    block_id: int, first_row: int, lines: str, wanted: list[str] | None = None, custom: Sequence[Attribute] = ()
) -> pl.DataFrame:
    """A block's cleansed records: record_id, row_number, and the wanted attributes (all by default) typed as the catalogue says.

    `custom` are the client's own attributes, which stand in the same lines.
    """
    known = {**attributes(), **{own.name: own for own in custom}}
    names = list(known) if wanted is None else wanted
    frame = pl.read_ndjson(io.BytesIO(lines.encode()), schema={name: _as_written(known[name]) for name in names})
    dates = [pl.col(name).str.to_date() for name in names if known[name].type == "date"]
    times = [
        pl.col(name).str.to_datetime(time_unit="us", strict=False) for name in names if known[name].type == "datetime"
    ]
    return frame.with_columns(*dates, *times).with_columns(
        record_ids(block_id, frame.height).alias("record_id"),
        pl.int_range(first_row, first_row + frame.height, dtype=pl.Int64).alias("row_number"),
    )


def raw_frame(lines: str, columns: int) -> pl.DataFrame:
    """A block's raw records: text columns '1'..'n'."""
    schema = {str(position): pl.String() for position in range(1, columns + 1)}
    return pl.read_ndjson(io.BytesIO(lines.encode()), schema=schema)


async def copied(tx: Tx, query: str, *values: object) -> bytes:
    """The rows of a query as CSV without a header, null as nothing at all; `frame_of` reads it where time may be taken."""
    text = io.BytesIO()
    await tx.copy_from_query(query, *values, output=text, format="csv")
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way from the database: CSV text, and the names of its columns."""

    text: bytes
    names: tuple[str, ...]


LIST_SEPARATOR = "\x1f"
PLAIN = {"id": pl.Int64(), "record_id": pl.Int64(), "asset_id": pl.Int64()}


def frame_of(rows: Rows) -> pl.DataFrame:
    """Rows as a frame: ids as numbers, attributes typed as the catalogue says."""
    known = attributes()
    dated = {"date": pl.Date(), "datetime": pl.Datetime("us")}
    final = {name: PLAIN.get(name) or dated.get(known[name].type) or _as_written(known[name]) for name in rows.names}
    simple = (pl.List, pl.Date, pl.Datetime, pl.Boolean)
    read = {name: pl.String() if isinstance(dtype, simple) else dtype for name, dtype in final.items()}
    if not rows.text:
        return pl.DataFrame(schema=final)
    frame = pl.read_csv(rows.text, has_header=False, schema=read)
    return frame.with_columns(_typed(name, dtype) for name, dtype in final.items() if isinstance(dtype, simple))


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    text = pl.col(name)
    if isinstance(dtype, pl.List):
        return text.str.split(LIST_SEPARATOR)
    if isinstance(dtype, pl.Date):
        return text.str.to_date()
    return text.str.to_datetime(time_unit="us") if isinstance(dtype, pl.Datetime) else (text == "t")
