"""Tables `flow`, `phase_run`, `flow_event`. Only `flow.advance` calls the setters; triggers write the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.errors import FlowNotFound, UsageError
from muster.vocabulary.scope import Scope

UPDATABLE = frozenset({"error_message", "error_phase", "error_details", "state_data", "name", "configuration"})


@dataclass(frozen=True, slots=True)
class FlowKey:
    """A flow of one tenant."""

    scope: Scope
    id: UUID

    @property
    def values(self) -> tuple[int, int, UUID]:
        """The key's columns, in the order of the table's primary key."""
        return (self.scope.client_account_id, self.scope.engagement_id, self.id)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A flow as it stands. `node` is its place in the graph: the phase, or failed or retrying."""

    id: UUID
    name: str
    current_phase: str
    reached_phase: str
    status: str
    node: str
    configuration: dict[str, Any]
    state_data: dict[str, Any]
    error_message: str | None
    error_phase: str | None
    error_details: dict[str, Any] | None


COLUMNS = """id, name, current_phase, reached_phase, status, node, configuration, state_data,
    error_message, error_phase, error_details"""
THIS = "where client_account_id = $1 and engagement_id = $2 and id = $3"
RUN = "where client_account_id = $1 and engagement_id = $2 and flow_id = $3"


async def create(
    tx: Tx,
    flow: FlowKey,
    name: str,
    configuration: Mapping[str, object],
    phases: Sequence[str],
    state: Mapping[str, object],
) -> None:
    """A new flow, pending, with a pending run for every phase."""
    await tx.execute(
        """insert into flow (client_account_id, engagement_id, id, name, configuration, state_data)
        values ($1, $2, $3, $4, $5, $6)""",
        *flow.values,
        name,
        dict(configuration),
        dict(state),
    )
    await tx.execute(
        """insert into phase_run (client_account_id, engagement_id, flow_id, phase)
        select $1, $2, $3, phase from unnest($4::text[]) as phase""",
        *flow.values,
        list(phases),
    )


async def _one(tx: Tx, flow: FlowKey, lock: str) -> FlowRow:
    row = await tx.fetchrow(f"select {COLUMNS} from flow {THIS} {lock}", *flow.values)
    if row is None:
        raise FlowNotFound(f"There is no flow {flow.id} in this engagement.")
    return FlowRow(**dict(row))


async def lock(tx: Tx, flow: FlowKey) -> FlowRow:
    """Read a flow and hold its row until the transaction ends. Raises FlowNotFound."""
    return await _one(tx, flow, "for update")


async def read(tx: Tx, flow: FlowKey) -> FlowRow:
    """Read a flow. Raises FlowNotFound."""
    return await _one(tx, flow, "")


async def set_phase(tx: Tx, flow: FlowKey, current_phase: str, status: str, updates: Mapping[str, object]) -> None:
    """Write place and status, and the columns named in `updates`, in one statement."""
    unknown = set(updates) - UPDATABLE
    if unknown:
        raise UsageError(
            f"extra_updates may not hold {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(UPDATABLE))}."
        )
    names = sorted(updates)
    more = "".join(f", {name} = ${number}" for number, name in enumerate(names, start=6))
    await tx.execute(
        f"""update flow set current_phase = $4, status = $5,
            completed_at = case when $4 = 'completed' then coalesce(completed_at, clock_timestamp()) end{more} {THIS}""",
        *flow.values,
        current_phase,
        status,
        *(updates[name] for name in names),
    )


async def merge_state(tx: Tx, flow: FlowKey, state: Mapping[str, object]) -> None:
    """Replace fields of `state_data`; the rest stays."""
    await tx.execute(f"update flow set state_data = state_data || $4 {THIS}", *flow.values, dict(state))


async def set_run(tx: Tx, flow: FlowKey, phase: str, state: str, *, error: Mapping[str, object] | None = None) -> None:
    """Write the state of one phase's run; times and attempts follow from it. A run that was found complete is not begun again."""
    await tx.execute(
        f"""update phase_run set state = $5, error = $6,
            attempt = attempt + ($5 = 'running')::int,
            started_at = case when $5 = 'running' then clock_timestamp() else started_at end,
            finished_at = case when $5 = 'completed' then clock_timestamp() end
        {RUN} and phase = $4 and not (state = 'completed' and $5 = 'running')""",
        *flow.values,
        phase,
        state,
        None if error is None else dict(error),
    )


async def complete_runs(tx: Tx, flow: FlowKey, phases: Sequence[str]) -> None:
    """Mark the runs of these phases completed, all in one statement."""
    await tx.execute(
        f"""update phase_run set state = 'completed', error = null, started_at = coalesce(started_at, clock_timestamp()),
            finished_at = statement_timestamp() {RUN} and phase = any($4)""",
        *flow.values,
        list(phases),
    )


async def reset_runs(tx: Tx, flow: FlowKey, phases: Sequence[str], *, keep_failed: bool) -> None:
    """Put the runs of these phases back to pending; `keep_failed`: a failed one keeps how far it came, and goes on from there."""
    await tx.execute(
        f"""update phase_run set state = 'pending', error = null, finished_at = null,
            cursor = case when state = 'failed' and $5 then cursor end,
            rows_done = case when state = 'failed' and $5 then rows_done else 0 end,
            rows_total = case when state = 'failed' and $5 then rows_total end
        {RUN} and phase = any($4) and state <> 'pending'""",
        *flow.values,
        list(phases),
        keep_failed,
    )


async def move_cursor(
    tx: Tx, flow: FlowKey, phase: str, cursor: Mapping[str, object], rows: int, rows_total: int | None = None
) -> None:
    """Say how far the batch committed with this came, and how many records it did."""
    await tx.execute(
        f"""update phase_run set cursor = $5, rows_done = case when $7::bigint is null then rows_done + $6 else $6 end,
            rows_total = coalesce($7, rows_total) {RUN} and phase = $4""",
        *flow.values,
        phase,
        dict(cursor),
        rows,
        rows_total,
    )


async def add_step(
    tx: Tx,
    flow: FlowKey,
    phase: str,
    step: str,
    outcome: str,
    attempt: int,
    seconds: float,
    detail: Mapping[str, object] | None,
) -> None:
    """Append what one step did to the history."""
    await tx.execute(
        """insert into flow_event (client_account_id, engagement_id, flow_id, phase, step, outcome, attempt, seconds, detail)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        *flow.values,
        phase,
        step,
        outcome,
        attempt,
        seconds,
        None if detail is None else dict(detail),
    )


async def runs(tx: Tx, flow: FlowKey) -> list[dict[str, Any]]:
    """The six phase runs of a flow, in order."""
    rows = await tx.fetch(
        """select r.phase, r.state, r.attempt, r.cursor, r.rows_done, r.rows_total, r.error, r.started_at, r.finished_at,
            extract(epoch from coalesce(r.finished_at, clock_timestamp()) - r.started_at)::float8 as seconds
        from phase_run r join flow_node n on n.name = r.phase
        where client_account_id = $1 and engagement_id = $2 and flow_id = $3 order by n.ordinal""",
        *flow.values,
    )
    return [dict(row) for row in rows]


async def history(tx: Tx, flow: FlowKey) -> list[dict[str, Any]]:
    """Every event of a flow, oldest first."""
    rows = await tx.fetch(
        """select id, at, actor, from_node, to_node, from_status, to_status, phase, from_state, to_state, step, outcome,
            attempt, seconds, detail
        from flow_event where client_account_id = $1 and engagement_id = $2 and flow_id = $3 order by id""",
        *flow.values,
    )
    return [dict(row) for row in rows]


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every flow of an engagement with its progress, newest first."""
    rows = await tx.fetch(
        """select d.master_flow_id as flow_id, d.data_import_id as import_id, i.filename as file, d.status, d.current_phase,
            d.progress_percentage::float8 as progress_percentage, d.error_message, d.error_details, d.created_at, d.completed_at
        from discovery_flows d
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (d.client_account_id, d.engagement_id, d.data_import_id)
        where d.client_account_id = $1 and d.engagement_id = $2 order by d.created_at desc, d.id""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]


async def states(tx: Tx, scope: Scope, session_id: UUID | None = None) -> list[dict[str, Any]]:
    """The workflow states of an engagement, or that of one import, newest first."""
    rows = await tx.fetch(
        """select id, session_id, client_account_id, engagement_id, workflow_type, current_phase, status, state_data, created_at, updated_at
        from workflow_states where client_account_id = $1 and engagement_id = $2 and ($3::uuid is null or session_id = $3)
        order by created_at desc, id""",
        scope.client_account_id,
        scope.engagement_id,
        session_id,
    )
    return [dict(row) for row in rows]
