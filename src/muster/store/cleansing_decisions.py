"""Table `decision`, as far as it is about cleansing: values that people mapped, recipes that an engagement adopted."""

from typing import Any

from muster.store import decisions
from muster.store.transaction import Tx
from muster.vocabulary.errors import NotRemembered
from muster.vocabulary.scope import Scope

SET_VALUE, ADOPT_RECIPE = "set_value", "adopt_recipe"
TENANT = "client_account_id = $1 and engagement_id = $2"


async def standing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every such decision that no later one revokes, oldest first."""
    return [row for row in await decisions.standing(tx, scope) if row["kind"] in (SET_VALUE, ADOPT_RECIPE)]


async def begins(tx: Tx, scope: Scope) -> bool:
    """Whether nothing was cleansed yet, and nobody decided anything about cleansing."""
    return not await tx.fetchval(
        f"""select exists (select 1 from cleansed_block where {TENANT})
          or exists (select 1 from decision where {TENANT} and kind in ('{SET_VALUE}', '{ADOPT_RECIPE}'))""",
        scope.client_account_id,
        scope.engagement_id,
    )


async def revoke(tx: Tx, scope: Scope, number: int, author: str, reason: str) -> dict[str, Any]:
    """Append that a decision about cleansing holds no more; returns that decision. Raises NotRemembered."""
    found = next((row for row in await standing(tx, scope) if row["id"] == number), None)
    if found is None:
        raise NotRemembered(
            f"No decision {number} about cleansing stands.",
            hint="muster value decisions shows those that stand.",
        )
    await decisions.add(tx, scope, "revoke", found["subject"], {}, author, reason, revokes=number)
    return found
