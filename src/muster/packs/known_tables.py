"""Tables that known tools export, in the words of the tools, one file each in `tools/`; who reads them normalises."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

KNOWN_SHARE = 0.5  # of a table's headers, unless its pack says otherwise: one that only borrows some words is another


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pack says of a column; `target` None: it is known to be nothing."""

    target: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class KnownTable:
    """One table that a tool exports.

    It is recognised where at least `least` headers of `signature` and one of `needs` (if any) occur, among no more
    than `most` columns, of which the share `known` or more are the pack's. In a header {n} stands for a running number
    and {any} for any text.
    """

    pack: str
    name: str
    record_kind: str
    signature: tuple[str, ...]
    least: int
    most: int
    known: float
    needs: tuple[str, ...]
    columns: Mapping[str, Meaning]

    @property
    def title(self) -> str:
        """How a reason names the table."""
        return f"{self.pack} {self.name}"

    @property
    def plain(self) -> list[str]:
        """The headers that always read the same."""
        return [header for header in self.columns if "{" not in header]

    @property
    def varied(self) -> list[str]:
        """The headers with a running number or a free part."""
        return [header for header in self.columns if "{" in header]


@cache
def known_tables() -> tuple[KnownTable, ...]:
    """Every table of every pack, in order of file and table."""
    return tuple(_table(data["pack"], entry) for data in _files() for entry in data["tables"])


def _files() -> Iterator[dict[str, Any]]:
    folder = resources.files("muster.packs").joinpath("tools")
    for file in sorted(folder.iterdir(), key=lambda found: found.name):
        if file.name.endswith(".json"):
            yield json.loads(file.read_text(encoding="utf-8"))


def _table(pack: str, entry: dict[str, Any]) -> KnownTable:
    return KnownTable(
        pack,
        entry["name"],
        entry["record_kind"],
        tuple(entry["signature"]),
        entry["least"],
        entry.get("most", 10_000),
        entry.get("share", KNOWN_SHARE),
        tuple(entry.get("needs", ())),
        {header: _meaning(said) for header, said in entry["columns"].items()},
    )


def _meaning(entry: Any) -> Meaning:
    target, unit = entry if isinstance(entry, list) else (entry, None)
    return Meaning(target, unit)
