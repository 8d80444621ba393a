"""What a person may do to a flow: pause, resume, approve, retry, restart, cancel. Each is one transaction."""

from collections.abc import Mapping
from types import MappingProxyType

from muster.flow import advance
from muster.flow.phase import Phase
from muster.flow.states import AT_REST, PHASE_FLAG_MAP, Status
from muster.store import flows, work
from muster.store.flows import FlowKey
from muster.store.transaction import Tx
from muster.vocabulary.errors import IllegalTransition, RestartRequested
from muster.vocabulary.phases import phase_named


async def pause(tx: Tx, flow: FlowKey) -> bool:
    """Let what is running commit, and begin nothing more. False if it was paused already."""
    await flows.lock(tx, flow)
    await work.change(tx, flow, ["ready"], "paused")
    return await advance.set_status(tx, flow, Status.PAUSED)


async def resume(tx: Tx, flow: FlowKey) -> str:
    """Go on after a pause: to work, or to the approval that was waited for. Returns the status."""
    row = await flows.lock(tx, flow)
    if row.status != Status.PAUSED:
        raise IllegalTransition(f"A flow that is {row.status} is not paused.")
    gate = await _gate(tx, flow, row.current_phase)
    moved = await work.change(tx, flow, ["paused"], "ready")
    status = Status.WAITING_FOR_APPROVAL if gate and not moved else Status.RUNNING
    await advance.set_status(tx, flow, status)
    return status.value


async def _gate(tx: Tx, flow: FlowKey, phase: str) -> str | None:
    """The step that an approval makes ready, where the phase stands at a gate."""
    for run in await flows.runs(tx, flow):
        if run["phase"] == phase and run["state"] == "running":
            return (run["cursor"] or {}).get("then")
    return None


async def approve(
    tx: Tx, flow: FlowKey, author: str, reason: str, answer: Mapping[str, object] = MappingProxyType({})
) -> bool:
    """Open the gate a flow waits at. False if it waits at none. `answer` is what the gate's phase is told beside."""
    row = await flows.lock(tx, flow)
    gate = await _gate(tx, flow, row.current_phase)
    if row.status != Status.WAITING_FOR_APPROVAL or gate is None:
        return False
    await advance.set_status(tx, flow, Status.RUNNING)
    await flows.move_cursor(tx, flow, row.current_phase, {"approved_by": author}, 0)
    await work.add(tx, flow, row.current_phase, gate, {**answer, "author": author, "reason": reason})
    return True


async def retry(tx: Tx, flow: FlowKey) -> str:
    """Take a failed flow up again where it stopped: batches that were committed stay. Returns the phase."""
    phase = await advance.retry(tx, flow)
    if not await work.change(tx, flow, ["failed", "paused"], "ready"):
        # Whether the phase is exclusive is not known here; a step that is runs alone needlessly at worst.
        await work.add(tx, flow, phase, "start", {}, exclusive=True)
    return phase


async def cancel(tx: Tx, flow: FlowKey) -> bool:
    """End a flow for good; what is running is fenced off. False if it was cancelled already."""
    await flows.lock(tx, flow)
    await work.change(tx, flow, ["ready", "running", "waiting", "paused", "failed"], "cancelled")
    return await advance.set_status(tx, flow, Status.CANCELLED)


async def restart(tx: Tx, flow: FlowKey, phase: str, phases: Mapping[str, Phase], author: str) -> str:
    """Do a phase that was reached before, and all after it, anew. A completed flow is not restarted."""
    target = phase_named(phase).value
    row = await flows.lock(tx, flow)
    if row.status not in AT_REST - {Status.COMPLETED, Status.CANCELLED, Status.DELETED} | {Status.RUNNING}:
        raise IllegalTransition(
            f"A flow that is {row.status} cannot be restarted.", hint="Undo the import and run the file again."
        )
    await work.change(tx, flow, ["ready", "running", "waiting", "paused", "failed"], "cancelled")
    if row.status != Status.FAILED:
        await advance.fail(tx, flow, RestartRequested(f"{author} restarts the flow from {target}."))
    await advance.retry(tx, flow, target)
    await work.add(tx, flow, target, "start", {}, exclusive=phases[target].exclusive)
    return target


def flags(runs: list[dict[str, object]]) -> dict[str, bool]:
    """The six completion flags, from the phase runs."""
    states = {run["phase"]: run["state"] for run in runs}
    return {flag: states.get(phase) == "completed" for phase, flag in PHASE_FLAG_MAP.items()}
