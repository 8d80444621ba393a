"""The trail of execution: complete, append-only, and enough to rebuild every state from."""

from pathlib import Path

import asyncpg
import pytest

from muster.flow import control
from muster.store import flows, validation
from muster.store.flows import FlowKey
from muster.store.transaction import Database
from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope
from small_pipeline import completed, eventually, line, new_flow, phase, until, working


async def violations(database: Database, scope: Scope) -> set[str]:
    async with database.transaction(scope) as tx:
        return {name for name, count in (await validation.violations(tx, scope, "audit")).items() if count}


async def at_rest(database: Database, scope: Scope) -> bool:
    """Whether nothing is being done or waits to be done."""
    async with database.transaction(scope) as tx:
        return not await tx.fetchval("select exists (select 1 from work where state in ('ready', 'running'))")


async def eventful(database: Database, scope: Scope, spool: Path) -> FlowKey:
    """A flow that failed, was retried, and completed."""
    flow, broken = await new_flow(database, scope), [True]

    def run(payload: object) -> object:
        if broken[0]:
            raise FileDamaged()
        return payload

    async with working(database, line(data_cleansing=phase(PhaseName.DATA_CLEANSING, run)), spool, slots=1):
        await until(database, flow)
        await eventually(lambda: at_rest(database, scope))  # a part that is still at it would fail the flow again
        broken[0] = False
        async with database.transaction(scope, actor="Ada") as tx:
            await control.retry(tx, flow)
        await completed(database, flow)
    return flow


async def test_the_trail_says_who_did_what_when_and_how_long_it_took(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await eventful(database, scope, tmp_path)
    async with database.transaction(scope) as tx:
        history = await flows.history(tx, flow)
    nodes = [(event["from_node"], event["to_node"], event["actor"]) for event in history if event["to_node"]]
    assert nodes[:1] + nodes[3:7] == [
        ("pending", "data_import", "muster"),
        ("data_cleansing", "failed", "worker"),
        ("failed", "retrying", "Ada"),
        ("retrying", "data_cleansing", "Ada"),
        ("data_cleansing", "asset_inventory", "worker"),
    ]
    steps = [event for event in history if event["outcome"]]
    assert {event["outcome"] for event in steps} == {"done", "failed"}
    assert all(event["at"] and event["seconds"] is not None and event["attempt"] >= 1 for event in steps)
    assert [event["detail"]["error_code"] for event in steps if event["outcome"] == "failed"][:1] == ["file_damaged"]
    assert await violations(database, scope) == set()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("update flow set status = 'paused'", {"flows_whose_status_differs_from_the_trail"}),
        ("update flow set current_phase = 'data_import', completed_at = null, status = 'running'",
         {"flows_whose_status_differs_from_the_trail", "flows_whose_phase_differs_from_the_trail"}),
        ("update phase_run set state = 'pending', finished_at = null where phase = 'field_mapping'",
         {"phase_runs_that_differ_from_the_trail"}),
        ("delete from flow_event where to_node = 'retrying'", {"gaps_in_the_trail"}),
    ],
)  # fmt: skip
async def test_a_state_that_was_changed_past_the_trail_is_found(
    url: str, database: Database, scope: Scope, tmp_path: Path, change: str, found: set[str]
) -> None:
    await eventful(database, scope, tmp_path)
    intruder = await asyncpg.connect(url)
    try:
        await intruder.execute(
            "set session_replication_role = replica"
        )  # without the triggers that would write it down
        if "status = 'paused'" in change:
            await intruder.execute("alter table flow drop constraint completed_at_iff_completed")
        await intruder.execute(change)
    finally:
        await intruder.close()
    assert await violations(database, scope) == found


@pytest.mark.parametrize("change", ["update flow_event set actor = 'nobody'", "delete from flow_event"])
async def test_the_trail_can_only_grow(database: Database, scope: Scope, change: str) -> None:
    await new_flow(database, scope)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.transaction(scope) as tx:
            await tx.execute(change)
