"""Where the records of a long JSON list end, found without parsing them: by brackets, commas and quotes alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muster.phases.data_import.nested.pieces import Chosen, Cuts
from muster.phases.data_import.text import encoding
from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.late_pattern import late

WINDOW = 4 << 20
DEEPEST = 5
ESCAPED = late(rb"\\.", re.DOTALL)
OPENS = late(rb"\[\s*\{")
STEP = np.zeros(256, dtype=np.int8)
STEP[[ord("["), ord("{")]], STEP[[ord("]"), ord("}")]] = 1, -1
MARKS = STEP != 0
MARKS[ord(",")] = True


@dataclass(frozen=True, slots=True)
class Marks:
    """Brackets and commas outside texts: their bytes in the file, what they are, and the depth after each."""

    places: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    depths: npt.NDArray[np.int64]


def json_cuts(path: Path) -> Cuts | None:
    """Cuts in the outermost list that goes on beyond the first window; None where there is none, or other documents.

    Raises FileDamaged where the file ends inside that list.
    """
    with path.open("rb") as file:
        head = file.read(WINDOW)
    found = encoding.of_head(head[: encoding.HEAD])
    opened = _opened(head, next(_marks(path), None)) if found.unit == 1 else None
    if opened is None:
        return None
    start, depth = opened
    chosen = Chosen(start)
    all_marks = _marks(path)
    for marks in all_marks:
        closing = np.flatnonzero((marks.depths < depth) & (marks.places >= start))
        last = int(closing[0]) if len(closing) else len(marks.places)
        between = (marks.kinds == ord(",")) & (marks.depths == depth) & (marks.places >= start)
        for place in (marks.places[:last][between[:last]] + 1).tolist():
            chosen.add(place)
        if len(closing):
            end = int(marks.places[last])
            follows = any(_begins(more, end) for more in chain((marks,), all_marks))
            return None if follows else Cuts(chosen.until(end), separator=1)
    raise FileDamaged(f"{path.name} is JSON that breaks off inside its list of records.")


def _begins(marks: Marks, end: int) -> bool:
    """True where another document begins behind this place."""
    return bool(np.any((STEP[marks.kinds] > 0) & (marks.depths == 1) & (marks.places > end)))


def _opened(head: bytes, marks: Marks | None) -> tuple[int, int] | None:
    """First byte and depth of the outermost list of objects that is still open at the end of the first window."""
    if marks is None or not len(marks.places):
        return None
    least_after = np.minimum.accumulate(marks.depths[::-1])[::-1]
    for depth in range(1, DEEPEST + 1):
        begun = np.flatnonzero((STEP[marks.kinds] > 0) & (marks.depths == depth) & (least_after >= depth))
        if len(begun) and OPENS.match(head, int(marks.places[begun[-1]])):
            return int(marks.places[begun[-1]]) + 1, depth
    return None


def _marks(path: Path) -> Iterator[Marks]:
    place, depth, inside, rest = 0, 0, False, b""
    with path.open("rb") as file:
        while window := file.read(WINDOW):
            text = rest + window
            backslashes = len(text) - len(text.rstrip(b"\\"))
            rest = text[len(text) - 1 :] if backslashes % 2 else b""
            text = text[: len(text) - len(rest)]
            plain = ESCAPED.sub(b"  ", text) if b"\\" in text else text
            units = np.frombuffer(plain, dtype="u1")
            quotes = np.flatnonzero(units == ord('"'))
            places = np.flatnonzero(MARKS[units])
            places = places[(np.searchsorted(quotes, places) + inside) % 2 == 0]
            depths = depth + np.cumsum(STEP[units[places]], dtype=np.int64)
            yield Marks(places + place, units[places], depths)
            place += len(text)
            depth = int(depths[-1]) if len(depths) else depth
            inside = (len(quotes) + inside) % 2 == 1
