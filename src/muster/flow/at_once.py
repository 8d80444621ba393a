"""A flow done to its end, or its gate, inside the caller's transaction: all of it commits together, or none of it."""

import time

from muster.flow.phase import Task
from muster.flow.run import Engine, as_fault, beside, go_on
from muster.store import flows, tenants, work
from muster.store.flows import FlowKey
from muster.store.transaction import Tx, drop_temporary
from muster.store.work import Item


async def finish(engine: Engine, tx: Tx, flow: FlowKey) -> str:
    """Do all work of a flow that is ready, step by step; returns its status. Raises what a step raises."""
    while (item := await work.take(tx, flow)) is not None:
        await _do(engine, tx, item)
    return (await flows.read(tx, flow)).status


async def _do(engine: Engine, tx: Tx, item: Item) -> None:
    """One step as flow.run does it, without a fence: nobody else can see this flow."""
    began = time.monotonic()
    phase = engine.phases[item.phase]
    step = phase.steps[item.step]
    task = Task(item.flow, item.payload, item.part, engine.spool, engine.settings)
    async with as_fault(item):
        if phase.exclusive:
            await tenants.hold_inventory(tx, item.flow.scope, await tenants.inventory_version(tx, item.flow.scope))
        result = await engine.compute.run(step.run, await step.load(tx, task), engine.step_timeout)
        async with beside(engine, step, task, result) as task:
            onward = await step.save(tx, task, result)
        seconds = time.monotonic() - began
        await flows.add_step(tx, item.flow, item.phase, item.step, "done", item.attempt, seconds, {"part": item.part})
        await go_on(engine, tx, item, onward, (await flows.lock(tx, item.flow)).status)
        await drop_temporary(tx)
