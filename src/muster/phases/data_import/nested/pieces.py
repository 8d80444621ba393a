"""A document with one long list of records, cut into pieces: each with what stands around the list, so it reads alone.

Whatever the rules are by which records are found in a document, they find the same ones in its pieces.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.table import Json

LEAST = 4 << 20  # bytes of a piece; parsed, they take six to ten times that
FEWEST = 32  # records of a piece: a list of few may read as something else
WHOLE = 16 << 20  # a document up to this size is parsed at once
LARGEST = 64 << 20  # bytes of one record or document among others; with a larger one the whole is judged by its size
MOST_AROUND = 4 << 20  # bytes before and after the list, which every piece repeats


@dataclass(frozen=True, slots=True)
class Cuts:
    """`places` are the bytes at which pieces of the list begin, and at last the one at which it ends.

    `separator` counts the bytes that end every piece but the last, and belong to no record. `varying` says that a
    member which is a list in one piece may look like a single one in another.
    """

    places: tuple[int, ...]
    separator: int = 0
    varying: bool = False

    @property
    def pieces(self) -> int:
        """How many there are."""
        return len(self.places) - 1

    def as_json(self) -> dict[str, Json]:
        """As a table's locator keeps them."""
        return {"cuts": list(self.places), "separator": self.separator, "varying": self.varying}

    @staticmethod
    def of_json(locator: dict[str, Json]) -> "Cuts | None":
        """What a locator tells; None for a document that is read whole."""
        places = locator.get("cuts")
        if not isinstance(places, list):
            return None
        found = tuple(int(str(place)) for place in places)
        return Cuts(found, int(str(locator["separator"])), bool(locator["varying"]))


Cut = Callable[[Path], Cuts | None]


class Chosen:
    """Places for `Cuts` among those where a record ends: some MB apart, and never with only few records between.

    `fewest` is how many: one is enough where each is a document that is read by itself.
    """

    def __init__(self, start: int, fewest: int = FEWEST) -> None:
        self.places = [start]
        self.count = 0
        self.fewest = fewest

    def add(self, place: int) -> None:
        """The next place where a record ends and another begins."""
        self.count += 1
        if place - self.places[-1] >= LEAST and self.count >= self.fewest:
            self.places.append(place)
            self.count = 0

    def until(self, end: int) -> tuple[int, ...]:
        """The places of a list that ends there; few records at its end go with those before them."""
        few = len(self.places) > 1 and self.count < self.fewest
        return (*(self.places[:-1] if few else self.places), end)


def is_worth_it(path: Path, cuts: Cuts) -> bool:
    """True where pieces are much smaller than the document, and none of them is large."""
    around = cuts.places[0] + path.stat().st_size - cuts.places[-1]
    largest = max(end - first for first, end in pairwise(cuts.places))
    return around <= MOST_AROUND and cuts.pieces > 1 and largest <= LARGEST


@contextmanager
def piece(path: Path, cuts: Cuts, number: int) -> Iterator[Path]:
    """A piece as a document of its own, for as long as it is needed. Errors over it say where it begins."""
    first, end = cuts.places[number : number + 2]
    separator = 0 if number == cuts.pieces - 1 else cuts.separator
    with _written(path, cuts, first, end - separator) as written:
        try:
            yield written
        except FileDamaged as error:
            raise FileDamaged(
                f"{error} (Counted from byte {first} of the file on.)", hint=error.recovery_hint
            ) from error


@contextmanager
def without_list(path: Path, cuts: Cuts) -> Iterator[Path]:
    """The document without any record of its long list."""
    with _written(path, cuts, 0, 0) as written:
        yield written


@contextmanager
def _written(path: Path, cuts: Cuts, first: int, end: int) -> Iterator[Path]:
    with TemporaryDirectory(prefix="muster-") as folder:
        written = Path(folder, path.name)
        with path.open("rb") as file, written.open("wb") as out:
            out.write(file.read(cuts.places[0]))
            file.seek(first)
            out.write(file.read(end - first))
            file.seek(cuts.places[-1])
            out.write(file.read())
        yield written
