"""Files of typed columns (Parquet, Arrow): flat text columns, read some rows at a time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl
from polars.datatypes import DataType
from polars.exceptions import PolarsError

from muster.phases.data_import.block_parts import with_nul_rejected, without_blank_records
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.typed.compiled_reader import panic_is_damage
from muster.phases.data_import.typed.number_text import number_text
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge
from muster.vocabulary.table import Table

SAMPLE_ROWS = 1_000
BLOCK_ROWS = 20_000
BLOCK_CELLS = 500_000
SEPARATOR = ";"
DEEPEST = 24
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Column:
    """A flat column: its path, as 'os.name' or 'nics[].ip', and how it becomes text."""

    name: str
    text: pl.Expr


def columnar_format(
    name: str, recognise: Callable[[Path, bytes], float], scan: Callable[[Path], pl.LazyFrame], example: Example
) -> Format:
    """A kind of columnar file that polars can scan."""

    def tables(path: Path, limits: Limits) -> tuple[Table, ...]:
        return (_table(name, path, _of(path, lambda: scan(path)), limits),)

    def read(path: Path, table: Table, span: Span) -> Iterator[Block]:
        frame = scan(path)
        for start in range(span.start, span.end, _block_rows(table)):
            height = min(_block_rows(table), span.end - start)
            part = _of(path, lambda start=start, height=height: _texts(frame, start, height))  # type: ignore[misc]
            yield with_nul_rejected(without_blank_records(part, start - span.start))

    return Format(name=name, recognise=recognise, tables=tables, spans=_spans, read=read, example=example)


def _of(path: Path, read: Callable[[], Result]) -> Result:
    """What `read` gives; polars' own errors say in one line what is wrong with the file."""
    try:
        with panic_is_damage(path):
            return read()
    except (PolarsError, OSError) as error:
        reason = (str(error).splitlines() or ["it ends too early"])[0].rstrip(".")
        raise FileDamaged(f"{path.name} cannot be read to its end: {reason}.") from error


def _table(format: str, path: Path, frame: pl.LazyFrame, limits: Limits) -> Table:
    columns = _of(path, lambda: _columns(frame))
    if not columns:
        raise FileEmpty(f"{path.name} holds no columns.")
    if len(columns) > limits.max_columns:
        raise FileTooLarge(f"{path.name} has {len(columns)} columns; max_columns is {limits.max_columns}.")
    rows = _of(path, lambda: int(frame.select(pl.len()).collect().item()))
    body = _of(path, lambda: _texts(frame, 0, min(rows, SAMPLE_ROWS))).rows()
    return described(
        name="records",
        format=format,
        heading=Heading(None, 0, tuple(column.name for column in columns)),
        body=body,
        locator={"first_file_row": 1, "records": rows},
        named=True,
    )


def _block_rows(table: Table) -> int:
    return max(1, min(BLOCK_ROWS, BLOCK_CELLS // len(table.columns)))


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    """Whole blocks of rows, as many as about `span_bytes` of the file hold."""
    records, block = int(str(table.locator["records"])), _block_rows(table)
    fitting = records * span_bytes // max(path.stat().st_size, 1)
    step = max(fitting - fitting % block, block)
    return tuple(
        Span(number, start, min(start + step, records)) for number, start in enumerate(range(0, records, step))
    )


def _texts(frame: pl.LazyFrame, start: int, height: int) -> pl.DataFrame:
    """Some rows as String columns '1'..'n'."""
    columns = _columns(frame)
    chosen = [column.text.fill_null("").alias(str(position)) for position, column in enumerate(columns, 1)]
    return frame.slice(start, height).select(chosen).collect()


def _columns(frame: pl.LazyFrame) -> list[Column]:
    found = [
        column
        for name, kind in frame.collect_schema().items()
        for column in _flat(name, pl.col(f"^{_escaped(name)}$"), kind, 0)
    ]
    return _distinct(found)


def _escaped(name: str) -> str:
    """A column by exactly this name: polars takes names that begin with ^ for patterns."""
    return "".join(letter if letter.isalnum() or letter == "_" else f"\\x{{{ord(letter):x}}}" for letter in name)


def _distinct(columns: list[Column]) -> list[Column]:
    """'Name (2)' where a nested member has the name of another column."""
    seen: dict[str, int] = {}
    named = []
    for column in columns:
        seen[column.name] = seen.get(column.name, 0) + 1
        number = seen[column.name]
        named.append(column if number == 1 else Column(f"{column.name} ({number})", column.text))
    return named


def _flat(path: str, value: pl.Expr, kind: DataType, depth: int) -> Iterator[Column]:
    """One column for a plain value, one for each member of a nested one; entries of a list are joined, blanks kept."""
    if isinstance(kind, pl.Struct) and depth < DEEPEST:
        for field in kind.fields:
            yield from _flat(f"{path}.{field.name}", value.struct.field(field.name), _kind(field.dtype), depth + 1)
    elif isinstance(kind, pl.List | pl.Array) and depth < DEEPEST:
        entries = value.arr.to_list() if isinstance(kind, pl.Array) else value
        for column in _flat(f"{path}[]", pl.element(), _kind(kind.inner), depth + 1):
            yield Column(column.name, entries.list.eval(column.text.fill_null("")).list.join(SEPARATOR))
    else:
        yield Column(path, _text(value, kind))


def _kind(kind: object) -> DataType:
    return kind if isinstance(kind, DataType) else kind()  # type: ignore[operator]


def _text(value: pl.Expr, kind: DataType) -> pl.Expr:
    """Whole numbers without a point, NaN as a blank, moments in ISO form, bytes that are no text as hex digits."""
    if isinstance(kind, pl.Float32 | pl.Float64):
        return number_text(value)
    if isinstance(kind, pl.Datetime):
        pattern = "%Y-%m-%d %H:%M:%S%.f" + ("%:z" if kind.time_zone else "")
        return value.dt.strftime(pattern)
    if isinstance(kind, pl.Duration | pl.Time):
        return value.dt.to_string("iso")
    if isinstance(kind, pl.Binary):
        return value.map_elements(_decoded, return_dtype=pl.String)
    return value.cast(pl.String)


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeError:
        return value.hex()
