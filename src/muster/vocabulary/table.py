"""A table found in a file, its columns, and what they are mapped to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.vocabulary.issue import Issue

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file: a sheet, a record list, or the file itself.

    `columns` are unique names in file order ('#3' where the header is blank, 'Name (2)' for a repeated one).
    `header_row` and every file row are 1-based positions in the file: records for delimited text (blank ones count,
    as does the header), sheet rows for workbooks; None where there is no header.
    `locator` holds what the format needs to find the table again; it is JSON.
    """

    name: str
    format: str
    record_kind: str
    columns: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None
    kind_reason: str = ""
    locator: Mapping[str, Json] = field(default_factory=dict)
    warnings: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a whole column holds. `samples` are up to 200 distinct non-blank values in order of first appearance."""

    position: int
    source: str
    records: int
    filled: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column most likely means; `target` None: no target. `accept`: 'auto', or 'ask' a person."""

    position: int
    source: str
    target: str | None
    score: float
    accept: str
    reason: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class MappingEntry:
    """An approved mapping of one column (`position` is 1-based), with what is needed to read its values."""

    position: int
    source: str
    target: str
    score: float
    unit: str | None = None
    day_first: bool | None = None
    decimal_comma: bool = False
