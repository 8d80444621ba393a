"""Table `mapping_profile`: named mappings of known exports; read by every engagement of the client that saved them."""

from collections.abc import Mapping, Sequence
from typing import Any

from muster.store.transaction import Tx
from muster.vocabulary.errors import NotRemembered
from muster.vocabulary.scope import Scope

NEWEST = """select distinct on (name) name, version, record_kind, fingerprint, columns, author, reason, made_at from mapping_profile
where client_account_id = $1 order by name, version desc"""
LOCK = 7335


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """The newest version of every profile that was not taken back, by name."""
    rows = [dict(row) for row in await tx.fetch(NEWEST, scope.client_account_id)]
    return [row for row in rows if row["columns"] is not None]


async def read(tx: Tx, scope: Scope, name: str) -> dict[str, Any]:
    """The newest version of one profile. Raises NotRemembered."""
    found = next((row for row in await listing(tx, scope) if row["name"] == name), None)
    if found is None:
        raise NotRemembered(f"The client has no mapping profile {name!r}.")
    return found


async def add(
    tx: Tx,
    scope: Scope,
    name: str,
    record_kind: str | None,
    fingerprint: str | None,
    columns: Sequence[Mapping[str, Any]] | None,
    author: str,
    reason: str,
) -> int:
    """Append a version; `columns` None takes the profile back. Returns the version."""
    await tx.execute("select pg_advisory_xact_lock($1, $2)", LOCK, scope.client_account_id)
    return int(
        await tx.fetchval(
            """insert into mapping_profile (client_account_id, engagement_id, name, version, record_kind, fingerprint, columns, author, reason)
            select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6, $7, $8 from mapping_profile
            where client_account_id = $1 and name = $3 returning version""",
            scope.client_account_id,
            scope.engagement_id,
            name,
            record_kind,
            fingerprint,
            None if columns is None else [dict(column) for column in columns],
            author,
            reason,
        )
    )
