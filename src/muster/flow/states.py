"""The state machine, as data. The database holds the same tables and refuses any pair that is not listed here."""

from enum import StrEnum

from muster.vocabulary.phases import PHASE_ORDER, PhaseName

PENDING, COMPLETED, FAILED, RETRYING = "pending", "completed", "failed", "retrying"

PHASE_FLAG_MAP: dict[str, str] = {phase.value: f"{phase.value}_completed" for phase in PHASE_ORDER}


class Status(StrEnum):
    """What a flow is doing; where it is, is its phase."""

    INITIALIZED = "initialized"
    RUNNING = "running"
    WAITING_FOR_APPROVAL = "waiting_for_approval"
    PAUSED = "paused"
    FAILED = "failed"
    RETRYING = "retrying"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DELETED = "deleted"


# Nobody works on a flow in one of these until a person says so.
AT_REST = frozenset(Status) - {Status.INITIALIZED, Status.RUNNING, Status.RETRYING}

_LINE = (PENDING, *(phase.value for phase in PHASE_ORDER), COMPLETED)

TRANSITIONS: dict[str, frozenset[str]] = {
    **{here: frozenset({onward, FAILED}) for here, onward in zip(_LINE, _LINE[1:], strict=False)},
    COMPLETED: frozenset(),
    FAILED: frozenset({RETRYING}),
    RETRYING: frozenset({*PHASE_FLAG_MAP, FAILED}),
}

STATUS_TRANSITIONS: dict[str, frozenset[str]] = {
    Status.INITIALIZED: frozenset({Status.RUNNING, Status.FAILED, Status.CANCELLED, Status.DELETED}),
    Status.RUNNING: frozenset(
        {Status.WAITING_FOR_APPROVAL, Status.PAUSED, Status.FAILED, Status.COMPLETED, Status.CANCELLED}
    ),
    Status.WAITING_FOR_APPROVAL: frozenset({Status.RUNNING, Status.PAUSED, Status.FAILED, Status.CANCELLED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.WAITING_FOR_APPROVAL, Status.FAILED, Status.CANCELLED}),
    Status.FAILED: frozenset({Status.RETRYING, Status.CANCELLED, Status.DELETED}),
    Status.RETRYING: frozenset({Status.RUNNING, Status.FAILED, Status.CANCELLED}),
    Status.COMPLETED: frozenset({Status.DELETED}),
    Status.CANCELLED: frozenset({Status.DELETED}),
    Status.DELETED: frozenset(),
}


def next_phase(phase: str) -> str:
    """The phase after this one, or 'completed'."""
    return _LINE[_LINE.index(phase) + 1]


def phases_from(phase: str) -> tuple[PhaseName, ...]:
    """This phase and all after it."""
    return PHASE_ORDER[PHASE_ORDER.index(PhaseName(phase)) :]
