"""field_mapping: suggest what every column means, and go on with what was accepted once the criteria are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from muster.flow.phase import Complete, Gate, Next, Phase, Step, Task
from muster.phases.field_mapping.criteria import Criteria, criteria_of, reason_to_wait
from muster.phases.field_mapping.memory import recall
from muster.phases.field_mapping.review import (
    Judged,
    Suggested,
    agree,
    judge,
    mapped_columns,
    missing,
    profiles_of,
    review,
    suggested_by,
    write,
)
from muster.phases.field_mapping.suggest import normalise_header, suggest
from muster.store import custom_attributes, decisions, flows, imports, mapping_memory, mappings
from muster.store.imports import TableRow
from muster.store.mapping_memory import Learned
from muster.store.mappings import MappingSet
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.kinds import CORRECTION
from muster.vocabulary.phases import PhaseName


@dataclass(frozen=True, slots=True)
class Question:
    """Every table of an import, how it was mapped before, and what the client's memory and own attributes are now."""

    import_id: UUID
    engagement_id: int
    tables: Sequence[TableRow]
    earlier: Mapping[int, MappingSet]
    learned: Sequence[Learned]
    custom: tuple[Attribute, ...]


async def load_tables(tx: Tx, task: Task) -> Question:
    scope = task.flow.scope
    row = await imports.of_flow(tx, task.flow)
    found = await imports.tables(tx, scope, row.id)
    earlier = await mappings.newest(tx, scope, row.id)
    headers = sorted({normalise_header(column) for table in found for column in table.columns})
    learned = await mapping_memory.standing(tx, scope, headers)
    return Question(row.id, scope.engagement_id, found, earlier, learned, await custom_attributes.offered(tx, scope))


def propose(question: Question) -> tuple[Question, list[Suggested]]:
    """Suggestions for every table, after what the client's people said of such columns before."""
    return question, [_suggested(question, table) for table in question.tables]


def _suggested(question: Question, table: TableRow) -> Suggested:
    """A table that was mapped before goes by the memory of then: what was learned since changes nothing."""
    earlier = question.earlier.get(table.table_no)
    if earlier is not None:
        before = suggested_by(table, earlier)
        found = suggest(profiles_of(table), table.record_kind, before.remembered, before.custom)
        return Suggested(table, found, before.remembered, before.custom)
    if table.record_kind == CORRECTION:  # its cells are read as the columns of the records that they correct
        return Suggested(table, (), {}, question.custom)
    targets = {*attributes(), *(one.name for one in question.custom)}
    remembered = recall(question.learned, table.columns, table.record_kind, question.engagement_id, targets)
    found = suggest(profiles_of(table), table.record_kind, remembered, question.custom)
    return Suggested(table, found, remembered, question.custom)


async def save_proposals(tx: Tx, task: Task, proposed: tuple[Question, list[Suggested]]) -> Next:
    """Keep what is suggested; go on at once where nobody is to be asked."""
    question, suggestions = proposed
    criteria, approve = await _criteria(tx, task)
    scope = task.flow.scope
    said = await decisions.about_mapping(tx, scope, question.import_id)
    stored = await mappings.newest(tx, scope, question.import_id)
    judged = [judge(one, said, criteria, stored.get(one.table.table_no)) for one in suggestions]
    accepted = approve == "auto" and not criteria.human_approval
    for table in judged:
        await write(tx, task.flow, question.import_id, table, "muster", f"approve={approve}", accepted=accepted)
    if accepted:
        return _complete(judged)
    return Gate(reason_to_wait(missing(judged), asked=True), "approved")


async def _criteria(tx: Tx, task: Task) -> tuple[Criteria, str]:
    configuration = (await flows.read(tx, task.flow)).configuration
    return criteria_of(configuration, task.settings["minimum_score"]), configuration["approve"]


async def load_nothing(tx: Tx, task: Task) -> None:
    """What stands is read where it is written, while the flow is held: nobody's choice falls between the two."""


def nothing_to_compute(nothing: None) -> None:
    return nothing


async def save_approved(tx: Tx, task: Task, _: None) -> Next:
    """Accept what stands, or go on waiting where the criteria are not met."""
    scope, payload = task.flow.scope, task.payload
    row = await imports.of_flow(tx, task.flow)
    criteria, _approve = await _criteria(tx, task)
    judged = await review(tx, scope, row.id, criteria)
    person = payload.get("person", True)
    unmet = [] if payload.get("waive") else missing(judged)
    if unmet or (criteria.human_approval and not person):
        return Gate(reason_to_wait(unmet, asked=not person), "approved")
    author, reason = payload.get("author", "muster"), payload.get("reason", "approved")
    for table in [table for table in judged if not table.approved]:
        await write(tx, task.flow, row.id, table, author, reason)
        if person:
            await agree(tx, scope, row.id, table, author, reason, waived=bool(payload.get("waive")))
    return _complete(judged)


def _complete(judged: Sequence[Judged]) -> Complete:
    return Complete({"field_mappings": mapped_columns(judged)})


PHASE = Phase(
    name=PhaseName.FIELD_MAPPING,
    after=PhaseName.DATA_IMPORT,
    steps={
        "start": Step(load_tables, propose, save_proposals),
        "approved": Step(load_nothing, nothing_to_compute, save_approved),
    },
)
