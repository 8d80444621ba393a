"""field_mapping: suggest what every column means, and go on with what was accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from muster.flow.phase import Complete, Gate, Next, Phase, Step, Task
from muster.phases.field_mapping.mapping import entries, mapping_sha256
from muster.phases.field_mapping.suggest import suggest
from muster.store import flows, imports, mappings
from muster.store.imports import TableRow
from muster.store.mappings import MappingSet
from muster.store.transaction import Tx
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion


@dataclass(frozen=True, slots=True)
class Question:
    """Every table of an import, and how what is suggested for it becomes accepted."""

    import_id: UUID
    tables: Sequence[TableRow]
    earlier: Mapping[int, MappingSet]
    approve: str
    minimum_score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What one table's columns are taken to mean. `accepted` is None while a person is asked."""

    table_no: int
    version: int
    suggestions: tuple[Suggestion, ...]
    accepted: tuple[MappingEntry, ...] | None


async def load_tables(tx: Tx, task: Task) -> Question:
    row = await imports.of_flow(tx, task.flow)
    configuration = (await flows.read(tx, task.flow)).configuration
    scope = task.flow.scope
    found = await imports.tables(tx, scope, row.id)
    earlier = await mappings.newest(tx, scope, row.id)
    return Question(row.id, found, earlier, configuration["approve"], task.settings["minimum_score"])


def _profiles(table: TableRow) -> tuple[ColumnProfile, ...]:
    return tuple(ColumnProfile(**{**entry, "samples": tuple(entry["samples"])}) for entry in table.profile or [])


def _answer(question: Question, table: TableRow, approved: bool) -> Answer:
    profiles = _profiles(table)
    suggestions = suggest(profiles, table.record_kind)
    version = question.earlier[table.table_no].version + 1 if table.table_no in question.earlier else 1
    accepted = entries(suggestions, profiles, question.minimum_score, auto_only=False) if approved else None
    return Answer(table.table_no, version, suggestions, accepted)


def propose(question: Question) -> tuple[Question, list[Answer]]:
    return question, [_answer(question, table, question.approve == "auto") for table in question.tables]


def accept(question: Question) -> tuple[Question, list[Answer]]:
    return question, [_answer(question, table, approved=True) for table in question.tables]


async def save_proposals(tx: Tx, task: Task, answered: tuple[Question, list[Answer]]) -> Next:
    question, answers = answered
    await _save(tx, task, question, answers, "muster", f"approve={question.approve}")
    if question.approve != "auto":
        return Gate("the mapping waits for approval", "approved")
    return _complete(answers)


async def save_approved(tx: Tx, task: Task, answered: tuple[Question, list[Answer]]) -> Next:
    question, answers = answered
    await _save(
        tx, task, question, answers, task.payload.get("author", "muster"), task.payload.get("reason", "approved")
    )
    return _complete(answers)


async def _save(tx: Tx, task: Task, question: Question, answers: Sequence[Answer], author: str, reason: str) -> None:
    for answer in answers:
        accepted = answer.accepted
        await mappings.add(
            tx,
            task.flow.scope,
            question.import_id,
            answer.table_no,
            answer.version,
            mapping_sha256(str(task.flow.id), answer.version, accepted or ()),
            [asdict(suggestion) for suggestion in answer.suggestions],
            None if accepted is None else [asdict(entry) for entry in accepted],
            author,
            reason,
        )


def _complete(answers: Sequence[Answer]) -> Complete:
    mapped: dict[str, Any] = {str(a.table_no): {e.source: e.target for e in a.accepted or ()} for a in answers}
    return Complete({"field_mappings": mapped})


PHASE = Phase(
    name=PhaseName.FIELD_MAPPING,
    after=PhaseName.DATA_IMPORT,
    steps={
        "start": Step(load_tables, propose, save_proposals),
        "approved": Step(load_tables, accept, save_approved),
    },
)
