"""Table `cleansing_recipe`: named lists of cleansing choices; read by every engagement of the client that saved them."""

from collections.abc import Mapping, Sequence
from typing import Any

from muster.store.transaction import Tx
from muster.vocabulary.errors import NotRemembered
from muster.vocabulary.scope import Scope

NEWEST = """select distinct on (name) name, version, choices, author, reason, made_at from cleansing_recipe
where client_account_id = $1 order by name, version desc"""
LOCK = 7336
REMEMBERED = "remembered"  # what people said was to be remembered for the client; a new engagement begins with it


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """The newest version of every recipe that was not taken back, by name."""
    rows = [dict(row) for row in await tx.fetch(NEWEST, scope.client_account_id)]
    return [row for row in rows if row["choices"] is not None]


async def read(tx: Tx, scope: Scope, name: str) -> dict[str, Any]:
    """The newest version of one recipe. Raises NotRemembered."""
    found = next((row for row in await listing(tx, scope) if row["name"] == name), None)
    if found is None:
        raise NotRemembered(
            f"The client has no recipe {name!r}.", hint="muster recipe list shows the recipes of the client."
        )
    return found


async def add(
    tx: Tx, scope: Scope, name: str, choices: Sequence[Mapping[str, Any]] | None, author: str, reason: str
) -> int:
    """Append a version; `choices` None takes the recipe back. Returns the version."""
    await tx.execute("select pg_advisory_xact_lock($1, $2)", LOCK, scope.client_account_id)
    return int(
        await tx.fetchval(
            """insert into cleansing_recipe (client_account_id, engagement_id, name, version, choices, author, reason)
            select $1, $2, $3, coalesce(max(version), 0) + 1, $4, $5, $6 from cleansing_recipe
            where client_account_id = $1 and name = $3 returning version""",
            scope.client_account_id,
            scope.engagement_id,
            name,
            None if choices is None else [dict(choice) for choice in choices],
            author,
            reason,
        )
    )
