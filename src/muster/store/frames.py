"""Data frames in and out: COPY through temporary tables (refused into a table under row security), and stored blocks as frames."""

import asyncio
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.store.packed import Packed, unpack
from muster.store.packed_values import StoredBlock, stored_at, unpack_values
from muster.store.transaction import Tx, hash_joins
from muster.store.written import TYPES, of_documents
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.scope import Scope

FEW = 10  # of a block with that many times more records those asked for are read alone
LIST_SEPARATOR = "\x1f"  # between the members of a list where assets are stored and where rows are read
ORDINAL_BITS = 20  # a record's id is its block's id * 2^20 + its 1-based ordinal


def _array_literal(column: str) -> pl.Expr:
    texts = pl.col(column).cast(pl.List(pl.String))
    escaped = pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    joined = texts.list.eval(pl.concat_str(pl.lit('"'), escaped, pl.lit('"'))).list.join(",")
    return pl.when(pl.col(column).is_not_null()).then(pl.concat_str(pl.lit("{"), joined, pl.lit("}"))).alias(column)


def as_csv(frame: pl.DataFrame) -> bytes:
    """A frame as PostgreSQL reads it with `format csv`: null unquoted and empty, lists as array literals."""
    lists = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    text = io.BytesIO()
    frame.with_columns(_array_literal(name) for name in lists).write_csv(text, include_header=False)
    return text.getvalue()


async def copy_frame(tx: Tx, table: str, columns: str, frame: pl.DataFrame) -> None:
    """Make a temporary table that ends with the transaction and fill it. `columns` is its definition, in the frame's order."""
    text = await asyncio.to_thread(as_csv, frame) if frame.height else b""  # the loop must be free to renew leases
    await copy_text(tx, table, columns, frame.columns, text)


async def copy_text(tx: Tx, table: str, columns: str, names: Sequence[str], text: bytes) -> None:
    """`copy_frame` of what `as_csv` made of a frame."""
    await tx.execute(f"drop table if exists pg_temp.{table}")
    await tx.execute(f"create temporary table {table} ({columns}) on commit drop")
    if text:
        await tx.copy_to_table(table, source=io.BytesIO(text), columns=names, format="csv")


async def make_equal(
    tx: Tx, scope: Scope, table: str, keys: Mapping[str, str], others: Mapping[str, str], frame: pl.DataFrame
) -> None:
    """Make a tenant's rows of a table equal to those of a frame; what is equal already is not written.

    `keys` (never null) and `others`: the columns that are stored, with their types in SQL.
    """
    columns = {**keys, **others}
    await copy_frame(tx, "new_row", _defined(columns), frame.select(list(columns)))
    await tx.execute("analyze new_row")
    own = "t.client_account_id = $1 and t.engagement_id = $2"
    listed, same = ", ".join(columns), f"({_of('n', keys)}) = ({_of('t', keys)})"
    if others:
        same += f" and ({_of('n', others)}) is not distinct from ({_of('t', others)})"
    key = (scope.client_account_id, scope.engagement_id)
    async with hash_joins(tx):  # both are read whole
        await tx.execute(
            f"delete from {table} t where {own} and not exists (select 1 from new_row n where {same})", *key
        )
        await tx.execute(
            f"""insert into {table} (client_account_id, engagement_id, {listed}) select $1, $2, {listed} from new_row n
            where not exists (select 1 from {table} t where {own} and {same})""",
            *key,
        )


def _defined(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def _of(row: str, columns: Iterable[str]) -> str:
    return ", ".join(f"{row}.{name}" for name in columns)


def record_ids(block_id: int, records: int) -> pl.Series:
    """The ids of a block's records, in order."""
    return pl.int_range(1, records + 1, dtype=pl.Int64, eager=True) + (block_id << ORDINAL_BITS)


def cleansed_frame(
    block_id: int,
    first_row: int,
    block: StoredBlock,
    wanted: Sequence[str] | None = None,
    custom: Sequence[Attribute] = (),
) -> pl.DataFrame:
    """A block's cleansed records: the wanted attributes (all by default) typed as the catalogue says, record_id, row_number.

    `custom` are the client's own attributes. Only what is wanted is read, so few columns cost little; an attribute that
    the block says nothing of is null.
    """
    types = _types(custom)
    names = list(types) if wanted is None else wanted
    found = unpack_values(block.values, block.raw, types, names)
    return _numbered(_filled(found, names, types, block.raw.records), block_id, first_row)


def _numbered(records: pl.DataFrame, block_id: int, first_row: int) -> pl.DataFrame:
    return records.with_columns(
        record_ids(block_id, records.height).alias("record_id"),
        pl.int_range(first_row, first_row + records.height, dtype=pl.Int64).alias("row_number"),
    )


@dataclass(frozen=True, slots=True)
class CleansedRecords:
    """One block's cleansed records as `cleansed_frame` gives them, and what the rows of its table are."""

    block_id: int
    record_kind: str
    records: pl.DataFrame


def cleansed_as_read(
    block_id: int, first_row: int, values: pl.DataFrame, custom: Sequence[Attribute] = ()
) -> pl.DataFrame:
    """What `cleansed_frame` will give of a block, from the columns of its attributes before they are stored."""
    types = _types(custom)
    said = {name: _as_read(values[name]) for name in types if name in values.columns}
    return _numbered(_filled(said, list(types), types, values.height), block_id, first_row)


def _as_read(values: pl.Series) -> pl.Series:
    """A list of nothing and an empty text are read as nothing."""
    if isinstance(values.dtype, pl.List):
        return values.to_frame("v").select(pl.when(pl.col("v").list.len() > 0).then(pl.col("v"))).to_series()
    if values.dtype == pl.String:
        return values.set(values == "", None)
    return values


def cleansed_at(
    block_id: int, first_row: int, block: StoredBlock, places: Sequence[pl.Series], custom: Sequence[Attribute] = ()
) -> list[pl.DataFrame]:
    """`cleansed_frame` of the records at 0-based places, a frame for each series of them; of few records no other is read."""
    if sum(part.len() for part in places) * FEW > block.raw.records:
        whole = cleansed_frame(block_id, first_row, block, custom=custom)
        return [whole[part] for part in places]
    every = pl.concat(places).unique().sort()
    if not every.len():  # lines of nothing are no lines
        return [cleansed_frame(block_id, first_row, stored_at(block, [0]), custom=custom).clear() for _ in places]
    alone = cleansed_frame(block_id, first_row, stored_at(block, every.to_list()), custom=custom)
    numbers = (every.cast(pl.Int64) + (block_id << ORDINAL_BITS) + 1).alias("record_id")
    found = alone.with_columns(numbers, (every.cast(pl.Int64) + first_row).alias("row_number"))
    return [found[every.search_sorted(part)] for part in places]


def said_frame(records: Sequence[Mapping[str, Any]], custom: Sequence[Attribute] = ()) -> pl.DataFrame:
    """Cleansed records from JSON objects, all attributes typed as in `cleansed_frame`."""
    types = _types(custom)
    names = {name for record in records for name in record} & set(types)
    found = {name: of_documents([record.get(name) for record in records], types[name]) for name in names}
    return _filled(found, list(types), types, len(records))


def _types(custom: Sequence[Attribute]) -> dict[str, str]:
    return {name: known.type for name, known in {**attributes(), **{own.name: own for own in custom}}.items()}


def _filled(
    found: Mapping[str, pl.Series], names: Sequence[str], types: Mapping[str, str], records: int
) -> pl.DataFrame:
    """The columns of these names, null where nothing was found."""
    nothing = {name: pl.lit(None, TYPES.get(types[name], pl.String())) for name in names if name not in found}
    every = pl.DataFrame(height=records).with_columns(column.alias(name) for name, column in found.items())
    return every.with_columns(empty.alias(name) for name, empty in nothing.items()).select(names)


def raw_frame(records: Packed) -> pl.DataFrame:
    """A block's raw records: columns '1'..'n', as Enum where they are kept as words, else as String."""
    return pl.DataFrame([column.alias(str(at)) for at, column in unpack(records).items()])


async def copied(tx: Tx, query: str, *values: object) -> bytes:
    """The rows of a query as CSV without a header, null as nothing at all; `frame_of` reads it where time may be taken."""
    text = io.BytesIO()
    await tx.copy_from_query(query, *values, output=text, format="csv")
    return text.getvalue()


def list_of(name: str) -> str:
    """SQL of a list as an array; the table `asset` holds it as one text."""
    return f"string_to_array({name}, '{LIST_SEPARATOR}')"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way from the database: CSV text, and the names of its columns."""

    text: bytes
    names: tuple[str, ...]


PLAIN: Mapping[str, pl.DataType] = {"id": pl.Int64(), "record_id": pl.Int64(), "asset_id": pl.Int64()}


def frame_of(rows: Rows, types: Mapping[str, pl.DataType] = PLAIN) -> pl.DataFrame:
    """Rows as a frame: attributes typed as the catalogue says, all else as `types` does (ids as numbers)."""
    known = attributes()
    final = {name: types.get(name) or TYPES.get(known[name].type, pl.String()) for name in rows.names}
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
