"""Tables `hub` and `proposed_application`: what serves nearly everybody, and what may belong to which application."""

from typing import Any

import polars as pl

from muster.store.frames import copy_frame
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def replace(tx: Tx, scope: Scope, hubs: pl.DataFrame, proposals: pl.DataFrame) -> None:
    """Make the stored hubs and proposals equal to the computed ones; asset_id is a stored asset's id."""
    key = (scope.client_account_id, scope.engagement_id)
    for table in ("hub", "proposed_application"):
        await tx.execute(f"delete from {table} where {TENANT}", *key)
    await copy_frame(
        tx, "new_hub", "asset_id bigint, partners int, role text, confidence real, evidence text",
        hubs.select("asset_id", "partners", "role", "confidence", "evidence"),
    )  # fmt: skip
    await tx.execute(
        """insert into hub (client_account_id, engagement_id, asset_id, partners, role, confidence, evidence)
        select $1, $2, asset_id, partners, role, confidence, evidence::jsonb from new_hub""",
        *key,
    )
    await copy_frame(
        tx, "new_proposal", "asset_id bigint, application text, basis text, confidence real, evidence text",
        proposals.select("asset_id", "application", "basis", "confidence", "evidence"),
    )  # fmt: skip
    await tx.execute(
        """insert into proposed_application (client_account_id, engagement_id, asset_id, application, basis, confidence, evidence)
        select $1, $2, asset_id, application, basis, confidence, evidence::jsonb from new_proposal""",
        *key,
    )


async def hubs(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every hub with its partners, role, confidence and evidence; the widest first."""
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
    rows = await tx.fetch(
        """select m.application, asset_uuid(m.engagement_id, a.id) as asset_id, a.name as asset, m.basis, m.confidence, m.evidence
        from proposed_application m
        join asset a on (a.client_account_id, a.engagement_id, a.id) = (m.client_account_id, m.engagement_id, m.asset_id)
        where m.client_account_id = $1 and m.engagement_id = $2 order by lower(m.application), m.confidence desc, a.name, a.id""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]
