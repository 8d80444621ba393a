"""What a source format is: how sure it is of a file, which tables it finds there, and how it reads them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from muster.phases.data_import.limits import Limits
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a table that can be read by itself, in any process: bytes start..end of a text, else records.

    `last` is True where no other span of the table follows.
    """

    number: int
    start: int
    end: int
    last: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that cannot be read as its table's columns say. `values` are all its raw values, surplus ones too."""

    ordinal: int
    values: tuple[str, ...]
    issue: Issue


@dataclass(frozen=True, slots=True)
class Block:
    """Some records of a table.

    `frame` has String columns '1'..'n', one row per record that is not blank. `file_rows` are 1-based and relative to
    the first file record of the span; None means that the block has no gap. `file_records` is how many file records,
    blank ones included, the block covers. A rejected record keeps its row in the frame (padded or cut), so ordinals
    have no gaps. `noted` counts by code the records that were mended to be read.
    """

    frame: pl.DataFrame
    file_rows: tuple[int, ...] | None
    file_records: int
    rejected: tuple[Rejected, ...] = ()
    noted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A small file and what must be read from it: (record_kind, columns, records) for each table."""

    content: bytes
    tables: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]], ...]


@dataclass(frozen=True, slots=True)
class Format:
    """One source format.

    `recognise` answers 0..1 from the first 64 KiB of content, never from the name; the surest format reads the file.
    `tables` raises FileEmpty, FormatUnknown, FileDamaged or FileTooLarge. `spans` cuts at record ends near the wanted
    number of bytes, beginning at the first data record. `read` yields the blocks of one span.

    `unpack` is for a container: it writes what the file holds to a folder, and raises as `tables` does. The folder
    is kept; `tables`, `spans` and `read` are given it in the file's place.
    """

    name: str
    recognise: Callable[[Path, bytes], float]
    tables: Callable[[Path, Limits], tuple[Table, ...]]
    spans: Callable[[Path, Table, int], tuple[Span, ...]]
    read: Callable[[Path, Table, Span], Iterator[Block]]
    example: Example
    unpack: Callable[[Path, Path, Limits], None] | None = None
