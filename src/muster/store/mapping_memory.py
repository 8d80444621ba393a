"""Table `mapping_memory`: what a client's people said columns are; written by one engagement, read by all of the same client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.errors import NotRemembered
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Learned:
    """One choice of a person about one column. `target` None: it was refused. Engagement and file are those where it was made."""

    id: int
    engagement_id: int
    engagement_name: str
    data_import_id: UUID
    filename: str
    table_name: str
    fingerprint: str
    record_kind: str
    header: str
    source: str
    choice: str
    target: str | None
    unit: str | None
    unit_given: bool
    author: str
    reason: str
    made_at: datetime


STANDING = """select m.id, m.engagement_id, m.engagement_name, m.data_import_id, m.filename, m.table_name, m.fingerprint, m.record_kind, m.header,
    m.source, m.choice, m.target, m.unit, m.unit_given, m.author, m.reason, m.made_at
from mapping_memory m
where m.client_account_id = $1 and m.choice <> 'revoked' and not exists (select 1 from mapping_memory r
  where r.client_account_id = $1 and r.revokes = m.id)"""


async def add(
    tx: Tx, scope: Scope, import_id: UUID, choices: Sequence[dict[str, Any]], author: str, reason: str
) -> None:
    """Append choices: table_name, fingerprint, record_kind, header, source, choice, target, unit, unit_given."""
    await tx.executemany(
        """insert into mapping_memory (client_account_id, engagement_id, engagement_name, data_import_id, filename, table_name, fingerprint,
            record_kind, header, source, choice, target, unit, unit_given, author, reason)
        select $1, $2, e.name, $3, i.filename, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
        from engagement e join data_import i on (i.client_account_id, i.engagement_id) = (e.client_account_id, e.id)
        where e.client_account_id = $1 and e.id = $2 and i.id = $3""",
        [
            (
                scope.client_account_id,
                scope.engagement_id,
                import_id,
                choice["table_name"],
                choice["fingerprint"],
                choice["record_kind"],
                choice["header"],
                choice["source"],
                choice["choice"],
                choice["target"],
                choice["unit"],
                choice["unit_given"],
                author,
                reason,
            )
            for choice in choices
        ],
    )


async def standing(tx: Tx, scope: Scope, headers: Sequence[str] | None = None) -> list[Learned]:
    """Every choice of the client that was not revoked, oldest first; about these normalised headers, if any are given."""
    rows = await tx.fetch(
        f"{STANDING} and ($2::text[] is null or m.header = any($2)) order by m.id",
        scope.client_account_id,
        None if headers is None else list(headers),
    )
    return [Learned(**dict(row)) for row in rows]


async def revoke(tx: Tx, scope: Scope, number: int, author: str, reason: str) -> Learned:
    """Append that a choice no longer counts, wherever the client made it. Raises NotRemembered."""
    row = await tx.fetchrow(f"{STANDING} and m.id = $2", scope.client_account_id, number)
    if row is None:
        raise NotRemembered(f"The client remembers no choice {number}, or revoked it before.")
    await tx.execute(
        """insert into mapping_memory (client_account_id, engagement_id, choice, revokes, author, reason)
        values ($1, $2, 'revoked', $3, $4, $5)""",
        scope.client_account_id,
        scope.engagement_id,
        number,
        author,
        reason,
    )
    return Learned(**dict(row))
