"""What the rows of a known tool's export are: the packs say so, and are recognised by headers alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from muster.packs.known_tables import KnownTable, known_tables
from muster.phases.data_import.tables.words import words
from muster.vocabulary.kinds import AssetType

NUMBER, ANY = "987654321", "anyanytextany"


@dataclass(frozen=True, slots=True)
class KnownExport:
    """One table of a tool. `least` of `signature` and one of `needs` (if any) occur in it, among at most `most` columns
    of which the share `known` or more are `columns` or fit `varied`, all as folded words.
    """

    title: str
    kind: str
    signature: frozenset[str]
    least: int
    most: int
    known: float
    needs: frozenset[str]
    columns: frozenset[str]
    varied: tuple[re.Pattern[str], ...]

    def known_of(self, spoken: Sequence[str]) -> int:
        """How many of the columns are those of the table."""
        return sum(said in self.columns or any(pattern.fullmatch(said) for pattern in self.varied) for said in spoken)

    def fits(self, spoken: Sequence[str]) -> bool:
        """True where these are the columns of the table."""
        present = frozenset(spoken)
        if len(spoken) > self.most or len(present & self.signature) < self.least:
            return False
        return not (self.needs and not present & self.needs) and self.known_of(spoken) >= self.known * len(spoken)


def _said(header: str) -> str:
    return " ".join(words(header))


def _varied(header: str) -> re.Pattern[str]:
    marked = _said(header.replace("{n}", NUMBER).replace("{any}", f" {ANY} "))
    return re.compile(re.escape(marked).replace(NUMBER, r"\d+").replace(ANY, ".+"))


def _export(table: KnownTable) -> KnownExport:
    return KnownExport(
        table.title,
        table.record_kind,
        frozenset(map(_said, table.signature)),
        table.least,
        table.most,
        table.known,
        frozenset(map(_said, table.needs)),
        frozenset(map(_said, table.plain)),
        tuple(map(_varied, table.varied)),
    )


@cache
def _all() -> tuple[KnownExport, ...]:
    return tuple(map(_export, known_tables()))


def known_export(spoken: Sequence[str]) -> KnownExport | None:
    """The export that a table with these folded column names is. None where it is none, and where two tools' tables fit
    equally well and are of different kinds.
    """
    found = [
        (export.known_of(spoken), len(export.signature & set(spoken)), export)
        for export in _all()
        if export.fits(spoken)
    ]
    if not found:
        return None
    best = max(one[:2] for one in found)
    kinds = {export.kind for *how_well, export in found if tuple(how_well) == best}
    return next(export for *how_well, export in found if tuple(how_well) == best) if len(kinds) == 1 else None


def says_more(export: KnownExport) -> bool:
    """False where the rows are assets of any kind: what tells their kind better may do so."""
    return export.kind != AssetType.OTHER
