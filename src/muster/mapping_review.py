"""What a person says about the columns of an import, and what follows: at the gate, on the way, and after the end."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from muster.flow import control
from muster.flow.phase import Phase
from muster.flow.state_model import merged
from muster.flow.states import COMPLETED, PENDING, Status
from muster.phases.data_cleansing.cleanse import replay
from muster.phases.data_cleansing.phase import cleanse_again
from muster.phases.data_cleansing.rule import is_read
from muster.phases.field_mapping.choices import read_as
from muster.phases.field_mapping.criteria import Criteria, criteria_of, no_attribute
from muster.phases.field_mapping.review import (
    Judged,
    confirmed,
    learn,
    mapped_columns,
    missing,
    profiles_of,
    review,
    unlearn,
    write,
)
from muster.recompute import recompute
from muster.store import custom_attributes, decisions, flows, imports
from muster.store.flows import FlowKey, FlowRow
from muster.store.imports import ImportRow
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, Attribute, attributes
from muster.vocabulary.errors import ColumnNotFound, CriteriaUnmet, MappingClosed, UsageError
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

OVER = (Status.CANCELLED, Status.DELETED)
AMOUNTS = (1, 1_000, 1_000_000, 1_000_000_000)  # of a unit: one of them is a plausible value where it is one at all


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says about one column: its target (None: it is not used), its unit where the person names it.

    `reset` takes earlier words about it back. `unit_read` says that the unit was read from such a column before.
    """

    position: int
    target: str | None
    unit: str | None = None
    reset: bool = False
    unit_read: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who says something, and why."""

    author: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opened:
    """The mapping of an import, with its flow held until the transaction ends: nobody else changes it meanwhile."""

    row: ImportRow
    flow: FlowRow
    key: FlowKey
    criteria: Criteria
    judged: list[Judged]

    def table(self, wanted: str | None) -> Judged:
        """The table of this number or name; the only one where none is named. Raises ColumnNotFound."""
        found = self.judged
        if wanted is not None:
            found = [one for one in found if wanted in (str(one.table_no), one.suggested.table.name)]
        if len(found) == 1:
            return found[0]
        names = "; ".join(f"{one.table_no} {one.suggested.table.name}" for one in self.judged)
        raise ColumnNotFound(
            f"{self.row.filename} has no one table {wanted or 'alone'}; --table takes one of: {names}."
        )


async def opened(tx: Tx, scope: Scope, wanted: str, minimum_score: float, *, hold: bool = True) -> Opened:
    """The mapping of an import by id, beginning of an id, or file name. Raises ImportNotFound, MappingClosed."""
    row = await imports.named(tx, scope, wanted)
    key = FlowKey(scope, row.master_flow_id)
    flow = await (flows.lock if hold else flows.read)(tx, key)
    criteria = criteria_of(flow.configuration, minimum_score)
    judged = await review(tx, scope, row.id, criteria)
    if not judged:
        raise MappingClosed(f"{row.filename} has no mapping yet: its flow is {flow.status} in {flow.current_phase}.")
    return Opened(row, flow, key, criteria, judged)


def column_of(found: Opened, column: str, table: str | None) -> tuple[Judged, int]:
    """The table and position of a column by its name, or by its position in a table. Raises ColumnNotFound."""
    tables = found.judged if table is None else [found.table(table)]
    places = [(one, place, source) for one in tables for place, source in enumerate(one.suggested.table.columns, 1)]
    matches = [(one, place) for one, place, source in places if source == column]
    matches = matches or [(one, place) for one, place, source in places if source.casefold() == column.casefold()]
    if not matches and len(tables) == 1:
        matches = [(one, place) for one, place, _ in places if str(place) == column]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise ColumnNotFound(f"{found.row.filename} has no column {column!r}.")
    names = "; ".join(f"{one.table_no} {one.suggested.table.name}" for one, _ in matches)
    raise ColumnNotFound(f"{column!r} is a column of several tables; --table takes one of: {names}.")


async def say(
    tx: Tx, found: Opened, table: Judged, said: Sequence[Said], person: Person, phases: Mapping[str, Phase]
) -> Judged:
    """Append what a person says about columns of one table, remember it, and make everything follow it.

    While the flow waits at its gate, the choice waits with it. A flow on its way begins again with data_cleansing. What
    a completed flow left is computed anew in this transaction. Raises MappingClosed, UsageError.
    """
    _refuse_closed(found)
    scope, import_id = found.key.scope, found.row.id
    custom = await custom_attributes.offered(tx, scope)
    for one in said:
        body = _body(table, one, custom)
        await decisions.add(
            tx, scope, "map_column", _subject(found, table, one.position), body, person.author, person.reason
        )
    now = (await _again(tx, found))[table.table_no]
    kept = confirmed(now, {one.position for one in said if not one.reset})
    await learn(tx, scope, import_id, now, kept, person.author, person.reason)
    reset = {one.position for one in said if one.reset}
    await unlearn(tx, scope, import_id, now, reset, person.author, person.reason)
    if table.approved and now.changed:
        await write(tx, found.key, import_id, now, person.author, person.reason)
        await _follow(tx, found, [now.table_no], person, phases)
    return (await _again(tx, found))[table.table_no]


async def approve(
    tx: Tx,
    found: Opened,
    tables: Sequence[Judged],
    person: Person,
    phases: Mapping[str, Phase],
    *,
    above: float | None = None,
    waive: bool = False,
) -> list[Judged]:
    """Append that a person accepts what stands for these tables, remember it, and go on once all tables are accepted.

    `above` is the least score (0..1) at which a suggestion is accepted; without it, that of the criteria. `waive` goes
    on although required targets are missing. Raises CriteriaUnmet, which names them, MappingClosed.
    """
    _refuse_closed(found)
    scope, import_id = found.key.scope, found.row.id
    for table in tables:
        body = {"above": above, "waived": waive}
        await decisions.add(tx, scope, "approve_mapping", _subject(found, table), body, person.author, person.reason)
    numbers = {table.table_no for table in tables}
    again = [one for number, one in (await _again(tx, found)).items() if number in numbers]
    if unmet := missing(again):
        raise CriteriaUnmet("; ".join(str(one) for one in unmet) + ".")
    for one in again:
        await learn(tx, scope, import_id, one, confirmed(one), person.author, person.reason)
    changed = [one for one in again if one.changed]
    for one in changed:
        await write(tx, found.key, import_id, one, person.author, person.reason)
    await _follow(tx, found, [one.table_no for one in changed], person, phases)
    stands = await _again(tx, found)
    if all(one.approved for one in stands.values()):
        await control.approve(tx, found.key, person.author, person.reason)
    return [stands[number] for number in sorted(numbers)]


def _refuse_closed(found: Opened) -> None:
    if found.row.undone_at is not None:
        raise MappingClosed(f"{found.row.filename} was taken back.", hint="Import the file again, then map it.")
    if found.flow.status in OVER or found.flow.current_phase in (PENDING, PhaseName.DATA_IMPORT):
        raise MappingClosed(f"The flow of {found.row.filename} is {found.flow.status} in {found.flow.current_phase}.")


async def _again(tx: Tx, found: Opened) -> dict[int, Judged]:
    judged = await review(tx, found.key.scope, found.row.id, found.criteria)
    return {one.table_no: one for one in judged}


def _subject(found: Opened, table: Judged, position: int | None = None) -> dict[str, Any]:
    named = {"import_id": str(found.row.id), "table_no": table.table_no, "table": table.suggested.table.name}
    if position is None:
        return named
    return {**named, "position": position, "source": table.suggested.table.columns[position - 1]}


def _body(table: Judged, said: Said, custom: Sequence[Attribute]) -> dict[str, Any]:
    """The decision as it is kept: with the unit, and the definition of a client's own attribute, as they are now."""
    if said.reset:
        return {"reset": True}
    if said.target is None:
        return {"target": None}
    own = next((one for one in custom if said.target in (one.name, one.name.removeprefix(CUSTOM))), None)
    target = said.target if own is None else own.name
    if own is None and target not in attributes():
        raise UsageError(no_attribute(target, [*attributes(), *(one.name for one in custom)]))
    if said.unit is not None and not said.unit_read:
        _refuse_unit(target, said.unit)
    shape = table.suggested.table
    read = read_as(profiles_of(shape), shape.record_kind, said.position, target, custom)
    return {
        "target": target,
        "unit": said.unit or read.unit,
        "unit_given": said.unit is not None,
        "also": read.also,
        "attribute": None if own is None else asdict(own),
    }


def _refuse_unit(target: str, unit: str) -> None:
    if target not in attributes() or not attributes()[target].unit:
        raise UsageError(f"{target} has no unit.")
    # One of a unit may be less than any machine has, and a milliard more.
    reads = [replay(f"{amount} {unit}", MappingEntry(1, target, target, 1.0)) for amount in AMOUNTS]
    if not any(map(is_read, reads)):
        hint = next(read.issue.hint for read in reads if read.issue is not None)
        raise UsageError(f"{unit!r} is no unit of {target}.", hint=hint)


async def _follow(tx: Tx, found: Opened, tables: Sequence[int], person: Person, phases: Mapping[str, Phase]) -> None:
    """Make what comes after the mapping equal to its newest version; at the gate nothing has come yet."""
    if not tables or found.flow.current_phase == PhaseName.FIELD_MAPPING:
        return
    left = (await flows.read(tx, found.key)).state_data
    mapped = mapped_columns((await _again(tx, found)).values())
    await flows.merge_state(tx, found.key, merged(left, {"field_mappings": mapped}).stored())
    if found.flow.current_phase == COMPLETED:
        for number in tables:
            await cleanse_again(tx, found.key.scope, found.row.id, number)
        await recompute(tx, found.key.scope)
        return
    await control.restart(tx, found.key, PhaseName.DATA_CLEANSING, phases, person.author)
    if found.flow.status == Status.PAUSED:
        await control.pause(tx, found.key)
