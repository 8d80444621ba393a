"""Tables `edge`, `refused_edge`, `unresolved_end`, `asset_group`: what depends on what, computed over the whole engagement."""

import io
from collections.abc import Sequence
from typing import Any

import polars as pl

from muster.store.frames import copied, make_equal
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

ENDS = {"source_id": "bigint", "target_id": "bigint", "kind": "text"}
OF_REFUSED = {"port": "int", "protocol": "text", "count": "bigint", "confidence": "real", "decision_id": "bigint"}
OF_EDGE = {
    **OF_REFUSED, "evidence": "jsonb", "standing": "text", "level": "text", "users": "int", "bytes": "bigint",
    "packets": "bigint", "first_seen": "timestamp", "last_seen": "timestamp", "told_by": "bigint[]",
    "source_processes": "text[]", "target_processes": "text[]",
}  # fmt: skip
OPEN_END = dict.fromkeys(("end_text", "side", "kind", "reason"), "text")
TENANT = "client_account_id = $1 and engagement_id = $2"
EDGES_OF = "source_id <> target_id and ($3::bigint[] is null or {end} = any($3))"
DEGREES = f"""
select id, sum(dependents), sum(dependencies), sum(carried) from (
  select target_id as id, count(distinct source_id) filter (where kind in ('connection', 'depends_on', 'uses')) as dependents,
    0 as dependencies, count(distinct source_id) filter (where kind = 'runs_on') as carried
  from edge where {TENANT} and {EDGES_OF.format(end="target_id")} group by 1
  union all
  select source_id, 0, count(distinct target_id) filter (where kind in ('connection', 'depends_on', 'uses')), 0
  from edge where {TENANT} and {EDGES_OF.format(end="source_id")} group by 1) as ends
group by 1
"""


async def replace(
    tx: Tx, scope: Scope, edges: pl.DataFrame, refused: pl.DataFrame, unresolved: pl.DataFrame, groups: pl.DataFrame
) -> None:
    """Make the stored edges, open ends and groups equal to the computed ones; asset ids are the stored assets' ids."""
    shown = edges.with_columns(pl.col("evidence").fill_null("{}"))
    await make_equal(tx, scope, "edge", ENDS, OF_EDGE, shown)
    await make_equal(tx, scope, "refused_edge", ENDS, OF_REFUSED, refused)
    await make_equal(tx, scope, "unresolved_end", OPEN_END, {"count": "bigint"}, unresolved)
    await make_equal(tx, scope, "asset_group", {"asset_id": "bigint", "group_no": "int"}, {}, groups)


async def degrees(tx: Tx, scope: Scope, only: Sequence[int] | None = None) -> pl.DataFrame | None:
    """asset_no (inner id), dependents and dependencies (other assets that need it, that it needs) and carried (that run
    on it) of every asset with an edge, or of `only` some; None where the engagement has no edge at all.
    """
    key = (scope.client_account_id, scope.engagement_id)
    if not await tx.fetchval(f"select exists(select 1 from edge where {TENANT})", *key):
        return None
    text = await copied(tx, DEGREES, *key, only)
    schema = dict.fromkeys(("asset_no", "dependents", "dependencies", "carried"), pl.Int64())
    return pl.read_csv(io.BytesIO(text), has_header=False, schema=schema) if text else pl.DataFrame(schema=schema)


async def counts(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many edges, groups and unresolved ends an engagement has."""
    row = await tx.fetchrow(
        f"""select (select count(*) from edge where {TENANT}) as edges,
            (select count(distinct group_no) from asset_group where {TENANT}) as groups,
            (select count(*) from unresolved_end where {TENANT}) as unresolved""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return dict(row)


# Roles of the hub at either end; the target's goes first.
LISTED = """select asset_uuid(e.engagement_id, s.id) as source_id, s.name as source, asset_uuid(e.engagement_id, t.id) as target_id,
    t.name as target, e.port, e.protocol, e.kind, e.count, e.confidence::numeric::float8 as confidence, e.level, e.users, e.standing,
    e.bytes, e.packets, e.first_seen, e.last_seen, e.source_processes, e.target_processes, e.evidence,
    case when h.asset_id is not null then coalesce(h.role, 'unknown') when g.asset_id is not null then coalesce(g.role, 'unknown') end as hub,
    d.author, d.reason, e.decision_id as decision
  from {table} e
  join asset s on (s.client_account_id, s.engagement_id, s.id) = (e.client_account_id, e.engagement_id, e.source_id)
  join asset t on (t.client_account_id, t.engagement_id, t.id) = (e.client_account_id, e.engagement_id, e.target_id)
  left join hub h on (h.client_account_id, h.engagement_id, h.asset_id) = (e.client_account_id, e.engagement_id, e.target_id)
  left join hub g on (g.client_account_id, g.engagement_id, g.asset_id) = (e.client_account_id, e.engagement_id, e.source_id)
  left join decision d on (d.client_account_id, d.engagement_id, d.id) = (e.client_account_id, e.engagement_id, e.decision_id)
  where e.client_account_id = $1 and e.engagement_id = $2"""
REFUSED = """(select r.*, null::text as level, null::int as users, 'refused' as standing, null::bigint as bytes, null::bigint as packets,
  null::timestamp as first_seen, null::timestamp as last_seen, null::text[] as source_processes, null::text[] as target_processes, null::jsonb as evidence from refused_edge r)"""


async def listing(
    tx: Tx, scope: Scope, level: str | None = None, hub: str | None = None, standing: str | None = None
) -> list[dict[str, Any]]:
    """Edges with the names of their ends, strongest first; all, or those of a level, of hubs of a role ('none': of no
    hub, 'any'), or found, confirmed or added. With `standing` 'refused': those that people refused.
    """
    rows = await tx.fetch(
        f"""with listed as ({LISTED.format(table=REFUSED if standing == "refused" else "edge")})
        select * from listed where ($3::text is null or level = $3) and ($5::text is null or standing = $5)
          and ($4::text is null or hub = $4 or ($4 = 'any' and hub is not null) or ($4 = 'none' and hub is null))
        order by count desc, source, target, kind, port, protocol""",
        scope.client_account_id,
        scope.engagement_id,
        level,
        hub,
        standing,
    )
    return [dict(row) for row in rows]


async def unresolved(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Ends that no single asset answers to, most often told first: end, side, kind, reason, count."""
    rows = await tx.fetch(
        f"select end_text as end, side, kind, reason, count from unresolved_end where {TENANT} order by count desc, 1, 2, 3, 4",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]


async def between(tx: Tx, scope: Scope, source_id: int, target_id: int) -> list[dict[str, Any]]:
    """kind, port, protocol of every edge from one asset (inner id) to another, the refused ones too."""
    rows = await tx.fetch(
        f"""select kind, port, protocol from edge where {TENANT} and source_id = $3 and target_id = $4
        union all select kind, port, protocol from refused_edge where {TENANT} and source_id = $3 and target_id = $4 order by 1, 2, 3""",
        scope.client_account_id,
        scope.engagement_id,
        source_id,
        target_id,
    )
    return [dict(row) for row in rows]


async def told(tx: Tx, scope: Scope, source_id: int, target_id: int) -> list[dict[str, Any]]:
    """Every edge from one asset (inner id) to another with the ids of the records that tell of it; the refused ones not."""
    rows = await tx.fetch(
        f"""select kind, port, protocol, count, confidence::numeric::float8 as confidence, standing, coalesce(told_by, '{{}}') as told_by
        from edge where {TENANT} and source_id = $3 and target_id = $4 order by kind, port, protocol""",
        scope.client_account_id,
        scope.engagement_id,
        source_id,
        target_id,
    )
    return [dict(row) for row in rows]


async def groups(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every group's members, by group and name."""
    rows = await tx.fetch(
        """select g.group_no as group, asset_uuid(g.engagement_id, a.id) as asset_id, a.name as asset from asset_group g
        join asset a on (a.client_account_id, a.engagement_id, a.id) = (g.client_account_id, g.engagement_id, g.asset_id)
        where g.client_account_id = $1 and g.engagement_id = $2 order by 1, 3, 2""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]
