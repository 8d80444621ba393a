"""Hand-written mappings of known exports: a table is recognised by its headers, never by a name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from muster.packs.known_tables import KnownTable, Meaning, known_tables
from muster.phases.field_mapping.blindfold import left_out
from muster.phases.field_mapping.header import normalise_header
from muster.phases.field_mapping.values import Values, agreement
from muster.vocabulary.table import ColumnProfile

CONTRADICTED_SHARE = 0.25  # of the pack's columns with values: beyond it the headers match by chance
_ANY_NUMBER, _ANY_TEXT = "87654321", "anyanytextany"


@dataclass(frozen=True, slots=True)
class PackTable:
    """A table of a pack as field mapping looks it up: headers are normalised, `patterns` are those that vary."""

    pack: str
    title: str
    record_kind: str
    signature: frozenset[str]
    least: int
    most: int
    known: float
    needs: frozenset[str]
    columns: Mapping[str, Meaning]
    patterns: tuple[tuple[re.Pattern[str], Meaning], ...]

    def meaning(self, header: str) -> Meaning | None:
        """What the pack says of a normalised header, None where it does not know it."""
        return self.columns.get(header) or next(
            (meaning for pattern, meaning in self.patterns if pattern.fullmatch(header)), None
        )


def _pattern(header: str) -> re.Pattern[str]:
    marked = normalise_header(header.replace("{n}", _ANY_NUMBER).replace("{any}", _ANY_TEXT))
    return re.compile(re.escape(marked).replace(_ANY_NUMBER, r"\d+").replace(_ANY_TEXT, ".+"))


def _table(known: KnownTable) -> PackTable:
    return PackTable(
        known.pack,
        known.title,
        known.record_kind,
        frozenset(map(normalise_header, known.signature)),
        known.least,
        known.most,
        known.known,
        frozenset(map(normalise_header, known.needs)),
        {normalise_header(header): known.columns[header] for header in reversed(known.plain)},
        tuple((_pattern(header), known.columns[header]) for header in known.varied),
    )


@cache
def pack_tables() -> tuple[PackTable, ...]:
    """Every table of every pack, in order of file and table."""
    return tuple(map(_table, known_tables()))


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
