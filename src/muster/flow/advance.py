"""The only writer of a flow's phase and status, and of the state of its phase runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from muster.flow.states import COMPLETED, PENDING, PHASE_FLAG_MAP, STATUS_TRANSITIONS, Status, phases_from
from muster.flow.transition import node_named, validate
from muster.store import flows
from muster.store.flows import FlowKey, FlowRow
from muster.store.transaction import Tx
from muster.vocabulary.errors import IllegalTransition, MusterError, UsageError

MOVING = (Status.INITIALIZED, Status.RUNNING, Status.RETRYING)


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
    any phase already reached may be entered again: the runs after it are reset. Raises IllegalTransition, FlowNotFound.
    """
    row = await flows.lock(tx, flow)
    target = node_named(target_phase)
    if row.node == target and set_status in (None, row.status):
        unwritten = [f"{name} was not written: the flow is there already." for name in sorted(extra_updates or ())]
        return PhaseTransitionResult(True, True, row.current_phase, unwritten)
    await _move(tx, flow, row, target, set_status, extra_updates or {}, keep_failed=True)
    return PhaseTransitionResult(True, False, row.current_phase)


async def _move(
    tx: Tx,
    flow: FlowKey,
    row: FlowRow,
    target: str,
    status: str | None,
    updates: Mapping[str, object],
    *,
    keep_failed: bool,
) -> None:
    if row.node != target:
        _refuse_illegal(row, target)
        await _move_runs(tx, flow, row, target, keep_failed)
    moved = status or (Status.COMPLETED if target == COMPLETED else Status.RUNNING)
    await flows.set_phase(tx, flow, target, moved, {**_error_cleared(row), **updates})


def _refuse_illegal(row: FlowRow, target: str) -> None:
    validate(row.node, target)
    if target not in PHASE_FLAG_MAP and target != COMPLETED:
        raise IllegalTransition(
            f"A flow becomes {target} with the error or the wish that makes it so, not by advancing."
        )
    if row.status not in MOVING:
        raise IllegalTransition(f"A flow that is {row.status} does not move; resume, approve or retry it first.")


async def _move_runs(tx: Tx, flow: FlowKey, row: FlowRow, target: str, keep_failed: bool) -> None:
    if row.node == Status.RETRYING:
        await flows.reset_runs(tx, flow, [phase.value for phase in phases_from(target)], keep_failed=keep_failed)
    elif row.current_phase in PHASE_FLAG_MAP:
        await flows.set_run(tx, flow, row.current_phase, "completed")
    if target in PHASE_FLAG_MAP:
        await flows.set_run(tx, flow, target, "running")


def _error_cleared(row: FlowRow) -> dict[str, object]:
    if row.node != Status.RETRYING:
        return {}
    return {"error_message": None, "error_phase": None, "error_details": None}


async def persist_if_changed(tx: Tx, flow: FlowKey, **flag_updates: bool) -> dict[str, str]:
    """Write the completion flags that are not as stored, in one statement; says 'changed' or 'unchanged' for each.

    A flag is the state of a phase's run and never goes back: False changes nothing. Does not move the flow. Raises
    UsageError for a name that is no flag, IllegalTransition where the run failed, FlowNotFound.
    """
    phases = {flag: phase for phase, flag in PHASE_FLAG_MAP.items()}
    unknown = sorted(set(flag_updates) - set(phases))
    if unknown:
        raise UsageError(f"{', '.join(unknown)}: no such flag; the flags are {', '.join(phases)}.")
    await flows.lock(tx, flow)
    done = {run["phase"] for run in await flows.runs(tx, flow) if run["state"] == "completed"}
    changed = [flag for flag, value in flag_updates.items() if value and phases[flag] not in done]
    if changed:
        await flows.complete_runs(tx, flow, [phases[flag] for flag in changed])
    return {flag: "changed" if flag in changed else "unchanged" for flag in flag_updates}


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
    """failed -> retrying -> the failed phase, which goes on, or `phase`, which begins anew. Returns the phase."""
    row = await flows.lock(tx, flow)
    validate(row.node, Status.RETRYING)
    target = node_named(phase or row.error_phase)
    await flows.set_phase(tx, flow, row.current_phase, Status.RETRYING, {})
    entered = "data_import" if target == PENDING else target
    await _move(tx, flow, await flows.lock(tx, flow), entered, None, {}, keep_failed=phase is None)
    return entered
