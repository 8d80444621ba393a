"""Where the records of delimited text end, minding quotes; a stray quote costs its own record and no other.

Quotes are read as RFC 4180 says: one opens only at the start of a field, closes only at its end, and is doubled inside.
Where all quotes of a stretch obey, ends are found by array arithmetic; else a walk over its quotes decides each case:

- a quote elsewhere in a field is a character of the field (24" Monitor);
- an opened field that is never closed, is longer than `LONGEST_RECORD`, or after a line break meets a quote that
  neither closes it nor is doubled, was opened by mistake: its record ends with its line and is marked stray.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muster.phases.data_import.text.dialect import Dialect

LONGEST_RECORD = 1 << 20  # code units; larger cells are refused rather than trusted
TAIL = 128 << 10  # bytes near a wanted cut that mostly tell where the records end there
PROOF = 8  # quoted fields; fewer may alternate by chance
UNITS = {1: "u1", 2: "u2", 4: "u4"}
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RecordEnds:
    """`ends` are byte offsets just after each record's line end (or the end of the content).

    `stray` are the records, by position, that a quote spoilt.
    """

    ends: Positions
    stray: frozenset[int] = frozenset()


def record_ends(content: bytes, dialect: Dialect, *, complete: bool = True) -> RecordEnds:
    """Ends of all records in `content`, which must begin at a record's start. The last record may lack its line end.

    Where `content` is not `complete` but breaks off, a quote that is still open near its end is not a mistake yet.
    """
    size = dialect.encoding.unit
    content = _without_escaped(content, dialect)
    usable = len(content) - len(content) % size
    units = np.frombuffer(content[:usable] if usable != len(content) else content, dtype=_unit_type(dialect))
    lines = np.flatnonzero(units == ord(dialect.line_end))
    quotes = np.flatnonzero(units == ord(dialect.quote)) if dialect.quote else lines[:0]
    stray: frozenset[int] = frozenset()
    if len(quotes):
        lines, stray = _ends_minding_quotes(units, quotes, lines, dialect, complete=complete)
    ends = (lines + 1) * size
    if usable and (not len(ends) or ends[-1] < usable):
        ends = np.append(ends, usable)
    return RecordEnds(ends.astype(np.int64), stray)


def _unit_type(dialect: Dialect) -> np.dtype[np.unsignedinteger[npt.NBitBase]]:
    return np.dtype(UNITS[dialect.encoding.unit]).newbyteorder(">" if dialect.encoding.byte_order == "big" else "<")


def _without_escaped(content: bytes, dialect: Dialect) -> bytes:
    """The content, as long as before, without the quotes that an escape makes characters of their field."""
    if not dialect.escape or not dialect.quote:
        return content
    name = dialect.encoding.name
    escaped = (dialect.escape + dialect.quote).encode(name)
    return content.replace(escaped, (dialect.escape * 2).encode(name))


def last_end(content: bytes, dialect: Dialect) -> int | None:
    """Just after the last line end that surely ends a record, read from near the end of `content`; None if unsure.

    It is told from the end of `content`, and so below zero. Runs of quotes near the end tell by their neighbours
    whether they open or close; a run of even length does neither. Where the others alternate without exception, what
    stands further up cannot change where records end. Only for encodings of one byte per character.
    """
    content = _without_escaped(content[-TAIL:], dialect)
    units = np.frombuffer(content, dtype="u1")
    beside, quotes = _beside_runs(units, np.flatnonzero(units == ord(dialect.quote)), dialect)
    if len(quotes) < 2 * PROOF or beside.opens[0] == beside.closes[0]:
        return None
    first = 0 if beside.opens[0] else 1
    opens, closes = beside.opens[first:], beside.closes[first:]
    alternate = opens[0::2].all() and closes[1::2].all()
    if not alternate or opens[1::2].any() or closes[0::2].any():
        return None
    place = content.rfind(dialect.line_end.encode())
    while place >= 0 and (int(np.searchsorted(quotes, place)) - first) % 2:
        place = content.rfind(dialect.line_end.encode(), 0, int(quotes[np.searchsorted(quotes, place) - 1]))
    return place + 1 - len(content) if place >= int(quotes[first]) else None


def _beside_runs(
    units: npt.NDArray[np.unsignedinteger[npt.NBitBase]], quotes: Positions, dialect: Dialect
) -> tuple["_Beside", Positions]:
    """Which runs of quotes open a field or close one, and where they begin; none at all where one is unclear.

    Runs at either end of the text are left out: they may be longer than they look. So are those of even length, a pair
    that stands for a character or an empty field, unless one begins a field that it does not end.
    """
    breaks = np.flatnonzero(np.diff(quotes) != 1)
    firsts, lasts = (
        quotes[np.append(0, breaks + 1)[: len(quotes)]],
        quotes[np.append(breaks, len(quotes) - 1)[: len(quotes)]],
    )
    inside = (firsts > 0) & (lasts < len(units) - 1)
    firsts, lasts = firsts[inside], lasts[inside]
    opens, closes = _beside(units, firsts, dialect).opens, _beside(units, lasts, dialect).closes
    odd = (lasts - firsts) % 2 == 0
    if (opens & ~closes & ~odd).any():
        odd[:] = False
    return _Beside(opens[odd], closes[odd]), firsts[odd]


@dataclass(frozen=True, slots=True)
class _Beside:
    """Which quotes stand where a field begins, and which where one ends."""

    opens: npt.NDArray[np.bool_]
    closes: npt.NDArray[np.bool_]


def _beside(units: npt.NDArray[np.unsignedinteger[npt.NBitBase]], quotes: Positions, dialect: Dialect) -> _Beside:
    last = len(units) - 1
    before, after = units[quotes - 1], units[np.minimum(quotes + 1, last)]
    opens, closes = quotes == 0, quotes == last
    for border in (dialect.line_end, "\r"):
        opens |= before == ord(border)
        closes |= after == ord(border)
    codes = _codes(dialect)
    left, right = quotes >= len(codes), quotes + len(codes) <= last
    for at, code in enumerate(reversed(codes), 1):
        left = left & (units[np.maximum(quotes - at, 0)] == code)
    for at, code in enumerate(codes, 1):
        right = right & (units[np.minimum(quotes + at, last)] == code)
    return _Beside(opens | left, closes | right)


def _codes(dialect: Dialect) -> list[int]:
    """The delimiter in code units of the encoding."""
    if dialect.encoding.unit > 1:
        return [ord(mark) for mark in dialect.delimiter]
    return list(dialect.delimiter.encode(dialect.encoding.name))


def _ends_minding_quotes(
    units: npt.NDArray[np.unsignedinteger[npt.NBitBase]],
    quotes: Positions,
    lines: Positions,
    dialect: Dialect,
    *,
    complete: bool,
) -> tuple[Positions, frozenset[int]]:
    beside = _beside(units, quotes, dialect)
    opens, closes = beside.opens, beside.closes
    doubled_next = np.append(np.diff(quotes) == 1, [False])
    doubled_before = np.append([False], doubled_next[:-1])
    matters = opens | closes | doubled_next | doubled_before  # the rest are characters inside a field
    kept = quotes[matters]
    opens, closes = opens[matters], closes[matters]
    even = len(kept) % 2 == 0 or (not complete and len(units) - int(kept[-1]) < LONGEST_RECORD)
    obeys = even and bool(
        np.all(opens[0::2] | doubled_before[matters][0::2]) and np.all(closes[1::2] | doubled_next[matters][1::2])
    )
    if obeys:
        return lines[np.searchsorted(kept, lines) % 2 == 0], frozenset()
    return _walk(quotes.tolist(), _Quotes(beside.opens.tolist(), beside.closes.tolist()), lines)


@dataclass(frozen=True, slots=True)
class _Quotes:
    """What stands beside each quote, by its index."""

    opens: list[bool]
    closes: list[bool]


def _walk(places: list[int], quotes: _Quotes, lines: Positions) -> tuple[Positions, frozenset[int]]:
    """Decide quote by quote. Yields the line ends outside quoted fields and the positions of stray records."""
    at, fields, strays = 0, [], []
    while at < len(places):
        if not quotes.opens[at]:
            at += 1
            continue
        closing = _closing(places, at, quotes, lines)
        if closing is None:
            strays.append(places[at])
            at += 1
            continue
        fields.append((places[at], places[closing]))
        at = closing + 1
    inside = np.zeros(len(lines), dtype=bool)
    for first, last in zip(*np.searchsorted(lines, np.array(fields, dtype=np.int64).reshape(-1, 2).T), strict=True):
        inside[first:last] = True
    ends = lines[~inside]
    return ends, frozenset(np.searchsorted(ends, np.array(strays, dtype=np.int64)).tolist()) if strays else frozenset()


def _closing(places: list[int], opened: int, quotes: _Quotes, lines: Positions) -> int | None:
    """Index of the quote that closes the field opened at index `opened`; None where it was opened by mistake."""
    start = places[opened]
    line = np.searchsorted(lines, start)
    first_line_end = int(lines[line]) if line < len(lines) else start + LONGEST_RECORD
    at = opened + 1
    while at < len(places) and places[at] - start <= LONGEST_RECORD:
        if at + 1 < len(places) and places[at + 1] == places[at] + 1:
            at += 2
        elif quotes.closes[at]:
            return at
        elif places[at] > first_line_end:
            return None
        else:
            at += 1
    return None
