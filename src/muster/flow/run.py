"""The transactional shell around every step: load, run, and one fenced commit of writes, state, history and next work."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from muster.flow import advance
from muster.flow.compute import Compute
from muster.flow.phase import Complete, Fan, Gate, Next, PartDone, Phase, Task
from muster.flow.retry import delay_before_next
from muster.flow.states import COMPLETED, Status, next_phase
from muster.store import flows, work
from muster.store.transaction import Database, Tx
from muster.store.work import Item
from muster.vocabulary.errors import MusterError, Superseded, UnexpectedFault

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
async def commit(engine: Engine, item: Item) -> AsyncIterator[Tx]:
    """A transaction that commits only while the item is still ours."""
    async with engine.database.transaction(item.flow.scope, actor="worker") as tx:
        await work.hold(tx, item)
        yield tx


async def execute(engine: Engine, item: Item) -> None:
    """Do one item to its commit; record what stopped it. Nothing is raised but what stops the worker itself."""
    began = time.monotonic()
    try:
        await _execute(engine, item, began)
    except Superseded:
        log.info("superseded", work=item.id, phase=item.phase, step=item.step)
    except MusterError as error:
        await _stopped(engine, item, error, time.monotonic() - began)


async def _execute(engine: Engine, item: Item, began: float) -> None:
    step = engine.phases[item.phase].steps[item.step]
    task = Task(item.flow, item.payload, item.part, engine.spool, engine.settings)
    async with as_fault(item), engine.database.transaction(item.flow.scope, actor="worker", snapshot=True) as tx:
        loaded = await step.load(tx, task)
    result = await engine.compute.run(step.run, loaded, engine.step_timeout)
    async with as_fault(item), commit(engine, item) as tx:
        onward = await step.save(tx, task, result)
        seconds = time.monotonic() - began
        await flows.add_step(tx, item.flow, item.phase, item.step, "done", item.attempt, seconds, {"part": item.part})
        await _go_on(engine, tx, item, onward)


@asynccontextmanager
async def as_fault(item: Item) -> AsyncIterator[None]:
    """An error nobody foresaw fails the flow with its own words; it never kills the worker."""
    try:
        yield
    except MusterError:
        raise
    except Exception as error:
        log.exception("fault", phase=item.phase, step=item.step)
        raise UnexpectedFault(f"{type(error).__name__} in {item.phase}.{item.step}: {error}") from error


async def _go_on(engine: Engine, tx: Tx, item: Item, onward: Next) -> None:
    """Write what comes after a step. Part rows lock nothing of the flow but its cursor."""
    if isinstance(onward, PartDone):
        await flows.move_cursor(tx, item.flow, item.phase, {"part": item.part, **onward.cursor}, onward.records)
        await work.finish(tx, item, await _parent_state(tx, item))
        return
    row = await flows.lock(tx, item.flow)
    new_work = "paused" if row.status == Status.PAUSED else "ready"
    match onward:
        case Fan():
            await flows.move_cursor(tx, item.flow, item.phase, {"parts": len(onward.parts)}, 0, onward.total)
            await work.fan_out(tx, item, onward.step, [dict(part) for part in onward.parts], onward.then, new_work)
        case Gate():
            await work.finish(tx, item)
            await flows.move_cursor(tx, item.flow, item.phase, {"gate": onward.reason, "then": onward.then}, 0)
            await advance.set_status(tx, item.flow, Status.WAITING_FOR_APPROVAL)
        case Complete():
            await _complete(engine, tx, item, onward, new_work)
    await work.notify_flow(tx, item.flow)


async def _parent_state(tx: Tx, item: Item) -> str:
    row = await flows.read(tx, item.flow)
    return "paused" if row.status == Status.PAUSED else "ready"


async def _complete(engine: Engine, tx: Tx, item: Item, onward: Complete, new_work: str) -> None:
    await work.finish(tx, item)
    await flows.merge_state(tx, item.flow, onward.state)
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
    delay = delay_before_next(error, item.attempt)
    try:
        async with commit(engine, item) as tx:
            outcome = "failed" if delay is None else "retry"
            await flows.add_step(tx, item.flow, item.phase, item.step, outcome, item.attempt, seconds, error.details())
            if delay is not None:
                await work.send_back(tx, item, error, delay)
            else:
                await work.give_up(tx, item, error)
                await advance.fail(tx, item.flow, error, await _progress(tx, item))
                await work.notify_flow(tx, item.flow)
    except MusterError as second:
        # The lease ends by itself and another attempt follows, so nothing is lost by leaving the item as it is.
        log.warning("not_recorded", work=item.id, error=str(error), because=str(second))


async def _progress(tx: Tx, item: Item) -> dict[str, object]:
    runs = {run["phase"]: run for run in await flows.runs(tx, item.flow)}
    run = runs[item.phase]
    return {
        "rows_done": run["rows_done"],
        "rows_total": run["rows_total"],
        "last_batch": run["cursor"],
        "step": item.step,
    }
