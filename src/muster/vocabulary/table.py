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
    `locator` holds what the format needs to find the table again; it is JSON. `kind_confidence` says how sure the
    record kind is, 0..1; `kind_rival` is another kind that is close and would make the difference between an asset and
    none.
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
    kind_confidence: float = 1.0
    kind_rival: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What a whole column holds. `samples` are up to 200 distinct non-blank values in order of first appearance.

    `distinct` counts different non-blank values: exact while there are few, else estimated from `sketch`, the smallest
    hashes seen. `shortest` and `longest` are characters. `shapes` says how many values have which form (integer, date,
    ipv4 ...), `null_words` how often which word stands for no value, `units` which unit stands behind how many numbers,
    `separators` how many values are lists joined by which mark. `least` and `greatest` are raw values, compared as
    numbers or days where the column holds them, else as text. `personal` names what looks like data about people.
    `traits` counts ways of writing that are worth telling beside the shape (day_first, decimal_comma ...), `lengths`
    how many values have each of the greatest lengths in characters, `sentinels` how many are
    which day (YYYY-MM-DD) of those at which a calendar begins or ends. `extremes` are least and greatest among the
    numbers, the days and the texts; `least` and `greatest` are those of the kind that most values are of.
    """

    position: int
    source: str
    records: int
    filled: int
    samples: tuple[str, ...]
    distinct: int = 0
    shortest: int = 0
    longest: int = 0
    least: str | None = None
    greatest: str | None = None
    shapes: Mapping[str, int] = field(default_factory=dict)
    null_words: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    separators: Mapping[str, int] = field(default_factory=dict)
    personal: tuple[str, ...] = ()
    sketch: tuple[int, ...] = ()
    traits: Mapping[str, int] = field(default_factory=dict)
    lengths: Mapping[int, int] = field(default_factory=dict)
    extremes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sentinels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a client decided about a column before. `target` None: it has none. `origin` says when, where, by whom."""

    target: str | None
    unit: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column most likely means; `target` None: no target. `accept`: 'auto', or 'ask' a person.

    `score` is the measured share of such suggestions that were right on exports that the scorer had not seen.
    `origin` is the kind of evidence that decided: memory, pack, dictionary, ranker or none. `alternatives` are the next
    targets with their scores. `question` is asked where a person alone can tell two readings apart. `also` are further
    targets that are cut out of the same cells, as (target, name of the part).
    """

    position: int
    source: str
    target: str | None
    score: float
    accept: str
    reason: str
    unit: str | None = None
    origin: str = "dictionary"
    alternatives: tuple[tuple[str, float], ...] = ()
    question: str | None = None
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MappingEntry:
    """An approved mapping of one column (`position` is 1-based), with what is needed to read its values.

    Several entries of one position are several facts in one cell: `part` names which piece of it is this one's.
    `year_first`: where years have two digits, whether they stand first (24-05-03) or last; None: the column tells
    neither.
    """

    position: int
    source: str
    target: str
    score: float
    unit: str | None = None
    day_first: bool | None = None
    decimal_comma: bool = False
    part: str | None = None
    year_first: bool | None = None
