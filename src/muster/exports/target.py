"""What an export target is: files and their limits, columns, what each cell carries and what it cannot."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import polars as pl

Cells = Mapping[str, object]
Why = str | pl.Expr


class Rows(StrEnum):
    """What one row of a file is about."""

    ASSETS = "assets"
    EDGES = "edges"
    DISKS = "disks"


@dataclass(frozen=True, slots=True)
class Loss:
    """Where `when` holds, something of `attribute` does not stand in the file as the inventory has it."""

    attribute: str
    when: pl.Expr
    why: Why


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header in the vendor's spelling and the text of its cells (null: an empty cell).

    `carries` are the attributes whose values stand in it. Where such an attribute has a value and the cell is empty,
    `unsaid` is the reason that is reported. `required` cells are never empty in a file; `longest` is in characters.
    """

    header: str
    text: pl.Expr
    carries: tuple[str, ...] = ()
    unsaid: Why = "the column cannot hold it"
    losses: tuple[Loss, ...] = ()
    required: bool = False
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may hold; none: as much as there is."""

    rows: int | None = None
    size: int | None = None  # bytes


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of file of a target.

    `takes` says which rows belong in it and `refusal` why another does not. One header of each tuple in `one_of` must
    be filled. `unique` names the column by which the vendor knows a thing again: a second row of the same text (case
    apart) would overwrite the first.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Rows = Rows.ASSETS
    takes: pl.Expr = field(default_factory=lambda: pl.lit(True))
    refusal: Why = ""
    one_of: tuple[tuple[str, ...], ...] = ()
    unique: str | None = None
    limits: Limits = Limits()
    optional: bool = False  # a file without rows is not written, and what it does not take is no loss
    acyclic: bool = False  # edges that close a cycle are left out

    @property
    def headers(self) -> tuple[str, ...]:
        """The header row."""
        return tuple(column.header for column in self.columns)


class Part(Protocol):
    """A file that is being written."""

    def add(self, rows: pl.DataFrame) -> None:
        """Append rows; the frame has the file's columns."""

    def close(self) -> None:
        """Finish the file."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How rows become a file: its ending, who opens one, and the bytes that rows take, where that can be known."""

    ending: str
    open: Callable[[Path, pl.Schema], Part]
    size: Callable[[pl.DataFrame], int] = lambda _rows: 0


@dataclass(frozen=True, slots=True)
class Example:
    """One asset, edge or disk, and what must become of it: cells by table and header, and the facts that are reported.

    `reported` None: not looked at. `incomplete` are the tables for which it lacks something.
    """

    asset: Cells
    cells: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    reported: tuple[str, ...] | None = None
    incomplete: tuple[str, ...] = ()
    rows: Rows = Rows.ASSETS


@dataclass(frozen=True, slots=True)
class Target:
    """A format to export to. `source` says where the rules of its columns are written."""

    title: str
    source: str
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class VendorTarget(Target):
    """A format of another tool.

    `implied` are attributes that need no column, since being in the file says them. `one_way` are those that the tool
    takes in a form that Muster itself does not read back. `with_disks`: its rows about assets also tell of their disks,
    see inventory_reading.assets.
    """

    tables: tuple[Table, ...]
    examples: Sequence[Example]
    implied: Mapping[str, pl.Expr] = field(default_factory=dict)
    one_way: tuple[str, ...] = ()
    with_disks: bool = False


@dataclass(frozen=True, slots=True)
class GeneralTarget(Target):
    """A format of no one tool: every attribute under its own name, as the format's own types where it has any.

    Attributes that no asset has get no column. `prepare` makes the file's rows of a piece of the inventory; `longest`
    is what a cell holds, in characters.
    """

    prepare: Callable[[pl.DataFrame], pl.DataFrame]
    longest: int | None = None
