"""The only writer of a flow's phase and status."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.flow.states import COMPLETED, PENDING, PHASE_FLAG_MAP, STATUS_TRANSITIONS, Status, phases_from
from muster.flow.transition import node_named, validate
from muster.store import flows
from muster.store.flows import FlowKey, FlowRow
from muster.store.transaction import Tx
from muster.vocabulary.errors import IllegalTransition, MusterError


@dataclass(frozen=True, slots=True)
class PhaseTransitionResult:
    """What a call of `advance_phase` did. `was_idempotent`: the flow was there already and nothing was written."""

    success: bool
    was_idempotent: bool
    prior_phase: str
    warnings: list[str] = field(default_factory=list)


async def advance_phase(
    tx: Tx,
    flow: FlowKey,
    target_phase: str,
    *,
    set_status: str | None = None,
    extra_updates: Mapping[str, object] | None = None,
) -> PhaseTransitionResult:
    """Move a flow to `target_phase` inside the caller's transaction, under the flow's row lock.

    Completes the run of the prior phase and begins that of the target; 'completed' also ends the flow. From 'retrying'
    any phase already reached may be entered again: the runs after it are reset. Raises IllegalTransition or FlowNotFound.
    """
    row = await flows.lock(tx, flow)
    target = node_named(target_phase)
    if row.node == target and set_status in (None, row.status):
        return PhaseTransitionResult(True, True, row.current_phase)
    if row.node != target:
        validate(row.node, target)
        if row.status not in (Status.INITIALIZED, Status.RUNNING, Status.RETRYING):
            raise IllegalTransition(f"A flow that is {row.status} does not move; resume, approve or retry it first.")
    await _move_runs(tx, flow, row, target)
    status = set_status or (Status.COMPLETED if target == COMPLETED else Status.RUNNING)
    await flows.set_phase(tx, flow, target, status, {**_error_cleared(row), **(extra_updates or {})})
    return PhaseTransitionResult(True, False, row.current_phase)


async def _move_runs(tx: Tx, flow: FlowKey, row: FlowRow, target: str) -> None:
    if row.node == Status.RETRYING:
        await flows.reset_runs(tx, flow, [phase.value for phase in phases_from(target)])
    elif row.current_phase in PHASE_FLAG_MAP:
        await flows.set_run(tx, flow, row.current_phase, "completed")
    if target in PHASE_FLAG_MAP:
        await flows.set_run(tx, flow, target, "running")


def _error_cleared(row: FlowRow) -> dict[str, object]:
    if row.node != Status.RETRYING:
        return {}
    return {"error_message": None, "error_phase": None, "error_details": None}


async def set_status(tx: Tx, flow: FlowKey, status: Status) -> bool:
    """Change what a flow is doing without moving it. False if it was doing that already. Raises IllegalTransition."""
    row = await flows.lock(tx, flow)
    if row.status == status:
        return False
    if status not in STATUS_TRANSITIONS[row.status]:
        allowed = ", ".join(sorted(STATUS_TRANSITIONS[row.status])) or "nothing"
        raise IllegalTransition(f"A flow that is {row.status} cannot become {status}; allowed: {allowed}.")
    await flows.set_phase(tx, flow, row.current_phase, status, {})
    return True


async def fail(tx: Tx, flow: FlowKey, error: MusterError, partial: Mapping[str, object] | None = None) -> bool:
    """Record why a flow stopped, in flow and phase run, and mark both failed. False if it had ended already."""
    row = await flows.lock(tx, flow)
    if Status.FAILED not in STATUS_TRANSITIONS[row.status]:
        return False
    details = {**error.details(), **(partial or {})}
    phase = row.current_phase if row.current_phase in PHASE_FLAG_MAP else "data_import"
    await flows.set_run(tx, flow, phase, "failed", error=details)
    updates = {"error_message": str(error), "error_phase": phase, "error_details": details}
    await flows.set_phase(tx, flow, row.current_phase, Status.FAILED, updates)
    return True


async def retry(tx: Tx, flow: FlowKey, phase: str | None = None) -> str:
    """failed -> retrying -> the failed phase, or `phase` if it was reached before. Returns the phase entered."""
    row = await flows.lock(tx, flow)
    target = node_named(phase) if phase else (row.error_phase or row.current_phase)
    validate(row.node, Status.RETRYING)
    await flows.set_phase(tx, flow, row.current_phase, Status.RETRYING, {})
    await advance_phase(tx, flow, target if target != PENDING else "data_import")
    return target
