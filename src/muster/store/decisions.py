"""Table `decision`: what people said, appended and never overwritten."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.errors import DecisionNotFound
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def add(
    tx: Tx,
    scope: Scope,
    kind: str,
    subject: Mapping[str, Any],
    body: Mapping[str, Any],
    author: str,
    reason: str,
    *,
    revokes: int | None = None,
) -> int:
    """Append one decision; returns its number."""
    return int(
        await tx.fetchval(
            """insert into decision (client_account_id, engagement_id, kind, subject, body, author, reason, revokes)
            values ($1, $2, $3, $4, $5, $6, $7, $8) returning id""",
            scope.client_account_id,
            scope.engagement_id,
            kind,
            dict(subject),
            dict(body),
            author,
            reason,
            revokes,
        )
    )


async def every(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """All decisions, oldest first, each with `standing`: whether no standing decision revokes it.

    A revocation may be revoked in turn: then what it took back stands again.
    """
    rows = await tx.fetch(
        f"""select id, kind, subject, body, author, reason, made_at, revokes from decision where {TENANT} order by id""",
        scope.client_account_id,
        scope.engagement_id,
    )
    revoked: set[int] = set()
    found = []
    for row in reversed(rows):
        stands = row["id"] not in revoked
        if stands and row["revokes"] is not None:
            revoked.add(row["revokes"])
        found.append({**dict(row), "standing": stands})
    return found[::-1]


async def standing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every decision that no standing one revokes, oldest first."""
    return [row for row in await every(tx, scope) if row["standing"]]


async def read(tx: Tx, scope: Scope, number: int) -> dict[str, Any]:
    """One decision with `standing`. Raises DecisionNotFound."""
    for row in await every(tx, scope):
        if row["id"] == number:
            return row
    raise DecisionNotFound(f"There is no decision {number} in this engagement.")


async def revoke_since(tx: Tx, scope: Scope, moment: datetime, author: str) -> int:
    """Append a revocation of every decision that was made after a moment; returns how many there were."""
    done = await tx.execute(
        f"""insert into decision (client_account_id, engagement_id, kind, subject, author, revokes)
        select client_account_id, engagement_id, 'revoke', '{{}}', $4, id from decision where {TENANT} and made_at > $3""",
        scope.client_account_id,
        scope.engagement_id,
        moment,
        author,
    )
    return int(done.split()[-1])


async def numbered(tx: Tx, scope: Scope, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """The decisions with these numbers, whether they stand or not."""
    rows = await tx.fetch(
        f"select id, kind, subject, body, author, reason, made_at from decision where {TENANT} and id = any($3) order by id",
        scope.client_account_id,
        scope.engagement_id,
        list(numbers),
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


async def assets_named(tx: Tx, scope: Scope, places: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """The inner id of the asset that holds the record at each place (file_sha256, table_name, row_number) now.

    None where its import was undone, or the record is no part of the inventory.
    """
    if not places:
        return []
    rows = await tx.fetch(
        """select p.at, min(k.asset_ids[p.row_number - b.first_row + 1]) as asset_id
        from unnest($3::text[], $4::text[], $5::int[]) with ordinality as p (file_sha256, table_name, row_number, at)
        join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.file_sha256 = p.file_sha256 and i.undone_at is null
        join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.name = p.table_name
        join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.data_import_id = i.id and b.table_no = t.table_no
          and p.row_number between b.first_row and b.first_row + b.records - 1
        join link_block k on k.client_account_id = $1 and k.engagement_id = $2 and k.block_id = b.id
        group by p.at""",
        scope.client_account_id,
        scope.engagement_id,
        *([place[name] for place in places] for name in ("file_sha256", "table_name", "row_number")),
    )
    found = {int(row["at"]): row["asset_id"] for row in rows}
    return [found.get(at) for at in range(1, len(places) + 1)]
