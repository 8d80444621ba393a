"""Where exported files go: written under working names beside their place, then moved there, over no other file."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from muster.exports.parts import Written
from muster.vocabulary import clock
from muster.vocabulary.errors import OutputExists, OutputUnwritable


@dataclass(frozen=True, slots=True)
class Move:
    """A finished file and its final place."""

    file: Written
    place: Path


@dataclass(slots=True)
class Destination:
    """A file or folder that somebody named. `folder` is for working names, and goes when the block ends."""

    output: Path
    ending: str
    force: bool
    folder: Path = field(default_factory=Path)

    @property
    def is_folder(self) -> bool:
        """True where the files stand in a folder under names of their own."""
        return self.output.is_dir() or not self.output.suffix

    def place(self, table: str, alone: bool, part: tuple[int, int], addition: str = "") -> Path:
        """The final place of a part (number, how many) of a table; `alone`: the target has no other table."""
        numbered = f"-{part[0]}-of-{part[1]}" if part[1] > 1 else ""
        if self.is_folder:
            return self.output / f"{table}{addition}{numbered}{self.ending}"
        own = "" if alone else f"-{table}"
        return self.output.with_name(f"{self.output.stem}{own}{addition}{numbered}{self.output.suffix}")

    def settle(self, moves: Sequence[Move]) -> None:
        """Move every file to its place. Raises OutputExists before the first move."""
        if not self.force:
            refuse_existing(move.place for move in moves)
        with _writable(self.output):
            for move in moves:
                move.place.parent.mkdir(parents=True, exist_ok=True)
                move.file.path.replace(move.place)


def refuse_existing(places: Iterator[Path]) -> None:
    """Raises OutputExists for the first place that is taken."""
    for place in places:
        if place.exists():
            raise OutputExists(f"{place} exists already.")


@contextmanager
def _writable(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputUnwritable(f"{output} cannot be written: {error.strerror or error}.") from error


@contextmanager
def destination(output: Path, ending: str, force: bool) -> Iterator[Destination]:
    """A destination with a working folder beside it. Raises OutputExists, OutputUnwritable."""
    found = Destination(output.absolute(), ending, force)
    if not force and not found.is_folder:
        refuse_existing(iter([output]))
    beside = found.output if found.output.is_dir() else found.output.parent
    found.folder = beside / f".{found.output.name}.{clock.new_id().hex[-12:]}.partial"
    with _writable(output):
        found.folder.mkdir(parents=True)
    try:
        with _writable(output):
            yield found
    finally:
        shutil.rmtree(found.folder, ignore_errors=True)
