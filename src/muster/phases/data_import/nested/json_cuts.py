"""Where the records of long JSON end, found without parsing them: by brackets, commas and quotes alone.

Records are the entries of a list, the members of an object that names each, or documents that follow one another.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muster.phases.data_import.nested import json_text
from muster.phases.data_import.nested.inventory_hosts import inventory_hosts
from muster.phases.data_import.nested.pieces import Chosen, Cuts
from muster.phases.data_import.nested.record_lists import KEY, record_lists
from muster.phases.data_import.text import encoding
from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

WINDOW = 4 << 20
DEEPEST = 5
ESCAPED = late(rb"\\.", re.DOTALL)
OPENS = late(rb"\[\s*\{")
NAMES = late(rb'\{\s*"(?:[^"\\]|\\.)*"\s*:\s*\{')
CLOSES = {ord("["): ord("]"), ord("{"): ord("}")}
MEMBERS = 8  # of an object, that are asked whether they are records
SEVERAL = 2  # documents
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


@dataclass(frozen=True, slots=True)
class Opened:
    """The first byte of the records, and the depth at which commas part them."""

    start: int
    depth: int


def json_cuts(path: Path) -> Cuts | None:
    """Cuts in what goes on beyond the first window: the outermost list or object of objects, else between documents.

    None where there is neither. Raises FileDamaged where the file ends inside that list or object.
    """
    with path.open("rb") as file:
        head = file.read(WINDOW)
    if encoding.of_head(head[: encoding.HEAD]).unit != 1:
        return None
    marks = next(_marks(path), None)
    if marks is None or not len(marks.places):
        return None
    opened = _opened(head, marks)
    return (_within(path, opened) if opened else None) or _between(path, int(marks.places[0]))


def _within(path: Path, opened: Opened) -> Cuts | None:
    """None where another document follows the one that the records are in."""
    chosen = Chosen(opened.start)
    all_marks = _marks(path)
    for marks in all_marks:
        closing = np.flatnonzero((marks.depths < opened.depth) & (marks.places >= opened.start))
        last = int(closing[0]) if len(closing) else len(marks.places)
        between = (marks.kinds == ord(",")) & (marks.depths == opened.depth) & (marks.places >= opened.start)
        for place in (marks.places[:last][between[:last]] + 1).tolist():
            chosen.add(place)
        if len(closing):
            end = int(marks.places[last])
            follows = any(_begins(more, end) for more in chain((marks,), all_marks))
            return None if follows else Cuts(chosen.until(end), separator=1)
    raise FileDamaged(f"{path.name} is JSON that breaks off inside its list of records.")


def _between(path: Path, first: int) -> Cuts | None:
    """Cuts behind documents that follow one another from the first bracket on; None where there is one alone."""
    chosen = Chosen(first, fewest=1)
    documents = 0
    for marks in _marks(path):
        ends = marks.places[(marks.depths == 0) & (STEP[marks.kinds] < 0)] + 1
        documents += len(ends)
        for place in ends.tolist():
            chosen.add(place)
    if documents < SEVERAL:
        return None
    return Cuts(chosen.until(path.stat().st_size))


def _begins(marks: Marks, end: int) -> bool:
    """True where another document begins behind this place."""
    return bool(np.any((STEP[marks.kinds] > 0) & (marks.depths == 1) & (marks.places > end)))


def _opened(head: bytes, marks: Marks) -> Opened | None:
    """The outermost list or object of objects that is still open at the end of the first window."""
    least_after = np.minimum.accumulate(marks.depths[::-1])[::-1]
    for depth in range(1, DEEPEST + 1):
        begun = np.flatnonzero((STEP[marks.kinds] > 0) & (marks.depths == depth) & (least_after >= depth))
        if not len(begun):
            return None
        place = int(marks.places[begun[-1]])
        opened = Opened(place + 1, depth)
        if OPENS.match(head, place) or (NAMES.match(head, place) and _is_keyed(head, marks, opened)):
            return opened
    return None


def _is_keyed(head: bytes, marks: Marks, opened: Opened) -> bool:
    """True for an object of many small objects which are records named by what each is, by the rules for documents.

    The rules are asked about its first members. Hosts of an inventory are not cut off from the groups around them.
    """
    within = (marks.places >= opened.start) & (marks.kinds == ord(",")) & (marks.depths == opened.depth)
    commas = marks.places[within]
    if len(commas) < MEMBERS or int(commas[-1]) < len(head) // 2:
        return False
    text = head[: int(commas[MEMBERS - 1])] + _closing(marks, opened)
    try:
        (document,) = json_text.documents(text.decode(errors="replace"))
    except (json.JSONDecodeError, RecursionError, ValueError):
        return False
    if inventory_hosts(document) is not None:
        return False
    lists = record_lists(document)
    return len(lists) == 1 and _are_members(lists[0].records)


def _are_members(records: Sequence[Mapping[str, Json]]) -> bool:
    return len(records) == MEMBERS and all(KEY in record for record in records)


def _closing(marks: Marks, opened: Opened) -> bytes:
    """The brackets that close what is open where the records begin, the innermost first."""
    before = (marks.places < opened.start) & (STEP[marks.kinds] > 0)
    kinds = [marks.kinds[before & (marks.depths == depth)][-1] for depth in range(opened.depth, 0, -1)]
    return bytes(CLOSES[kind] for kind in kinds)


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
