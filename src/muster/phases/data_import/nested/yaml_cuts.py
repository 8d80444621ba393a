"""Where the entries of a long YAML list, or the documents of a long YAML text, begin."""

from collections.abc import Iterator
from pathlib import Path

from muster.phases.data_import.nested.pieces import Chosen, Cuts

ENTRY, DOCUMENT = b"- ", b"---"
SKIPPED = (b"#", b"%", b"\n", b"\r")
REFERENCES = (b" &", b" *", b"<<:")  # what one entry may take from another


def yaml_cuts(path: Path) -> Cuts | None:
    """Cuts at the list's entries, or at documents; None where the text is neither, or refers to parts of itself."""
    with path.open("rb") as file:
        begun = next((line for line in file if not line.startswith((*SKIPPED, DOCUMENT))), b"")
    starts = _starts(path, ENTRY if begun.startswith(ENTRY) else DOCUMENT)
    first = next(starts, None)
    if first is None or _refers(path):
        return None
    found = Chosen(first)
    for start in starts:
        found.add(start)
    return Cuts(found.until(path.stat().st_size))


def _starts(path: Path, mark: bytes) -> Iterator[int]:
    place = 0
    with path.open("rb") as file:
        for line in file:
            if line.startswith(mark):
                yield place
            place += len(line)


def _refers(path: Path) -> bool:
    with path.open("rb") as file:
        return any(mark in line for line in file for mark in REFERENCES)
