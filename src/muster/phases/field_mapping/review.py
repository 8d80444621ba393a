"""The mapping of an import as it stands: suggestions, what people said, what is accepted, and what is missing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from muster.phases.field_mapping.choices import (
    APPROVED,
    CORRECTED,
    REFUSED,
    Accepted,
    Decided,
    accept,
    attribute_of,
    decided,
    definitions,
)
from muster.phases.field_mapping.criteria import Criteria, Unmet, as_issues, unmet
from muster.phases.field_mapping.mapping import mapping_sha256
from muster.phases.field_mapping.memory import Confirmed, fingerprint, news, rows_of
from muster.phases.field_mapping.suggest import normalise_header
from muster.store import blocks, decisions, imports, mapping_memory, mappings
from muster.store.column_profiles import of_json
from muster.store.flows import FlowKey
from muster.store.imports import TableRow
from muster.store.mappings import MappingSet
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import ColumnProfile, MappingEntry, Remembered, Suggestion


@dataclass(frozen=True, slots=True)
class Suggested:
    """What one table's columns most likely mean, and what of the client's the suggestions go by."""

    table: TableRow
    suggestions: tuple[Suggestion, ...]
    remembered: Mapping[str, Remembered]
    custom: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """One table's suggestions together with what people said of them, and what is accepted because of both."""

    suggested: Suggested
    decided: Decided
    accepted: Accepted
    custom: tuple[Attribute, ...]
    unmet: tuple[Unmet, ...]
    stored: MappingSet | None

    @property
    def table_no(self) -> int:
        """The number of the table in its import."""
        return self.suggested.table.table_no

    @property
    def approved(self) -> bool:
        """True where the stored version is an accepted mapping, not a question."""
        return self.stored is not None and self.stored.entries is not None

    @property
    def changed(self) -> bool:
        """True where what is accepted now is not what the stored version says."""
        before = None if self.stored is None else self.stored.entries
        return before != [asdict(entry) for entry in self.accepted.entries]


def profiles_of(table: TableRow) -> tuple[ColumnProfile, ...]:
    """The column profiles of a table, as its import keeps them."""
    return tuple(of_json(entry) for entry in table.profile or [])


def suggestion_of(stored: Mapping[str, Any]) -> Suggestion:
    """A suggestion as a mapping's version keeps it."""
    alternatives = tuple((target, score) for target, score in stored.get("alternatives", ()))
    also = tuple((target, part) for target, part in stored.get("also", ()))
    return Suggestion(**{**stored, "alternatives": alternatives, "also": also})


def suggested_by(table: TableRow, stored: MappingSet) -> Suggested:
    """What a stored version goes by."""
    return Suggested(
        table,
        tuple(suggestion_of(one) for one in stored.suggestions),
        {header: Remembered(**said) for header, said in stored.remembered.items()},
        tuple(attribute_of(one) for one in stored.custom),
    )


def judge(
    suggested: Suggested, said: Sequence[Mapping[str, Any]], criteria: Criteria, stored: MappingSet | None
) -> Judged:
    """What is accepted of a table's suggestions after what people said (decisions, oldest first)."""
    table = suggested.table
    about = decided(said, table.table_no, table.columns)
    chosen = [choice.attribute for choice in about.choices.values() if choice.attribute is not None]
    every = (*suggested.custom, *chosen)
    least, sure_only = criteria.minimum_score, criteria.sure_only
    accepted = accept(suggested.suggestions, profiles_of(table), about, least, every, sure_only=sure_only)
    custom = definitions(accepted.entries, suggested.custom, about.choices)
    missing = unmet(table.table_no, table.name, table.record_kind, accepted.entries, criteria) if table.records else ()
    return Judged(suggested, about, accepted, custom, missing, stored)


async def review(tx: Tx, scope: Scope, import_id: UUID, criteria: Criteria) -> list[Judged]:
    """Every table of an import that was mapped by suggestion, in file order. Who will write holds the flow.

    A table that a flow discovered by itself was never suggested: its columns are attributes already.
    """
    newest = await mappings.newest(tx, scope, import_id)
    said = await decisions.about_mapping(tx, scope, import_id)
    own = {number for number, stored in newest.items() if stored.entries and not stored.suggestions}
    asked = newest.keys() - own
    found = [table for table in await imports.tables(tx, scope, import_id) if table.table_no in asked]
    known = [(suggested_by(table, newest[table.table_no]), newest[table.table_no]) for table in found]
    return [judge(suggested, said, criteria, stored) for suggested, stored in known]


def missing(judged: Sequence[Judged]) -> list[Unmet]:
    """Every criterion that is not met and that no person waived, table by table."""
    return [one for table in judged if not table.decided.waived for one in table.unmet]


def mapped_columns(judged: Iterable[Judged]) -> dict[str, Any]:
    """What is accepted, as a flow's state tells it: table number to source column to target."""
    return {str(one.table_no): {entry.source: entry.target for entry in one.accepted.entries} for one in judged}


async def write(
    tx: Tx, flow: FlowKey, import_id: UUID, judged: Judged, author: str, reason: str, *, accepted: bool = True
) -> None:
    """Append a version of a table's mapping: what is accepted of it or, while a person is asked, what is suggested."""
    suggested = judged.suggested
    version = 1 if judged.stored is None else judged.stored.version + 1
    taken = judged.accepted.entries if accepted else ()
    await mappings.add(
        tx,
        flow.scope,
        import_id,
        judged.table_no,
        version,
        mapping_sha256(str(flow.id), version, taken),
        [asdict(suggestion) for suggestion in suggested.suggestions],
        [asdict(entry) for entry in taken] if accepted else None,
        author,
        reason,
        {header: asdict(said) for header, said in suggested.remembered.items()},
        [asdict(own) for own in (judged.custom if accepted else suggested.custom)],
    )
    if accepted:
        issues = as_issues(judged.unmet)
        await blocks.replace_issues(tx, flow.scope, import_id, judged.table_no, None, "field_mapping", issues)


async def agree(
    tx: Tx, scope: Scope, import_id: UUID, judged: Judged, author: str, reason: str, *, waived: bool = False
) -> None:
    """Append that a person approved a table's mapping, and keep it in the client's memory."""
    table = judged.suggested.table
    subject = {"import_id": str(import_id), "table_no": table.table_no, "table": table.name}
    await decisions.add(tx, scope, "approve_mapping", subject, {"above": None, "waived": waived}, author, reason)
    await learn(tx, scope, import_id, judged, confirmed(judged), author, reason)


async def learn(
    tx: Tx, scope: Scope, import_id: UUID, judged: Judged, said: Sequence[Confirmed], author: str, reason: str
) -> None:
    """Keep what a person confirmed about a table's columns, unless the engagement's newest choice says the same."""
    table = judged.suggested.table
    rows = rows_of(said, table.name, table.columns, table.record_kind)
    known = await mapping_memory.standing(tx, scope, [str(row["header"]) for row in rows])
    await mapping_memory.add(tx, scope, import_id, news(rows, known, scope.engagement_id), author, reason)


async def unlearn(
    tx: Tx, scope: Scope, import_id: UUID, judged: Judged, positions: Collection[int], author: str, reason: str
) -> None:
    """Revoke what this import taught about columns whose choice was taken back, unless it is what stands even so."""
    table = judged.suggested.table
    stands = {normalise_header(one.source): (one.target, one.unit) for one in confirmed(judged, positions)}
    headers = [normalise_header(table.columns[position - 1]) for position in sorted(positions)]
    export = fingerprint(table.columns, table.record_kind)
    for one in await mapping_memory.standing(tx, scope, headers):
        own = (one.engagement_id, one.data_import_id, one.fingerprint) == (scope.engagement_id, import_id, export)
        if own and stands.get(one.header) != (one.target, one.unit):
            await mapping_memory.revoke(tx, scope, one.id, author, reason)


def first_facts(entries: Sequence[MappingEntry]) -> dict[int, MappingEntry]:
    """What each mapped column is, by position; further facts that are cut out of the same cells follow from it."""
    return {entry.position: entry for entry in reversed(entries)}


def confirmed(judged: Judged, positions: Collection[int] | None = None) -> list[Confirmed]:
    """What approving a table, or these columns of it, confirms: every accepted column, and every one that was refused.

    A header that several columns share, mapped to different targets, says nothing of the next file with that header.
    """
    taken = first_facts(judged.accepted.entries)
    mapped = {at: entry.target for at, entry in taken.items()}
    meanings: dict[str, set[str | None]] = defaultdict(set)
    for suggestion in judged.suggested.suggestions:
        meanings[normalise_header(suggestion.source)].add(mapped.get(suggestion.position))
    found = []
    for suggestion in judged.suggested.suggestions:
        choice = judged.decided.choices.get(suggestion.position)
        target = mapped.get(suggestion.position)
        told = choice is not None or target is not None
        meant = positions is None or suggestion.position in positions
        if told and meant and len(meanings[normalise_header(suggestion.source)]) == 1:
            unit = None if target is None else taken[suggestion.position].unit
            said = choice is not None and choice.unit_given
            kind = kind_of_choice(target, suggestion.target)
            found.append(Confirmed(suggestion.source, kind, target, unit, said))
    return found


def kind_of_choice(target: str | None, suggested: str | None) -> str:
    """Whether a person approved, corrected or refused what was suggested."""
    if target is None:
        return REFUSED
    return APPROVED if target == suggested else CORRECTED
