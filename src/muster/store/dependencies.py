"""Tables `edge`, `unresolved_end`, `asset_group`: what depends on what, computed over the whole engagement."""

from typing import Any

import polars as pl

from muster.store.frames import copy_frame
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def replace(tx: Tx, scope: Scope, edges: pl.DataFrame, unresolved: pl.DataFrame, groups: pl.DataFrame) -> None:
    """Make the stored edges, open ends and groups equal to the computed ones; asset ids are the stored assets' ids."""
    key = (scope.client_account_id, scope.engagement_id)
    for table in ("edge", "unresolved_end", "asset_group"):
        await tx.execute(f"delete from {table} where {TENANT}", *key)
    await copy_frame(
        tx, "new_edge", "source_id bigint, target_id bigint, kind text, port int, protocol text, count bigint, confidence real, evidence text",
        edges.select("source_id", "target_id", "kind", "port", "protocol", "count", "confidence", "evidence"),
    )  # fmt: skip
    await tx.execute(
        """insert into edge (client_account_id, engagement_id, source_id, target_id, kind, port, protocol, count, confidence, evidence)
        select $1, $2, source_id, target_id, kind, port, protocol, count, confidence, coalesce(evidence, '{}')::jsonb from new_edge""",
        *key,
    )
    await copy_frame(
        tx, "new_end", "end_text text, side text, kind text, reason text, count bigint",
        unresolved.select("end_text", "side", "kind", "reason", "count"),
    )  # fmt: skip
    await tx.execute(
        """insert into unresolved_end (client_account_id, engagement_id, end_text, side, kind, reason, count)
        select $1, $2, end_text, side, kind, reason, count from new_end""",
        *key,
    )
    await copy_frame(tx, "new_group", "asset_id bigint, group_no int", groups.select("asset_id", "group_no"))
    await tx.execute(
        "insert into asset_group (client_account_id, engagement_id, asset_id, group_no) select $1, $2, asset_id, group_no from new_group",
        *key,
    )


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


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every edge with the names of its ends, strongest first."""
    rows = await tx.fetch(
        """select asset_uuid(e.engagement_id, s.id) as source_id, s.name as source, asset_uuid(e.engagement_id, t.id) as target_id,
            t.name as target, e.port, e.protocol, e.kind, e.count, e.confidence
        from edge e
        join asset s on (s.client_account_id, s.engagement_id, s.id) = (e.client_account_id, e.engagement_id, e.source_id)
        join asset t on (t.client_account_id, t.engagement_id, t.id) = (e.client_account_id, e.engagement_id, e.target_id)
        where e.client_account_id = $1 and e.engagement_id = $2 order by e.count desc, s.name, t.name, e.kind, e.port, e.protocol""",
        scope.client_account_id,
        scope.engagement_id,
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
