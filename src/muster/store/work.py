"""Tables `work` and `worker`: the queue, its leases and fences. Rows are claimed for a while, never taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from muster.store.flows import FlowKey
from muster.store.transaction import Tx
from muster.vocabulary.errors import MusterError, Superseded, WorkerLost
from muster.vocabulary.scope import Scope

MOST_LOSSES = 20  # an item that took this many workers down with it needs a person
CHANNEL = "muster_work"

_READY_TENANTS = """
with recursive tenants as (
  (select client_account_id as c from work where state = 'ready' order by 1 limit 1)
  union all
  select (select w.client_account_id from work w where w.state = 'ready' and w.client_account_id > t.c order by 1 limit 1)
  from tenants t where t.c is not null)
"""
# Tenants take turns: an item's turn is its place in its tenant's own queue behind what the tenant has running.
CLAIM = (
    _READY_TENANTS
    + """, load as (select client_account_id as c, count(*) as n from work where state = 'running' group by 1),
candidate as (
  select i.id, i.priority, i.run_at, row_number() over (partition by t.c order by i.priority, i.run_at, i.id) + coalesce(l.n, 0) as turn,
    case when i.exclusive then row_number() over (partition by t.c, i.engagement_id, i.exclusive order by i.priority, i.run_at, i.id) else 1 end
      as place
  from tenants t left join load l on l.c = t.c cross join lateral (
    select * from work w where w.client_account_id = t.c and w.state = 'ready' and w.run_at <= clock_timestamp()
      and not (w.exclusive and exists (select 1 from work r where r.state = 'running' and r.exclusive
        and r.client_account_id = w.client_account_id and r.engagement_id = w.engagement_id))
    order by w.priority, w.run_at, w.id limit least($1::bigint, greatest(0, $2 - coalesce(l.n, 0)))) i
  where t.c is not null),
chosen as (select id from candidate where place = 1 order by priority, turn, run_at, id limit $1),
free as (select id from work where id in (select id from chosen) and state = 'ready' for update skip locked)
update work w set state = 'running', worker_id = $3, attempt = w.attempt + 1, fence = w.fence + 1,
  lease_until = clock_timestamp() + make_interval(secs => $4)
from free where w.id = free.id
returning w.id, w.client_account_id, w.engagement_id, w.flow_id, w.phase, w.step, w.part, w.payload, w.attempt, w.lost, w.fence, w.parent_id
"""
)
CLAIM_LOCK = 7332
LIFE_LOCK = 7331
# A worker holds its life lock in a session of its own; a lock that can be had belongs to a dead worker. A row that is locked is
# passed over: its commit is under way, and whoever waited for it would not renew its own leases meanwhile.
REAP = """
with dead as (select id from worker where id <> $1 and pg_try_advisory_xact_lock($2::int, id::int)),
lost as (
  select id from work where state = 'running' and (worker_id in (select id from dead) or lease_until < clock_timestamp())
  for update skip locked),
back as (
  update work w set lost = w.lost + 1, attempt = greatest(w.attempt - 1, 0), worker_id = null, lease_until = null, state = 'ready', error = $3
  from lost where w.id = lost.id returning w.id),
gone as (delete from worker d where d.id in (select id from dead) and not exists (
  select 1 from work w where w.worker_id = d.id and w.state = 'running' and w.id not in (select id from lost)))
select count(*) from back
"""
# The flow's row comes first, in every transaction that changes a flow's work: parts share it, all else holds it alone.
# A worker that is stopped in the middle of a commit must not hold its rows for longer than others can wait.
HOLD = """
with f as materialized (select status from flow where client_account_id = $3 and engagement_id = $4 and id = $5 for {strength})
select f.status, set_config('idle_in_transaction_session_timeout', '60s', true) from f, work w
where w.id = $1 and w.fence = $2 and w.state = 'running' for update of w
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A claimed piece of work. `fence` is what makes a commit of it ours."""

    id: int
    flow: FlowKey
    phase: str
    step: str
    part: int
    payload: dict[str, Any]
    attempt: int
    lost: int
    fence: int
    parent_id: int | None


async def claim(tx: Tx, worker_id: int, wanted: int, tenant_cap: int, lease_seconds: float) -> list[Item]:
    """Lease up to `wanted` items, tenants in turn, at most `tenant_cap` running for one."""
    await tx.execute("select pg_advisory_xact_lock($1)", CLAIM_LOCK)  # one claim at a time keeps caps and turns exact
    rows = await tx.fetch(CLAIM, wanted, tenant_cap, worker_id, lease_seconds)
    return [_item(row) for row in rows]


def _item(row: Mapping[str, Any]) -> Item:
    return Item(
        row["id"],
        FlowKey(Scope(row["client_account_id"], row["engagement_id"]), row["flow_id"]),
        row["phase"],
        row["step"],
        row["part"],
        row["payload"],
        row["attempt"],
        row["lost"],
        row["fence"],
        row["parent_id"],
    )


async def take(tx: Tx, flow: FlowKey) -> Item | None:
    """The next ready item of one flow, for whoever does it in this very transaction; no worker ever sees it running."""
    row = await tx.fetchrow(
        """update work w set state = 'running', attempt = w.attempt + 1, fence = w.fence + 1, lease_until = 'infinity'
        where id = (select id from work where client_account_id = $1 and engagement_id = $2 and flow_id = $3 and state = 'ready'
                    order by id limit 1 for update skip locked)
        returning w.id, w.client_account_id, w.engagement_id, w.flow_id, w.phase, w.step, w.part, w.payload, w.attempt, w.lost, w.fence,
          w.parent_id""",
        *flow.values,
    )
    return None if row is None else _item(row)


async def renew(tx: Tx, worker_id: int, item_ids: Sequence[int], lease_seconds: float) -> None:
    """Push the end of the leases of what this worker still does away once a third of them is used up.

    A lease that ran out is renewed too: while the row still names this worker, nobody else has claimed the item.
    """
    await tx.execute(
        """update work set lease_until = clock_timestamp() + make_interval(secs => $3::float8)
        where id in (select id from work where state = 'running' and worker_id = $1 and id = any($2)
          and lease_until < clock_timestamp() + make_interval(secs => $3::float8 * 2 / 3)
          for update skip locked)""",
        worker_id,
        list(item_ids),
        lease_seconds,
    )


async def reap(tx: Tx, worker_id: int) -> int:
    """Hand back the items of dead workers, and those whose lease ran out. Returns how many."""
    back = int(await tx.fetchval(REAP, worker_id, LIFE_LOCK, WorkerLost().details()))
    if back:
        await notify(tx)
    return back


async def notify(tx: Tx) -> None:
    """Wake the workers when this transaction commits; PostgreSQL folds equal notices into one."""
    await tx.execute("select pg_notify($1, '')", CHANNEL)


async def hold(tx: Tx, item: Item, *, alone: bool = False) -> str:
    """The fence: raise Superseded unless this claim is still the item's newest. Holds flow and item; returns the flow's status.

    The commits of parts go on side by side, unless one is to have the flow `alone`.
    """
    strength = "update" if alone or item.parent_id is None else "key share"
    status = await tx.fetchval(HOLD.format(strength=strength), item.id, item.fence, *item.flow.values)
    if status is None:
        raise Superseded(f"Work {item.id} ({item.phase}.{item.step}) was claimed again by another worker.")
    return str(status)


async def add(
    tx: Tx,
    flow: FlowKey,
    phase: str,
    step: str,
    payload: dict[str, object],
    *,
    exclusive: bool = False,
    state: str = "ready",
) -> None:
    """One new piece of work for a flow."""
    await tx.execute(
        """insert into work (client_account_id, engagement_id, flow_id, phase, step, payload, exclusive, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        *flow.values,
        phase,
        step,
        payload,
        exclusive,
        state,
    )
    await notify(tx)


async def fan_out(tx: Tx, item: Item, step: str, parts: Sequence[object], then: str, state: str) -> None:
    """Park this item until every part is done; it then goes on as `then`."""
    await tx.execute(
        """insert into work (client_account_id, engagement_id, flow_id, phase, step, part, payload, parent_id, state)
        select $1, $2, $3, $4, $5, p.ordinality, p.value, $6, $8 from jsonb_array_elements($7) with ordinality as p""",
        *item.flow.values,
        item.phase,
        step,
        item.id,
        list(parts),
        state,
    )
    await tx.execute(
        """update work set state = 'waiting', step = $2, open_parts = $3, attempt = 0, lost = 0, worker_id = null, lease_until = null
        where id = $1""",
        item.id,
        then,
        len(parts),
    )
    await notify(tx)


async def finish(tx: Tx, item: Item, parent_state: str = "ready") -> None:
    """This item is done; the last part of a fan-out makes its parent ready."""
    await tx.execute(
        "update work set state = 'done', worker_id = null, lease_until = null, error = null where id = $1", item.id
    )
    if item.parent_id is None:
        await notify(tx)  # an exclusive item may have waited for this one
        return
    left = await tx.fetchval(
        """update work set open_parts = open_parts - 1, state = case when open_parts = 1 then $2 else state end
        where id = $1 returning open_parts""",
        item.parent_id,
        parent_state,
    )
    if left == 0:
        await notify(tx)


async def send_back(tx: Tx, item: Item, error: MusterError, seconds: float) -> None:
    """Make an item ready again after a pause."""
    await tx.execute(
        """update work set state = 'ready', run_at = clock_timestamp() + make_interval(secs => $2), worker_id = null, lease_until = null,
            error = $3 where id = $1""",
        item.id,
        seconds,
        error.details(),
    )
    await notify(tx)


async def give_up(tx: Tx, item: Item, error: MusterError) -> None:
    """Leave an item for a person."""
    await tx.execute(
        "update work set state = 'failed', worker_id = null, lease_until = null, error = $2 where id = $1",
        item.id,
        error.details(),
    )


async def change(tx: Tx, flow: FlowKey, from_states: Sequence[str], to_state: str) -> int:
    """Move a flow's open items from some states to one; a running item so moved is fenced off. Returns how many.

    The caller holds the flow's row: then nobody else adds, finishes or changes work of this flow meanwhile.
    """
    done = await tx.execute(
        """update work set state = $5, fence = fence + (state = 'running')::int, worker_id = null, lease_until = null,
            attempt = case when $5 = 'ready' then 0 else attempt end, lost = case when $5 = 'ready' then 0 else lost end,
            run_at = case when $5 = 'ready' then clock_timestamp() else run_at end
        where id in (select id from work where client_account_id = $1 and engagement_id = $2 and flow_id = $3 and state = any($4)
                     order by id for update) and state = any($4)""",
        *flow.values,
        list(from_states),
        to_state,
    )
    if to_state == "ready":
        await notify(tx)
    return int(done.split()[-1])


async def open_items(tx: Tx, flow_ids: Sequence[UUID]) -> int:
    """How many items of these flows are ready, running or waiting for parts."""
    return int(
        await tx.fetchval(
            "select count(*) from work where flow_id = any($1) and state in ('ready', 'running', 'waiting')",
            list(flow_ids),
        )
    )


async def notify_flow(tx: Tx, flow: FlowKey) -> None:
    """Tell whoever watches that a flow moved."""
    await tx.execute("select pg_notify('muster_flow', $1)", str(flow.id))
