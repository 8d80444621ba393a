"""Tables `hub`, `proposed_application` and `grouping_state`: what serves nearly everybody, and what may belong to which application."""

from typing import Any

import polars as pl

from muster.store.frames import make_equal
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def replace(tx: Tx, scope: Scope, hubs: pl.DataFrame, proposals: pl.DataFrame) -> None:
    """Make the stored hubs and proposals equal to the computed ones; asset_id is a stored asset's id."""
    of_hub = {"partners": "int", "role": "text", "confidence": "real", "evidence": "jsonb"}
    await make_equal(tx, scope, "hub", {"asset_id": "bigint"}, of_hub, hubs)
    proposed = {"application": "text", "basis": "text", "confidence": "real", "evidence": "jsonb"}
    await make_equal(tx, scope, "proposed_application", {"asset_id": "bigint"}, proposed, proposals)


async def grouping(tx: Tx, scope: Scope) -> tuple[str, bytes] | None:
    """The groups that were last found, as `keep_grouping` kept them with the hash of their graph; None where none were."""
    query = f"select graph, groups from grouping_state where {TENANT}"
    row = await tx.fetchrow(query, scope.client_account_id, scope.engagement_id)
    return None if row is None else (row["graph"], bytes(row["groups"]))


async def keep_grouping(tx: Tx, scope: Scope, graph: str, groups: bytes) -> None:
    """Keep groups, and a hash of all that they follow from; nothing is written where that is the one they stand with."""
    await tx.execute(
        """insert into grouping_state (client_account_id, engagement_id, graph, groups) values ($1, $2, $3, $4)
        on conflict (client_account_id, engagement_id) do update set (graph, groups) = (excluded.graph, excluded.groups)
          where grouping_state.graph <> excluded.graph""",
        scope.client_account_id,
        scope.engagement_id,
        graph,
        groups,
    )


async def hubs(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every hub with its partners, role, confidence and evidence; the widest first."""
    async with hash_joins(tx):
        rows = await tx.fetch(
            """select asset_uuid(h.engagement_id, a.id) as asset_id, a.name as asset, h.role, h.confidence, h.partners, h.evidence from hub h
            join asset a on (a.client_account_id, a.engagement_id, a.id) = (h.client_account_id, h.engagement_id, h.asset_id)
            where h.client_account_id = $1 and h.engagement_id = $2 order by h.partners desc, a.name, a.id""",
            scope.client_account_id,
            scope.engagement_id,
        )
    return [dict(row) for row in rows]


async def proposals(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every asset that is proposed for an application, by application, the surest first."""
    async with hash_joins(tx):
        rows = await tx.fetch(
            """select m.application, asset_uuid(m.engagement_id, a.id) as asset_id, a.name as asset, m.basis, m.confidence, m.evidence
            from proposed_application m
            join asset a on (a.client_account_id, a.engagement_id, a.id) = (m.client_account_id, m.engagement_id, m.asset_id)
            where m.client_account_id = $1 and m.engagement_id = $2 order by lower(m.application), m.confidence desc, a.name, a.id""",
            scope.client_account_id,
            scope.engagement_id,
        )
    return [dict(row) for row in rows]
