"""advance_phase and its neighbours on a real database: what is written, what is refused, what a fault leaves."""

import asyncio
import dataclasses
import inspect
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from muster.flow import advance
from muster.flow.advance import PhaseTransitionResult, advance_phase, persist_if_changed
from muster.flow.states import COMPLETED, PENDING, PHASE_FLAG_MAP, TRANSITIONS, next_phase
from muster.store import flows, tenants
from muster.store.flows import FlowKey
from muster.store.transaction import Database
from muster.vocabulary.errors import (
    FileDamaged,
    FlowNotFound,
    IllegalTransition,
    MusterError,
    PartlyDone,
    StoreUnavailable,
    UnexpectedFault,
    UsageError,
)
from muster.vocabulary.phases import PHASE_ORDER, PhaseName
from muster.vocabulary.scope import Scope
from small_pipeline import PARTS, completed, line, new_flow, phase, row_of, runs_of, until, working

PHASES = [phase.value for phase in PHASE_ORDER]


async def walk_to(database: Database, flow: FlowKey, target: str) -> None:
    """Through every phase up to `target`, each step a transaction."""
    node = PENDING
    while node != target:
        node = next_phase(node)
        async with database.transaction(flow.scope) as tx:
            await advance_phase(tx, flow, node)


async def seen(database: Database, flow: FlowKey) -> list[tuple[Any, ...]]:
    """Everything that is stored of a flow's state, history included."""
    async with database.transaction(flow.scope) as tx:
        tables = ("flow where id", "phase_run where flow_id", "flow_event where flow_id", "work where flow_id")
        return [tuple(row) for table in tables for row in await tx.fetch(f"select * from {table} = $1", flow.id)]


async def view(database: Database, flow: FlowKey) -> dict[str, Any]:
    async with database.transaction(flow.scope) as tx:
        return dict(await tx.fetchrow("select * from discovery_flows where id = $1", flow.id))


def test_the_signature_is_the_contract() -> None:
    parameters = inspect.signature(advance_phase).parameters
    assert list(parameters) == ["tx", "flow", "target_phase", "set_status", "extra_updates"]
    assert [p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY] == ["set_status", "extra_updates"]
    assert [parameters[name].default for name in ("set_status", "extra_updates")] == [None, None]
    assert inspect.iscoroutinefunction(advance_phase)


def test_phase_flag_map_has_a_flag_for_each_of_the_six() -> None:
    assert PHASE_FLAG_MAP == {
        "data_import": "data_import_completed",
        "field_mapping": "field_mapping_completed",
        "data_cleansing": "data_cleansing_completed",
        "asset_inventory": "asset_inventory_completed",
        "dependency_analysis": "dependency_analysis_completed",
        "tech_debt_assessment": "tech_debt_assessment_completed",
    }


def test_the_transition_result_has_four_fields() -> None:
    assert [field.name for field in dataclasses.fields(PhaseTransitionResult)] == [
        "success", "was_idempotent", "prior_phase", "warnings",
    ]  # fmt: skip


async def test_advancing_sets_the_flag_of_the_prior_phase_progress_and_place(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    async with database.transaction(scope) as tx:
        result = await advance_phase(tx, flow, "field_mapping")
    assert result == PhaseTransitionResult(True, False, "data_import", [])
    stored = await view(database, flow)
    expected = {"data_import_completed": True, "field_mapping_completed": False, "current_phase": "field_mapping"}
    assert {name: stored[name] for name in expected} == expected
    assert (float(stored["progress_percentage"]), stored["phases_completed"]) == (16.67, ["data_import"])


async def test_the_same_target_twice_is_idempotent_and_writes_nothing(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "field_mapping")
    before = await seen(database, flow)
    async with database.transaction(scope) as tx:
        result = await advance_phase(tx, flow, "attribute_mapping", extra_updates={"name": "another"})
    assert (result.success, result.was_idempotent, result.prior_phase) == (True, True, "field_mapping")
    assert result.warnings == ["name was not written: the flow is there already."]
    assert await seen(database, flow) == before


async def test_illegal_transition_leaves_every_row_as_it_was(database: Database, scope: Scope) -> None:
    refused = []
    for here in [PENDING, *PHASES, COMPLETED]:
        flow = await new_flow(database, scope, begun=False)
        await walk_to(database, flow, here)
        before = await seen(database, flow)
        for there in [PENDING, *PHASES, COMPLETED]:
            if there == here or there in TRANSITIONS[here]:
                continue
            with pytest.raises(IllegalTransition, match=f"{here} cannot move to {there}; allowed: "):
                async with database.transaction(scope) as tx:
                    await advance_phase(tx, flow, there)
            refused.append((here, there))
        assert await seen(database, flow) == before
    legal = [(a, b) for a, b in product([PENDING, *PHASES, COMPLETED], repeat=2) if a == b or b in TRANSITIONS[a]]
    assert len(refused) == 64 - len(legal)


@pytest.mark.parametrize("target", ["failed", "retrying"])
async def test_illegal_transition_to_a_status_names_the_way(database: Database, scope: Scope, target: str) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    with pytest.raises(IllegalTransition):
        async with database.transaction(scope) as tx:
            await advance_phase(tx, flow, target)


async def test_illegal_transition_is_refused_by_the_database_from_raw_sql_too(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    before = await seen(database, flow)
    for target in ("asset_inventory", "pending", "failed", "nowhere"):
        with pytest.raises((IllegalTransition, asyncpg.PostgresError)):
            async with database.transaction(scope) as tx:
                await tx.execute("update flow set current_phase = $2 where id = $1", flow.id, target)
    assert await seen(database, flow) == before


async def test_a_status_given_for_the_phase_the_flow_is_in_changes_the_status_alone(
    database: Database, scope: Scope
) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "field_mapping")
    async with database.transaction(scope) as tx:
        result = await advance_phase(tx, flow, "field_mapping", set_status="waiting_for_approval")
    assert (result.was_idempotent, (await row_of(database, flow)).status) == (False, "waiting_for_approval")
    assert (await runs_of(database, flow))["field_mapping"]["state"] == "running"


async def test_advance_concurrent_the_second_writer_waits_for_the_first(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    order: list[str] = []

    async def second() -> PhaseTransitionResult:
        async with database.transaction(scope) as tx:
            result = await advance_phase(tx, flow, "field_mapping")
            order.append("second")
            return result

    async with database.transaction(scope) as tx:
        await advance_phase(tx, flow, "field_mapping")
        waiting = asyncio.create_task(second())
        await asyncio.sleep(0.3)
        order.append("first")
    assert (await waiting).was_idempotent
    assert order == ["first", "second"]


async def test_advance_other_tenant_finds_no_flow(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    stranger = await tenants.find_or_create(database, "Umbrella", "Datacentre exit")
    before = await seen(database, flow)
    for key in (FlowKey(stranger, flow.id), FlowKey(scope, flow.id)):
        with pytest.raises(FlowNotFound):
            async with database.transaction(stranger) as tx:
                await advance_phase(tx, key, "data_import")
    assert await seen(database, flow) == before


class Counted:
    """The statements that change something, as PostgreSQL was asked for them."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def __call__(self, record: Any) -> None:
        if record.query.lstrip().lower().startswith(("update", "insert", "delete")):
            self.writes.append(record.query)


async def test_persist_if_changed_writes_once_what_changed_and_nothing_else(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_cleansing")
    cases: list[tuple[dict[str, bool], dict[str, str], int]] = [
        ({"data_import_completed": True, "field_mapping_completed": True},
         {"data_import_completed": "unchanged", "field_mapping_completed": "unchanged"}, 0),
        ({"data_import_completed": False}, {"data_import_completed": "unchanged"}, 0),
        ({"data_cleansing_completed": True, "asset_inventory_completed": True, "field_mapping_completed": True},
         {"data_cleansing_completed": "changed", "asset_inventory_completed": "changed",
          "field_mapping_completed": "unchanged"}, 1),
        ({"data_cleansing_completed": False, "asset_inventory_completed": True},
         {"data_cleansing_completed": "unchanged", "asset_inventory_completed": "unchanged"}, 0),
    ]  # fmt: skip
    for given, told, writes in cases:
        counted = Counted()
        async with database.transaction(scope) as tx:
            with tx.query_logger(counted):
                assert await persist_if_changed(tx, flow, **given) == told
        assert len(counted.writes) == writes, given
    stored = await view(database, flow)
    assert stored["phases_completed"] == ["data_import", "field_mapping", "data_cleansing", "asset_inventory"]
    assert float(stored["progress_percentage"]) == 66.67


async def test_persist_if_changed_then_advance_passes_through_what_is_done(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    async with database.transaction(scope) as tx:
        await persist_if_changed(tx, flow, **dict.fromkeys(PHASE_FLAG_MAP.values(), True))
        for target in [*PHASES[1:], COMPLETED]:
            await advance_phase(tx, flow, target)
    stored = await view(database, flow)
    assert (stored["status"], float(stored["progress_percentage"])) == ("completed", 100.0)


async def test_persist_if_changed_refuses_an_unknown_flag_and_a_failed_phase(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "data_import")
    with pytest.raises(UsageError, match="data_import_done"):
        async with database.transaction(scope) as tx:
            await persist_if_changed(tx, flow, data_import_done=True)
    async with database.transaction(scope) as tx:
        await advance.fail(tx, flow, FileDamaged())
    with pytest.raises(IllegalTransition):
        async with database.transaction(scope) as tx:
            await persist_if_changed(tx, flow, data_import_completed=True)


async def test_flow_completed_with_the_last_flag_in_one_transaction(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, "tech_debt_assessment")
    assert (await view(database, flow))["completed_at"] is None
    await walk_to_completed(database, flow)
    stored = await view(database, flow)
    assert (stored["status"], stored["current_phase"]) == ("completed", "completed")
    assert all(stored[flag] for flag in PHASE_FLAG_MAP.values())
    async with database.transaction(scope) as tx:
        same = (
            "select f.xmin = r.xmin from flow f join phase_run r on r.flow_id = f.id where f.id = $1 and r.phase = $2"
        )
        assert await tx.fetchval(same, flow.id, "tech_debt_assessment")


async def walk_to_completed(database: Database, flow: FlowKey) -> None:
    async with database.transaction(flow.scope) as tx:
        await advance_phase(tx, flow, COMPLETED)


def broken_from(number: int, error: Callable[[], Exception]) -> Callable[[Any], Any]:
    """A phase's function that fails at this part and all later ones."""

    def run(payload: Any) -> Any:
        if payload["number"] >= number:
            raise error()
        return payload

    return run


@pytest.mark.parametrize("name", PHASE_ORDER)
async def test_error_persisted_in_every_phase(
    database: Database, scope: Scope, tmp_path: Path, name: PhaseName
) -> None:
    flow = await new_flow(database, scope)
    broken = phase(name, broken_from(1, lambda: FileDamaged("The file ends in the middle of a record.")))
    async with working(database, line(**{name.value: broken}), tmp_path):
        row = await until(database, flow)
    assert (row.status, row.node, row.error_phase) == ("failed", "failed", name.value)
    assert row.error_message == "The file ends in the middle of a record."
    details = row.error_details or {}
    assert {"error_code": "file_damaged", "recovery_hint": FileDamaged.hint, "step": "part"}.items() <= details.items()
    run = (await runs_of(database, flow))[name.value]
    assert (run["state"], run["error"]) == ("failed", row.error_details)
    stored = await view(database, flow)
    assert (stored["error_message"], stored["error_phase"]) == (row.error_message, name.value)
    assert stored["phases_completed"] == PHASES[: PHASES.index(name.value)]


ERRORS: list[tuple[Callable[[], Exception], int, str, str]] = [
    (lambda: FileDamaged(), 1, "file_damaged", "non_retryable"),
    (lambda: ValueError("seven"), 1, "unexpected_fault", "non_retryable"),
    (lambda: FileDamaged(), PARTS, "file_damaged", "partial"),
    (lambda: PartlyDone(), 1, "partly_done", "partial"),
]


@pytest.mark.parametrize(("error", "first", "code", "kind"), ERRORS)
async def test_error_classes_tell_whether_trying_again_helps(
    database: Database, scope: Scope, tmp_path: Path,
    error: Callable[[], Exception], first: int, code: str, kind: str,
) -> None:  # fmt: skip
    flow = await new_flow(database, scope)
    broken = phase(PhaseName.DATA_CLEANSING, broken_from(first, error))
    async with working(database, line(data_cleansing=broken), tmp_path, slots=1):
        await until(database, flow)
    details = (await row_of(database, flow)).error_details or {}
    assert (details["error_code"], details["error_class"]) == (code, kind)
    assert details["recovery_hint"]
    assert (details["rows_done"], details["rows_total"]) == (first - 1, PARTS)


def test_error_classes_of_transient_faults_are_retryable() -> None:
    assert StoreUnavailable().details()["error_class"] == "retryable"


async def test_partial_progress_is_told_by_phase_state_and_agent_state(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await new_flow(database, scope)
    broken = phase(PhaseName.FIELD_MAPPING, broken_from(4, lambda: FileDamaged()), parts=5)
    async with working(database, line(field_mapping=broken), tmp_path, slots=1):
        await until(database, flow)
    stored = await view(database, flow)
    here = stored["phase_state"]["field_mapping"]
    assert (here["state"], here["rows_done"], here["rows_total"], here["cursor"]) == (
        "failed", 3, 5, {"part": 3, "number": 3},
    )  # fmt: skip
    assert stored["agent_state"] == {
        "current_phase": "field_mapping", "last_batch": {"part": 3, "number": 3}, "rows_done": 3,
    }  # fmt: skip


async def test_phases_completed_equals_the_transition_log(database: Database, scope: Scope, tmp_path: Path) -> None:
    flow = await new_flow(database, scope)
    async with working(database, line(), tmp_path):
        await completed(database, flow)
    async with database.transaction(scope) as tx:
        history = await flows.history(tx, flow)
    assert [event["phase"] for event in history if event["to_state"] == "completed"] == PHASES
    assert (await view(database, flow))["phases_completed"] == PHASES
    assert [event["to_node"] for event in history if event["to_node"]] == [*PHASES, COMPLETED]


async def test_every_column_written(database: Database, scope: Scope, tmp_path: Path) -> None:
    well = await new_flow(database, scope)
    async with working(database, line(), tmp_path):
        await completed(database, well)
    ill = await new_flow(database, scope)  # after the worker has gone, which would complete it
    async with database.transaction(scope) as tx:
        await advance.fail(tx, ill, UnexpectedFault("for the test"))
    errors = {"error_message", "error_phase", "error_details"}
    assert {name for name, value in (await view(database, well)).items() if value is None} == errors
    assert {name for name, value in (await view(database, ill)).items() if value is None} == {"completed_at"}
    async with database.transaction(scope) as tx:
        master = await tx.fetchrow("select * from crewai_flow_state_extensions where flow_id = $1", well.id)
    assert {name for name, value in dict(master).items() if value is None} == errors


@pytest.mark.parametrize("end", [advance.fail, advance.retry], ids=lambda end: end.__name__)
async def test_a_completed_flow_neither_fails_nor_is_retried(
    database: Database, scope: Scope, end: Callable[..., Awaitable[object]]
) -> None:
    flow = await new_flow(database, scope, begun=False)
    await walk_to(database, flow, COMPLETED)
    before = await seen(database, flow)
    arguments: list[MusterError] = [FileDamaged()] if end is advance.fail else []
    try:
        async with database.transaction(scope) as tx:
            assert await end(tx, flow, *arguments) is False
    except IllegalTransition:
        assert end is advance.retry
    assert await seen(database, flow) == before
