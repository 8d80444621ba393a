"""Hand-written mappings of known exports, one file per tool; a table is recognised by its headers, never by a name."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from muster.phases.field_mapping.blindfold import left_out
from muster.phases.field_mapping.header import normalise_header
from muster.phases.field_mapping.values import Values, agreement
from muster.vocabulary.table import ColumnProfile

KNOWN_SHARE = 0.5  # of the file's headers: a file that only borrows some words from an export is another file
CONTRADICTED_SHARE = 0.25  # of the pack's columns with values: beyond it the headers match by chance
_ANY_NUMBER, _ANY_TEXT = "87654321", "anyanytextany"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a pack says of a column; `target` None: it is known to be nothing."""

    target: str | None
    unit: str | None


@dataclass(frozen=True, slots=True)
class PackTable:
    """One table that a tool exports.

    It is recognised where at least `least` headers of `signature` and one of `needs` (if any) occur, among no more
    than `most` columns, of which the share `known` or more are the pack's. Headers are normalised; `patterns` are
    headers with a running number or a free part.
    """

    pack: str
    name: str
    record_kind: str
    signature: frozenset[str]
    least: int
    most: int
    known: float
    needs: frozenset[str]
    columns: Mapping[str, Meaning]
    patterns: tuple[tuple[re.Pattern[str], Meaning], ...]

    @property
    def title(self) -> str:
        """How a reason names the table."""
        return f"{self.pack} {self.name}"

    def meaning(self, header: str) -> Meaning | None:
        """What the pack says of a normalised header, None where it does not know it."""
        return self.columns.get(header) or next(
            (meaning for pattern, meaning in self.patterns if pattern.fullmatch(header)), None
        )


def _meaning(entry: Any) -> Meaning:
    target, unit = entry if isinstance(entry, list) else (entry, None)
    return Meaning(target, unit)


def _pattern(header: str) -> re.Pattern[str]:
    marked = normalise_header(header.replace("{n}", _ANY_NUMBER).replace("{any}", _ANY_TEXT))
    return re.compile(re.escape(marked).replace(_ANY_NUMBER, r"\d+").replace(_ANY_TEXT, ".+"))


def _table(pack: str, entry: dict[str, Any]) -> PackTable:
    plain = {header: said for header, said in entry["columns"].items() if "{" not in header}
    varied = [(header, said) for header, said in entry["columns"].items() if "{" in header]
    return PackTable(
        pack,
        entry["name"],
        entry["record_kind"],
        frozenset(map(normalise_header, entry["signature"])),
        entry["least"],
        entry.get("most", 10_000),
        entry.get("share", KNOWN_SHARE),
        frozenset(map(normalise_header, entry.get("needs", ()))),
        {normalise_header(header): _meaning(said) for header, said in reversed(plain.items())},
        tuple((_pattern(header), _meaning(said)) for header, said in varied),
    )


def _files() -> Iterator[dict[str, Any]]:
    folder = resources.files("muster.phases.field_mapping").joinpath("packs")
    for file in sorted(folder.iterdir(), key=lambda found: found.name):
        if file.name.endswith(".json"):
            yield json.loads(file.read_text(encoding="utf-8"))


@cache
def pack_tables() -> tuple[PackTable, ...]:
    """Every table of every pack, in order of file and table."""
    return tuple(_table(data["pack"], entry) for data in _files() for entry in data["tables"])


def fits(table: PackTable, headers: Sequence[str]) -> bool:
    """True where these normalised headers are those of the table."""
    present = frozenset(headers)
    if len(headers) > table.most or len(present & table.signature) < table.least:
        return False
    if table.needs and not present & table.needs:
        return False
    return sum(table.meaning(header) is not None for header in headers) >= table.known * len(headers)


def recognise(
    columns: Sequence[ColumnProfile], values: Sequence[Values]
) -> tuple[PackTable, dict[int, Meaning]] | None:
    """The known export that a table is, and what it says by position; None where it is none.

    Columns whose values contradict the pack are left out of the answer.
    """
    headers = [normalise_header(column.source) for column in columns]
    found = [] if left_out().packs else [table for table in pack_tables() if fits(table, headers)]
    if not found:
        return None
    best = max(found, key=lambda table: (_known(table, headers), len(table.signature.intersection(headers))))
    answers: dict[int, Meaning] = {}
    filled = contradicted = 0
    for column, header, held in zip(columns, headers, values, strict=True):
        meaning = best.meaning(header)
        if meaning is None:
            continue
        doubted = meaning.target is not None and agreement(meaning.target, held) < 0
        filled += meaning.target is not None and held.looked_at > 0
        contradicted += doubted
        if not doubted:
            answers[column.position] = meaning
    return None if contradicted > CONTRADICTED_SHARE * filled else (best, answers)


def _known(table: PackTable, headers: Sequence[str]) -> int:
    return sum(table.meaning(header) is not None for header in headers)
