"""Table `decision`: what people said, appended and never overwritten."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def add(
    tx: Tx, scope: Scope, kind: str, subject: Mapping[str, Any], body: Mapping[str, Any], author: str, reason: str
) -> int:
    """Append one decision; returns its number."""
    return int(
        await tx.fetchval(
            """insert into decision (client_account_id, engagement_id, kind, subject, body, author, reason)
            values ($1, $2, $3, $4, $5, $6, $7) returning id""",
            scope.client_account_id,
            scope.engagement_id,
            kind,
            dict(subject),
            dict(body),
            author,
            reason,
        )
    )


async def standing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every decision that no later one revokes, oldest first."""
    rows = await tx.fetch(
        f"""select id, kind, subject, body, author, reason, made_at from decision d where {TENANT}
            and not exists (select 1 from decision r where r.client_account_id = $1 and r.engagement_id = $2 and r.revokes = d.id)
        order by id""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]


async def about_mapping(tx: Tx, scope: Scope, import_id: UUID) -> list[dict[str, Any]]:
    """What people said about the columns and tables of an import, oldest first."""
    rows = await tx.fetch(
        f"""select id, kind, subject, body, author, reason, made_at from decision
        where {TENANT} and kind in ('map_column', 'approve_mapping') and subject->>'import_id' = $3 order by id""",
        scope.client_account_id,
        scope.engagement_id,
        str(import_id),
    )
    return [dict(row) for row in rows]
