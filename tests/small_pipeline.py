"""Six small phases and a worker in this process, for tests of the engine; what a phase computes is up to the test."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from muster.flow.advance import advance_phase
from muster.flow.compute import Compute
from muster.flow.phase import Complete, Fan, Gate, Next, PartDone, Phase, Step, Task, in_order
from muster.flow.run import Engine
from muster.flow.state_model import required_fields
from muster.flow.states import AT_REST, Status
from muster.flow.worker import Worker
from muster.store import flows, imports, work
from muster.store.flows import FlowKey, FlowRow
from muster.store.transaction import Database, Tx
from muster.vocabulary import clock
from muster.vocabulary.phases import PHASE_ORDER, PhaseName
from muster.vocabulary.scope import Scope

Run = Callable[[Any], Any]
PARTS = 4


def same(payload: Any) -> Any:
    return payload


def phase(
    name: PhaseName, run: Run = same, parts: int = PARTS, *, gate: bool = False, exclusive: bool = False
) -> Phase:
    """One record a part; `run` sees each part's payload {'phase', 'number'}."""
    left = {field: {} for field in required_fields(name)}

    async def load(tx: Tx, task: Task) -> Any:
        return dict(task.payload)

    async def fan(tx: Tx, task: Task, _: Any) -> Next:
        return Fan("part", [{"phase": name.value, "number": number} for number in range(1, parts + 1)], "finish", parts)

    async def part(tx: Tx, task: Task, done: Any) -> Next:
        return PartDone(1, {"number": done["number"]})

    async def finish(tx: Tx, task: Task, _: Any) -> Next:
        return Gate("a person is asked", "approved") if gate else Complete(left, parts)

    async def approved(tx: Tx, task: Task, _: Any) -> Next:
        return Complete(left, parts)

    steps = {
        "start": Step(load, same, fan),
        "part": Step(load, run, part),
        "finish": Step(load, same, finish),
        "approved": Step(load, same, approved),
    }
    place = PHASE_ORDER.index(name)
    return Phase(name, PHASE_ORDER[place - 1] if place else None, steps, exclusive)


def line(run: Run = same, **named: Phase) -> dict[str, Phase]:
    """The six phases, all with this `run`, but for those given by name."""
    return in_order([named.get(name.value) or phase(name, run) for name in PHASE_ORDER])


async def new_flow(database: Database, scope: Scope, *, begun: bool = True) -> FlowKey:
    """An import with its flow and child; `begun`: with its first work."""
    flow, import_id = FlowKey(scope, clock.new_id()), clock.new_id()
    name = f"Discovery Import {import_id}"
    columns = {
        "id": import_id, "name": name, "filename": "small.csv",
        "file_sha256": hashlib.sha256(os.urandom(8)).hexdigest(), "file_bytes": 1,
        "source": "test", "precedence": 100, "as_of": None,
    }  # fmt: skip
    async with database.transaction(scope) as tx:
        configuration = {"source": "test", "import_id": str(import_id), "filename": "small.csv"}
        phases = [phase.value for phase in PHASE_ORDER]
        await flows.create(tx, flow, name, configuration, phases, {"data_import_id": str(import_id)})
        await imports.create(tx, flow, columns)
        if begun:
            await advance_phase(tx, flow, "data_import")
            await work.add(tx, flow, "data_import", "start", {})
    return flow


@asynccontextmanager
async def working(
    database: Database,
    phases: Mapping[str, Phase],
    spool: Path,
    *,
    slots: int = 2,
    lease: float = 15.0,
    step_timeout: float = 60.0,
    tenant_cap: int = 1_000_000,
    compute: str = "threads",
    steps: Mapping[str, Any] | None = None,
) -> AsyncIterator[Worker]:
    """A worker that runs beside the test and is stopped at its end."""
    with Compute(compute, slots) as hands:
        worker = Worker(Engine(database, phases, hands, spool, steps or {}, step_timeout), slots, lease, tenant_cap)
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await running


async def row_of(database: Database, flow: FlowKey) -> FlowRow:
    async with database.transaction(flow.scope) as tx:
        return await flows.read(tx, flow)


async def runs_of(database: Database, flow: FlowKey) -> dict[str, dict[str, Any]]:
    async with database.transaction(flow.scope) as tx:
        return {run["phase"]: run for run in await flows.runs(tx, flow)}


async def until(database: Database, flow: FlowKey, *statuses: str, seconds: float = 60.0) -> FlowRow:
    """The flow once it has one of these statuses; any in which nobody works on it by default."""
    wanted = set(statuses) or {status.value for status in AT_REST}
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        row = await row_of(database, flow)
        if row.status in wanted:
            return row
        assert asyncio.get_running_loop().time() < deadline, f"still {row.status} in {row.current_phase}"
        await asyncio.sleep(0.02)


async def eventually(happens: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Wait until it is so."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await happens():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


async def completed(database: Database, flow: FlowKey, seconds: float = 60.0) -> FlowRow:
    row = await until(database, flow, seconds=seconds)
    assert row.status == Status.COMPLETED, f"{row.status}: {row.error_message}"
    return row
