"""Several tables below one another in one delimited text: where each begins and ends, in bytes and in records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from muster.phases.data_import.tables.table_areas import LOOK, second_heading, stacked_areas
from muster.phases.data_import.text.dialect import Dialect, fields
from muster.phases.data_import.text.record_ends import record_ends

WINDOW = 4 << 20
SCANNED = 256 << 10  # bytes looked through at once: they and what is computed of them stay in the cache
AROUND = 64 << 10  # bytes below a gap that decide whether a table begins there
KEPT = 3  # a line end and the two bytes that tell whether the next line is blank
MOST_GAPS = 200  # a text with more blank lines than that separates its records, not its tables, by them


@dataclass(frozen=True, slots=True)
class Stretch:
    """One table's part of the text: its first rows, the byte at which each of them starts, and where the part ends.

    `before` are the records of the file above the part; `end` is a byte, None at the end of the file.
    """

    rows: Sequence[Sequence[str]]
    starts: Sequence[int]
    before: int
    end: int | None
    caption: str | None


def stretches(
    path: Path, dialect: Dialect, starts: Sequence[int], rows: Sequence[Sequence[str]], *, whole: bool
) -> tuple[Stretch, ...]:
    """The parts of a text whose first records are `rows`; `starts` has one byte more than there are rows.

    `whole` says that `rows` are all records of the file; else what follows is looked through for blank lines.
    """
    found = [
        Stretch(
            rows[area.first_row : area.end_row],
            starts[area.first_row : area.end_row + 1],
            area.first_row,
            starts[area.end_row] if area.end_row < len(rows) else None,
            area.caption,
        )
        for area in stacked_areas(rows)
    ]
    return tuple(found if whole or dialect.encoding.unit > 1 else _further(path, dialect, found, starts[-1]))


def _further(path: Path, dialect: Dialect, found: list[Stretch], start: int) -> list[Stretch]:
    """The parts and those that begin beyond the first records, at the few blank lines there are."""
    gaps = list(_gaps(path, dialect, start))
    for gap in gaps if len(gaps) <= MOST_GAPS else []:
        starts, below = _records_at(path, dialect, gap)
        begun = second_heading(found[-1].rows[:LOOK], below)
        if begun is not None and gap > found[-1].starts[-1]:
            at = begun.offset
            before = _count(path, dialect, starts[at])
            found = [*found[:-1], replace(found[-1], end=gap)]
            found.append(Stretch(below[at:], starts[at:], before, None, begun.caption))
    return found


def _gaps(path: Path, dialect: Dialect, start: int) -> Iterator[int]:
    """The first bytes of lines that are blank, or begin with two blank fields; at most one more than are looked at."""
    number = 0
    with path.open("rb") as file:
        file.seek(start)
        place, rest = start, b""
        while window := file.read(SCANNED):
            text = rest + window
            for at in _blank_lines(text, dialect):
                yield place - len(rest) + at
                number += 1
                if number > MOST_GAPS:
                    return
            place += len(window)
            rest = text[1 - KEPT :]


def _blank_lines(text: bytes, dialect: Dialect) -> list[int]:
    """Places in the text, none of them in its last bytes, which are looked at again with what follows."""
    units = np.frombuffer(text, dtype="u1")
    end = ord(dialect.line_end)
    ends = np.flatnonzero(units[: 1 - KEPT] == end) if len(units) >= KEPT else np.zeros(0, dtype=np.int64)
    after, then = units[ends + 1], units[ends + 2]
    blank = (after == end) | ((after == ord("\r")) & (then == end))
    if len(dialect.delimiter) == 1 and dialect.delimiter.isascii():
        blank |= (after == ord(dialect.delimiter)) & (then == ord(dialect.delimiter))
    return [int(at) + 1 for at in ends[blank][: MOST_GAPS + 1]]


def _records_at(path: Path, dialect: Dialect, start: int) -> tuple[list[int], list[list[str]]]:
    with path.open("rb") as file:
        file.seek(start)
        window = file.read(AROUND)
        complete = not file.read(1)
    ends = record_ends(window, dialect, complete=complete).ends.tolist()
    if not complete and len(ends) > 1:
        ends.pop()
    bounds = [0, *ends]
    rows = [
        fields(_line(window[first:last], dialect), dialect.delimiter, dialect.quote, dialect.escape)
        for first, last in pairwise(bounds)
    ]
    return [start + bound for bound in bounds], rows


def _line(record: bytes, dialect: Dialect) -> str:
    return record.decode(dialect.encoding.name, errors="replace").removesuffix(dialect.line_end).rstrip("\r")


def _count(path: Path, dialect: Dialect, end: int) -> int:
    """How many records of the file end at or before byte `end`."""
    number = 0
    with path.open("rb") as file:
        place = dialect.encoding.mark
        file.seek(place)
        rest = b""
        while place < end and (window := file.read(min(WINDOW, end - place))):
            place += len(window)
            text = rest + window
            ends = record_ends(text, dialect, complete=place >= end).ends
            number += len(ends)
            rest = text[int(ends[-1]) :] if len(ends) else text
    return number
