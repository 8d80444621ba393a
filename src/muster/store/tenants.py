"""Tables `client_account` and `engagement`: names to the tenant pair, and the count that orders inventory computations."""

from typing import Any

from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import TenantMissing, TransactionConflict
from muster.vocabulary.scope import Scope


async def find(database: Database, client: str, engagement: str) -> Scope:
    """The tenant pair of two names. Raises TenantMissing."""
    async with database.transaction(None, authority="tenancy") as tx:
        row = await tx.fetchrow(
            """select c.id as client_account_id, e.id as engagement_id from client_account c
            join engagement e on e.client_account_id = c.id where c.name = $1 and e.name = $2""",
            client,
            engagement,
        )
    if row is None:
        raise TenantMissing(f"There is no engagement {engagement!r} of a client {client!r}.")
    return Scope(**dict(row))


async def find_or_create(database: Database, client: str, engagement: str) -> Scope:
    """The tenant pair of two names, made on first use."""
    async with database.transaction(None, authority="tenancy") as tx:
        await tx.execute("insert into client_account (name) values ($1) on conflict (name) do nothing", client)
        await tx.execute(
            """insert into engagement (client_account_id, name) select id, $2 from client_account where name = $1
            on conflict (client_account_id, name) do nothing""",
            client,
            engagement,
        )
    return await find(database, client, engagement)


async def listing(database: Database) -> list[dict[str, Any]]:
    """Every client and engagement by name, for the platform's administrator."""
    async with database.transaction(None, authority="tenancy") as tx:
        rows = await tx.fetch(
            """select c.name as client, e.name as engagement, c.id as client_account_id, e.id as engagement_id, e.created_at
            from client_account c join engagement e on e.client_account_id = c.id order by 1, 2"""
        )
    return [dict(row) for row in rows]


async def inventory_version(tx: Tx, scope: Scope) -> int:
    """How many changes of claims and decisions the engagement has seen."""
    return int(
        await tx.fetchval(
            "select inventory_version from engagement where client_account_id = $1 and id = $2",
            scope.client_account_id,
            scope.engagement_id,
        )
    )


async def advance_inventory(tx: Tx, scope: Scope, expected: int | None) -> None:
    """Count one change, holding the engagement until the commit. Raises TransactionConflict if `expected` is no longer the count."""
    now = await tx.fetchval(
        """update engagement set inventory_version = inventory_version + 1
        where client_account_id = $1 and id = $2 returning inventory_version""",
        scope.client_account_id,
        scope.engagement_id,
    )
    if expected is not None and now != expected + 1:
        raise TransactionConflict("Claims or decisions changed while the inventory was computed.")


async def hold_inventory(tx: Tx, scope: Scope, expected: int) -> None:
    """Hold the engagement until the commit. Raises TransactionConflict if claims or decisions changed since version `expected`."""
    now = await tx.fetchval(
        "select inventory_version from engagement where client_account_id = $1 and id = $2 for no key update",
        scope.client_account_id,
        scope.engagement_id,
    )
    if now != expected:
        raise TransactionConflict("Claims or decisions changed while the step computed.")
