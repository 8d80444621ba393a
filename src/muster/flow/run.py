"""The shell around every step: load, run, and one fenced commit of writes, state, history and next work."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import structlog

from muster.flow import advance
from muster.flow.compute import Compute
from muster.flow.phase import Complete, Fan, Gate, Next, PartDone, Phase, Step, Task
from muster.flow.retry import RETRY, SKIP, chunk_delay, delay_before_next
from muster.flow.state_model import merged
from muster.flow.states import COMPLETED, Status, next_phase
from muster.store import flows, tenants, work
from muster.store.transaction import Database, Tx
from muster.store.work import Item
from muster.vocabulary.errors import ErrorClass, MusterError, Superseded, UnexpectedFault, WorkerLost

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Engine:
    """What every step needs: the database, the phases by name, the compute port, and this machine's spool."""

    database: Database
    phases: Mapping[str, Phase]
    compute: Compute
    spool: Path
    settings: Mapping[str, Any]
    step_timeout: float = 600.0


@asynccontextmanager
async def commit(engine: Engine, item: Item, *, alone: bool = False) -> AsyncIterator[tuple[Tx, str]]:
    """A transaction that commits only while the item is still ours, and the status of its flow, which is held.

    `alone` is for what changes the flow itself: two parts that share its row cannot both come to have it alone.
    """
    async with as_fault(item), engine.database.transaction(item.flow.scope, actor="worker") as tx:
        yield tx, await work.hold(tx, item, alone=alone)


async def execute(engine: Engine, item: Item) -> None:
    """Do one item to its commit; record what stopped it. Nothing is raised but what stops the worker itself."""
    began = time.monotonic()
    try:
        if item.lost >= work.MOST_LOSSES:
            raise WorkerLost(f"{item.lost} workers in a row ended in this step.")
        await _execute(engine, item, began)
    except Superseded:
        log.info("superseded", work=item.id, phase=item.phase, step=item.step)
    except MusterError as error:
        await _stopped(engine, item, error, time.monotonic() - began)


async def _execute(engine: Engine, item: Item, began: float) -> None:
    phase = engine.phases[item.phase]
    step = phase.steps[item.step]
    task = Task(item.flow, item.payload, item.part, engine.spool, engine.settings)
    scope = item.flow.scope
    async with as_fault(item), engine.database.transaction(scope, actor="worker", snapshot=True) as tx:
        version = await tenants.inventory_version(tx, scope) if phase.exclusive else None
        loaded = await step.load(tx, task)
    result = await engine.compute.run(step.run, loaded, engine.step_timeout)
    del loaded  # a whole engagement may have been read; while the result is saved, its room is needed
    async with beside(engine, step, task, result) as task, commit(engine, item) as (tx, status):
        if version is not None:
            await tenants.hold_inventory(tx, scope, version)
        onward = await step.save(tx, task, result)
        seconds = time.monotonic() - began
        await flows.add_step(tx, item.flow, item.phase, item.step, "done", item.attempt, seconds, {"part": item.part})
        await go_on(engine, tx, item, onward, status)


@asynccontextmanager
async def beside(engine: Engine, step: Step, task: Task, result: object) -> AsyncIterator[Task]:
    """The task, with what may be computed while the result is saved; nothing of it goes on afterwards."""
    asked = None if step.beside is None else step.beside(result)
    if asked is None:
        yield task
        return
    computing = asyncio.create_task(engine.compute.run(*asked, engine.step_timeout))
    try:
        yield replace(task, beside=computing)
    finally:
        computing.cancel()
        await asyncio.gather(computing, return_exceptions=True)


@asynccontextmanager
async def as_fault(item: Item) -> AsyncIterator[None]:
    """An error nobody foresaw fails the flow with its own words; it never kills the worker."""
    try:
        yield
    except MusterError:
        raise
    except Exception as error:
        log.info("fault", phase=item.phase, step=item.step, exc_info=True)
        raise UnexpectedFault(f"{type(error).__name__} in {item.phase}.{item.step}: {error}") from error


async def go_on(engine: Engine, tx: Tx, item: Item, onward: Next, status: str) -> None:
    """Write what comes after a step. The flow is held: parts share it, all other steps hold it alone."""
    new_work = "paused" if status == Status.PAUSED else "ready"
    match onward:
        case PartDone():
            await flows.move_cursor(tx, item.flow, item.phase, {"part": item.part, **onward.cursor}, onward.records)
            await work.finish(tx, item, new_work)
            return
        case Fan():
            await flows.move_cursor(tx, item.flow, item.phase, {"parts": len(onward.parts)}, 0, onward.total)
            await work.fan_out(tx, item, onward.step, [dict(part) for part in onward.parts], onward.then, new_work)
        case Gate():
            await work.finish(tx, item)
            await flows.move_cursor(tx, item.flow, item.phase, {"gate": onward.reason, "then": onward.then}, 0)
            if status != Status.PAUSED:
                await advance.set_status(tx, item.flow, Status.WAITING_FOR_APPROVAL)
        case Complete():
            await _complete(engine, tx, item, onward, new_work)
    await work.notify_flow(tx, item.flow)


async def _complete(engine: Engine, tx: Tx, item: Item, onward: Complete, new_work: str) -> None:
    await work.finish(tx, item)
    before = (await flows.read(tx, item.flow)).state_data
    await flows.merge_state(tx, item.flow, merged(before, onward.state, item.phase).stored())
    if onward.records is not None:
        await flows.move_cursor(tx, item.flow, item.phase, {"done": True}, onward.records, onward.records)
    if new_work == "paused":
        await advance.set_status(tx, item.flow, Status.RUNNING)
    target = next_phase(item.phase)
    await advance.advance_phase(tx, item.flow, target)
    if target == COMPLETED:
        return
    await work.add(tx, item.flow, target, "start", {}, exclusive=engine.phases[target].exclusive, state=new_work)
    if new_work == "paused":
        await advance.set_status(tx, item.flow, Status.PAUSED)


async def _stopped(engine: Engine, item: Item, error: MusterError, seconds: float) -> None:
    """Send the item back if waiting can help, else fail the flow; in a fenced transaction of its own."""
    step, policy = engine.phases[item.phase].steps[item.step], engine.settings.get("chunk_policy", RETRY)
    if step.skip is None:
        delay = delay_before_next(error, item.attempt)
    else:
        delay = chunk_delay(error, item.attempt, policy, engine.settings.get("chunk_retries", 3))
    delay = None if item.lost >= work.MOST_LOSSES else delay
    try:
        async with commit(engine, item, alone=delay is None) as (tx, status):
            skipped = delay is None and step.skip is not None and policy == SKIP
            outcome = "skipped" if skipped else "failed" if delay is None else "retry"
            await flows.add_step(tx, item.flow, item.phase, item.step, outcome, item.attempt, seconds, error.details())
            if step.skip is not None and skipped:
                task = Task(item.flow, item.payload, item.part, engine.spool, engine.settings)
                await go_on(engine, tx, item, await step.skip(tx, task, error), status)
            elif delay is not None:
                await work.send_back(tx, item, error, delay)
            else:
                await work.give_up(tx, item, error)
                await advance.fail(tx, item.flow, error, await _progress(tx, item, error))
                await work.notify_flow(tx, item.flow)
    except MusterError as second:
        # The item is no longer among what this worker does, so its lease ends and another attempt follows.
        log.warning("not_recorded", work=item.id, error=str(error), because=str(second))


async def _progress(tx: Tx, item: Item, error: MusterError) -> dict[str, object]:
    """How far the phase came. What no waiting mends is partial where some records are committed all the same."""
    run = next(run for run in await flows.runs(tx, item.flow) if run["phase"] == item.phase)
    some = run["rows_done"] > 0 and not error.retryable
    return {
        "error_class": (ErrorClass.PARTIAL if some else error.error_class).value,
        "rows_done": run["rows_done"],
        "rows_total": run["rows_total"],
        "last_batch": run["cursor"],
        "step": item.step,
        "part": item.part,
    }
