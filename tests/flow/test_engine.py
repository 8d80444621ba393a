"""The engine on a real database: what a person does to a flow while it runs, and what goes wrong inside a step."""

import asyncio
import functools
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from muster.flow import control
from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.store import flows, tenants, work
from muster.store.flows import FlowKey
from muster.store.transaction import Database, Tx
from muster.store.work import Item
from muster.vocabulary.errors import FileDamaged, IllegalTransition, MusterError, Superseded, TransactionConflict
from muster.vocabulary.phases import PHASE_ORDER, PhaseName
from muster.vocabulary.scope import Scope
from small_pipeline import PARTS, completed, eventually, line, new_flow, phase, row_of, runs_of, until, working

SECOND = PhaseName.FIELD_MAPPING


class Door:
    """A phase's function whose parts wait until the test opens; it counts how often each part was computed."""

    def __init__(self, *, opened: bool = False, seconds: float = 0.0) -> None:
        self.gate, self.entered = threading.Event(), threading.Event()
        self.computed: Counter[int] = Counter()
        self.together, self.most = 0, 0
        self.seconds, self.lock = seconds, threading.Lock()
        if opened:
            self.gate.set()

    def __call__(self, payload: Any) -> Any:
        with self.lock:
            self.together += 1
            self.most = max(self.most, self.together)
            self.computed[payload.get("number", 0)] += 1
        self.entered.set()
        self.gate.wait(30)
        time.sleep(self.seconds)
        with self.lock:
            self.together -= 1
        return payload

    async def reached(self) -> None:
        assert await asyncio.to_thread(self.entered.wait, 30)


async def act(database: Database, flow: FlowKey, what: Callable[[Tx, FlowKey], Awaitable[object]]) -> object:
    async with database.transaction(flow.scope, actor="test") as tx:
        return await what(tx, flow)


async def items(database: Database, flow: FlowKey, columns: str = "state") -> list[Any]:
    async with database.transaction(flow.scope) as tx:
        rows = await tx.fetch(f"select {columns} from work where flow_id = $1 order by id", flow.id)
    return [row[0] if len(row) == 1 else tuple(row) for row in rows]


async def none_of(database: Database, flow: FlowKey, *states: str) -> bool:
    return not set(states) & set(await items(database, flow))


async def claimed(database: Database, number: int = 1, lease: float = 60.0, wanted: int = 1) -> list[Item]:
    async with database.transaction(None, authority="engine") as tx:
        return await work.claim(tx, number, wanted, 1_000_000, lease)


async def test_workflow_execution_from_the_first_step_to_the_last(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await new_flow(database, scope)
    async with working(database, line(), tmp_path):
        row = await completed(database, flow)
    assert set(row.state_data) == {
        "data_import_id", "source_analysis", "cmdb_data", "validation_results", "field_mappings", "asset_classes",
        "dependencies", "database_operations",
    }  # fmt: skip
    assert {(run["state"], run["rows_done"], run["attempt"]) for run in (await runs_of(database, flow)).values()} == {
        ("completed", PARTS, 1)
    }
    assert set(await items(database, flow)) == {"done"}


async def test_workflow_execution_fails_and_recovers_where_it_stopped(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, broken, computed = await new_flow(database, scope), [True], Counter[int]()

    def run(payload: Any) -> Any:
        computed[payload["number"]] += 1
        if broken[0] and payload["number"] == 3:
            raise FileDamaged()
        return payload

    async with working(database, line(field_mapping=phase(SECOND, run)), tmp_path, slots=1):
        await until(database, flow, "failed")
        await eventually(lambda: none_of(database, flow, "ready", "running"))
        broken[0] = False
        assert await act(database, flow, control.retry) == SECOND
        row = await completed(database, flow)
    assert computed == {1: 1, 2: 1, 3: 2, 4: 1}, "what was committed is not done again"
    assert (row.error_message, row.error_phase, row.error_details) == (None, None, None)
    assert (await runs_of(database, flow))[SECOND]["rows_done"] == PARTS


async def test_workflow_execution_step_timeout_is_retried_and_then_says_so(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    stuck, well = await new_flow(database, scope), None
    door = Door()
    async with working(database, line(field_mapping=phase(SECOND, door, 1)), tmp_path, slots=1, step_timeout=0.4):
        row = await until(database, stuck, "failed")
        assert (row.error_details or {})["error_code"] == "step_timeout"
        assert door.computed == {1: 2}, "tried twice"
        door.gate.set()
        well = await new_flow(database, scope)
        await completed(database, well)  # a thread that hangs holds up nobody else


def die_once(marker: str, payload: Any) -> Any:
    """Ends the compute process it runs in, the first time."""
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return payload


def wait_once(marker: str, payload: Any) -> Any:
    """Hangs the compute process it runs in, the first time."""
    if not Path(marker).exists():
        Path(marker).touch()
        time.sleep(600)
    return payload


@pytest.mark.parametrize("fault", [die_once, wait_once], ids=lambda fault: fault.__name__)
async def test_a_compute_process_that_ends_or_hangs_is_replaced(
    database: Database, scope: Scope, tmp_path: Path, fault: Callable[[str, Any], Any]
) -> None:
    flow = await new_flow(database, scope)
    run = functools.partial(fault, str(tmp_path / "marker"))
    named = {name.value: phase(name, parts=1) for name in PHASE_ORDER} | {SECOND.value: phase(SECOND, run, 1)}
    timeout = 8.0 if fault is wait_once else 60.0
    async with working(database, line(**named), tmp_path, slots=1, compute="processes", step_timeout=timeout):
        await completed(database, flow, 120)
    async with database.transaction(scope) as tx:
        history = await flows.history(tx, flow)
    assert [event["phase"] for event in history if event["outcome"] == "retry"] == [SECOND]


async def test_persisted_before_start_a_flow_is_there_before_any_worker(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await new_flow(database, scope)
    assert (await row_of(database, flow)).current_phase == "data_import"
    assert await items(database, flow, "phase, step, state") == [("data_import", "start", "ready")]
    async with working(database, line(), tmp_path):
        await completed(database, flow)


async def test_persisted_each_step_with_its_history(database: Database, scope: Scope, tmp_path: Path) -> None:
    flow = await new_flow(database, scope)
    async with working(database, line(), tmp_path, slots=1):
        await completed(database, flow)
    async with database.transaction(scope) as tx:
        history = await flows.history(tx, flow)
        commits = await tx.fetchval(
            "select count(distinct xmin::text) from flow_event where flow_id = $1 and outcome = 'done'", flow.id
        )
    done = [(event["phase"], event["step"]) for event in history if event["outcome"] == "done"]
    steps = ["start", *["part"] * PARTS, "finish"]
    assert done == [(name.value, step) for name in PHASE_ORDER for step in steps]
    assert commits == len(done), "every step is a commit of its own"


async def test_step_cleanup_leaves_no_lease_no_file_and_no_table_behind(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    async def save(tx: Tx, task: Task, _: Any) -> Next:
        await tx.execute("create temporary table half_done (number int) on commit drop")
        await tx.execute("insert into phase_run select * from phase_run limit 1")
        return Complete({})

    async def load(tx: Tx, task: Task) -> int:
        return 0

    flow = await new_flow(database, scope)
    broken = Phase(SECOND, PhaseName.DATA_IMPORT, {"start": Step(load, abs, save)})
    async with working(database, line(field_mapping=broken), tmp_path / "spool"):
        row = await until(database, flow)
    assert (row.status, (row.error_details or {})["error_code"]) == ("failed", "unexpected_fault")
    assert await items(database, flow, "state, worker_id, lease_until") == [
        *[("done", None, None)] * (PARTS + 1), ("failed", None, None),
    ]  # fmt: skip
    async with database.transaction(scope) as tx:
        assert await tx.fetchval("select count(*) from pg_class where relname = 'half_done'") == 0
    assert not (tmp_path / "spool").exists()


async def test_a_pause_during_the_fan_out_lets_what_runs_commit_and_begins_nothing(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, door = await new_flow(database, scope), Door()
    async with working(database, line(field_mapping=phase(SECOND, door)), tmp_path, slots=2):
        await door.reached()
        await asyncio.sleep(0.2)
        assert await act(database, flow, control.pause)
        door.gate.set()
        await eventually(lambda: none_of(database, flow, "running"))
        await asyncio.sleep(0.3)
        assert Counter(await items(database, flow))["paused"] == PARTS - 2
        assert ((await row_of(database, flow)).status, len(door.computed)) == ("paused", 2)
        assert await act(database, flow, control.pause) is False
        assert await act(database, flow, control.resume) == "running"
        await completed(database, flow)
    assert door.computed == dict.fromkeys(range(1, PARTS + 1), 1)


async def test_a_pause_during_the_last_part_or_step_holds_until_the_resume(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, door = await new_flow(database, scope), Door()
    async with working(database, line(field_mapping=phase(SECOND, door, 1)), tmp_path):
        await door.reached()
        await act(database, flow, control.pause)
        door.gate.set()
        await asyncio.sleep(0.5)
        assert (await items(database, flow))[-2:] == ["paused", "done"], "the step after the parts waits too"
        await act(database, flow, control.resume)
        await completed(database, flow)


async def test_pause_and_resume_wait_for_the_commit_of_a_part(database: Database, scope: Scope, tmp_path: Path) -> None:
    """Else a part that read 'paused' could leave its parent paused in a flow that was resumed meanwhile."""
    flow = await new_flow(database, scope)
    door = Door()
    async with working(database, line(data_import=phase(PhaseName.DATA_IMPORT, door, 1)), tmp_path) as worker:
        await door.reached()
        part = next(iter(worker.busy))
        async with database.transaction(scope) as tx:
            row = await tx.fetchrow("select * from work where id = $1", part[0])
            item = Item(
                row["id"], flow, row["phase"], row["step"], row["part"], {}, 1, 0, row["fence"], row["parent_id"]
            )
            assert await work.hold(tx, item) == "running"
            pausing = asyncio.create_task(act(database, flow, control.pause))
            await asyncio.sleep(0.3)
            assert not pausing.done()
        assert await pausing
        door.gate.set()


@pytest.mark.parametrize("what", [control.cancel, control.pause], ids=lambda what: what.__name__)
async def test_cancel_and_pause_never_meet_the_commits_of_parts_in_a_deadlock(
    database: Database, scope: Scope, tmp_path: Path, what: Callable[[Tx, FlowKey], Awaitable[object]]
) -> None:
    named = {name.value: phase(name, parts=30) for name in PHASE_ORDER}
    async with working(database, line(**named), tmp_path, slots=4):
        for turn in range(6):
            flow = await new_flow(database, scope)
            await until(database, flow, "running")
            await asyncio.sleep(0.05 + 0.03 * turn)
            assert await act(database, flow, what)
    async with database.transaction(scope) as tx:
        assert await tx.fetchval("select count(*) from flow_event where outcome in ('retry', 'failed')") == 0


async def test_parts_that_fail_together_are_all_recorded(database: Database, scope: Scope, tmp_path: Path) -> None:
    together = threading.Barrier(PARTS)

    def run(payload: Any) -> Any:
        together.wait(30)
        raise FileDamaged()

    for _ in range(5):
        flow = await new_flow(database, scope)
        async with working(database, line(field_mapping=phase(SECOND, run)), tmp_path, slots=PARTS):
            await until(database, flow, "failed")
            await eventually(lambda flow=flow: none_of(database, flow, "ready", "running"))
        assert (await items(database, flow)).count("failed") == PARTS


async def test_a_cancel_during_a_step_fences_its_commit_off(database: Database, scope: Scope, tmp_path: Path) -> None:
    flow, door = await new_flow(database, scope), Door()
    async with working(database, line(field_mapping=phase(SECOND, door)), tmp_path):
        await door.reached()
        assert await act(database, flow, control.cancel)
        door.gate.set()
        await asyncio.sleep(0.5)
    assert (await row_of(database, flow)).status == "cancelled"
    assert (await runs_of(database, flow))[SECOND]["rows_done"] == 0
    assert set(await items(database, flow)) == {"done", "cancelled"}
    assert await act(database, flow, control.cancel) is False
    with pytest.raises(IllegalTransition):
        await act(database, flow, control.retry)


async def test_a_flow_that_failed_while_it_was_paused_is_retried_whole(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, door, broken = await new_flow(database, scope), Door(), [True]

    def run(payload: Any) -> Any:
        door(payload)
        if broken[0]:
            raise FileDamaged()
        return payload

    async with working(database, line(field_mapping=phase(SECOND, run)), tmp_path, slots=1):
        await door.reached()
        await act(database, flow, control.pause)
        door.gate.set()
        await until(database, flow, "failed")
        broken[0] = False
        await act(database, flow, control.retry)
        await completed(database, flow)


@pytest.mark.parametrize("before", ["running", "paused", "failed", "waiting_for_approval"])
async def test_restart_from_phase_does_it_and_all_after_it_anew(
    database: Database, scope: Scope, tmp_path: Path, before: str
) -> None:
    flow, door, broken = await new_flow(database, scope), Door(), [before == "failed"]

    def run(payload: Any) -> Any:
        door(payload)
        if broken[0]:
            raise FileDamaged()
        return payload

    first = Door(opened=True)
    phases = line(
        data_import=phase(PhaseName.DATA_IMPORT, first),
        field_mapping=phase(SECOND, run, gate=before == "waiting_for_approval"),
    )
    async with working(database, phases, tmp_path):
        await door.reached()
        if before == "paused":
            await act(database, flow, control.pause)
        if before in ("failed", "waiting_for_approval"):
            door.gate.set()
            await until(database, flow, before)
            broken[0] = False
        restarted = await act(database, flow, lambda tx, key: control.restart(tx, key, "data_import", phases, "test"))
        door.gate.set()
        assert restarted == "data_import"
        row = await until(database, flow)
        if before == "waiting_for_approval":
            assert row.status == before
            await act(database, flow, lambda tx, key: control.approve(tx, key, "test", ""))
            row = await completed(database, flow)
    assert row.status == "completed"
    assert first.computed == dict.fromkeys(range(1, PARTS + 1), 2)
    assert {run["rows_done"] for run in (await runs_of(database, flow)).values()} == {PARTS}


async def test_restart_from_phase_refuses_one_that_was_not_reached(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, phases = await new_flow(database, scope), line()
    for wrong, error in (("tech_debt", IllegalTransition), ("nowhere", ValueError)):
        with pytest.raises(error):
            await act(database, flow, lambda tx, key, to=wrong: control.restart(tx, key, to, phases, "test"))
    async with working(database, phases, tmp_path):
        await completed(database, flow)
    with pytest.raises(IllegalTransition, match="completed cannot be restarted"):
        await act(database, flow, lambda tx, key: control.restart(tx, key, "data_import", phases, "test"))


async def test_a_gate_holds_nothing_and_a_pause_at_it_comes_back_to_it(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await new_flow(database, scope)
    async with working(database, line(field_mapping=phase(SECOND, gate=True)), tmp_path):
        await until(database, flow, "waiting_for_approval")
        assert set(await items(database, flow)) == {"done"}
        await act(database, flow, control.pause)
        assert await act(database, flow, lambda tx, key: control.approve(tx, key, "test", "")) is False
        assert await act(database, flow, control.resume) == "waiting_for_approval"
        assert await act(database, flow, lambda tx, key: control.approve(tx, key, "test", "")) is True
        await completed(database, flow)


async def test_a_step_longer_than_its_lease_keeps_it_by_heartbeats(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, door = await new_flow(database, scope), Door(opened=True, seconds=2.5)
    async with working(database, line(field_mapping=phase(SECOND, door, 1)), tmp_path, lease=0.8):
        await completed(database, flow)
    assert door.computed == {1: 1}
    assert set(await items(database, flow, "lost")) == {0}


async def test_a_worker_that_is_stopped_finishes_what_runs_while_another_is_alive(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow, door = await new_flow(database, scope), Door(opened=True, seconds=2.0)
    phases = line(field_mapping=phase(SECOND, door, 1))
    async with working(database, phases, tmp_path) as first:
        await door.reached()
        first.stop()
        async with working(database, phases, tmp_path):
            await completed(database, flow)
    assert (door.computed, set(await items(database, flow, "lost"))) == ({1: 1}, {0})


async def test_only_what_still_runs_keeps_its_lease(database: Database, scope: Scope) -> None:
    """A step whose end could not be recorded must come back by itself, though its worker lives on."""
    forgotten, kept = await new_flow(database, scope), await new_flow(database, scope)
    mine = {item.flow.id: item for item in await claimed(database, lease=1.0, wanted=2)}
    for _ in range(6):
        await asyncio.sleep(0.25)
        async with database.transaction(None, authority="engine") as tx:
            await work.renew(tx, 1, [mine[kept.id].id], 1.0)
            await work.reap(tx, 1)
    assert (await items(database, forgotten), await items(database, kept)) == (["ready"], ["running"])


async def test_a_zombie_is_refused_by_the_fence(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope)
    [zombie] = await claimed(database, lease=0.2)
    await asyncio.sleep(0.3)
    async with database.transaction(None, authority="engine") as tx:
        assert await work.reap(tx, 2) == 1
    [successor] = await claimed(database, number=2)
    assert (successor.id, successor.fence, successor.attempt) == (zombie.id, zombie.fence + 1, 1)
    with pytest.raises(Superseded):
        async with database.transaction(scope) as tx:
            await work.hold(tx, zombie)
    async with database.transaction(scope) as tx:
        assert await work.hold(tx, successor) == "running"
        assert await tx.fetchval("show idle_in_transaction_session_timeout") == "1min", "a stopped process is cut off"
    async with database.transaction(scope) as tx:
        assert await tx.fetchval("show idle_in_transaction_session_timeout") == "5min"
    assert (await row_of(database, flow)).status == "running"


async def test_reaping_and_renewing_pass_over_a_commit_that_is_under_way(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope)
    [item] = await claimed(database, lease=0.2)
    await asyncio.sleep(0.3)
    async with database.transaction(scope) as tx:
        await work.hold(tx, item)
        async with asyncio.timeout(5), database.transaction(None, authority="engine") as other:
            await work.renew(other, 1, [item.id], 60.0)
            assert await work.reap(other, 2) == 0
        await work.finish(tx, item)
    assert await items(database, flow) == ["done"]


async def test_a_claim_neither_waits_for_nor_takes_what_is_being_paused(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope)
    async with database.transaction(scope) as tx:
        await control.pause(tx, flow)
        async with asyncio.timeout(5):
            assert await claimed(database) == []
    assert (await claimed(database), await items(database, flow)) == ([], ["paused"])


async def test_two_workers_never_claim_the_same_item(database: Database, scope: Scope) -> None:
    wanted = {(await new_flow(database, scope)).id for _ in range(12)}
    rounds = await asyncio.gather(*(claimed(database, number=number, wanted=4) for number in range(1, 7)))
    taken = [item.flow.id for claims in rounds for item in claims]
    assert (len(taken), set(taken)) == (12, wanted)


async def test_what_took_too_many_workers_down_fails_the_flow_and_a_person_may_retry_it(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flow = await new_flow(database, scope)
    async with database.transaction(scope) as tx:
        await tx.execute("update work set lost = $2 where flow_id = $1", flow.id, work.MOST_LOSSES)
    async with working(database, line(), tmp_path):
        row = await until(database, flow)
        assert (row.status, (row.error_details or {})["error_code"]) == ("failed", "worker_lost")
        await act(database, flow, control.retry)
        await completed(database, flow)


async def test_tenants_take_turns_so_a_small_one_is_not_held_up_by_a_flood(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    flood = [await new_flow(database, scope) for _ in range(12)]
    small = await new_flow(database, await tenants.find_or_create(database, "Umbrella", "Small"))
    async with working(database, line(), tmp_path, slots=2):
        await completed(database, small)
        runs = [run for flow in flood for run in (await runs_of(database, flow)).values()]
        assert sum(run["state"] == "completed" for run in runs) <= 14, (
            "turn by turn: about as many as the small one did"
        )


async def test_a_tenant_has_no_more_steps_at_once_than_the_cap(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    door = Door(opened=True, seconds=0.05)
    flow = await new_flow(database, scope)
    async with working(
        database, line(data_import=phase(PhaseName.DATA_IMPORT, door, 8)), tmp_path, slots=4, tenant_cap=2
    ):
        await completed(database, flow)
    assert door.most == 2


def whole(name: PhaseName, run: Callable[[Any], Any]) -> Phase:
    """A phase of one exclusive step."""

    async def load(tx: Tx, task: Task) -> Any:
        return {}

    async def save(tx: Tx, task: Task, _: Any) -> Next:
        return Complete({"field_mappings": {}})

    return Phase(name, PHASE_ORDER[PHASE_ORDER.index(name) - 1], {"start": Step(load, run, save)}, True)


async def test_exclusive_steps_of_an_engagement_run_one_at_a_time(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    door = Door(opened=True, seconds=0.1)
    flows_here = [await new_flow(database, scope) for _ in range(4)]
    async with working(database, line(field_mapping=whole(SECOND, door)), tmp_path, slots=4):
        for flow in flows_here:
            await completed(database, flow)
    assert (door.most, door.computed) == (1, {0: 4})


async def test_exclusive_steps_of_two_engagements_run_side_by_side(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    door = Door()
    other = await tenants.find_or_create(database, "Acme", "Another engagement")
    both = [await new_flow(database, scope), await new_flow(database, other)]
    async with working(database, line(field_mapping=whole(SECOND, door)), tmp_path, slots=2):
        await door.reached()
        await asyncio.sleep(1.0)
        door.gate.set()
        for flow in both:
            await completed(database, flow)
    assert door.most == 2


async def test_an_exclusive_step_is_done_again_if_the_engagement_changed_under_it(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    door, flow = Door(), await new_flow(database, scope)
    async with working(database, line(field_mapping=whole(SECOND, door)), tmp_path):
        await door.reached()
        async with database.transaction(scope) as tx:
            await tenants.advance_inventory(tx, scope, None)
        door.gate.set()
        await completed(database, flow)
    assert door.computed == {0: 2}
    async with database.transaction(scope) as tx:
        history = await flows.history(tx, flow)
    conflict: type[MusterError] = TransactionConflict
    assert [event["detail"]["error_code"] for event in history if event["outcome"] == "retry"] == [conflict.code]
