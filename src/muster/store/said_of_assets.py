"""What people said of single assets beside their values (such as the strategy of one), read through the records they named."""

from typing import Any

from muster.store import decisions
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

OVERRIDE = "override_strategy"


async def newest(tx: Tx, scope: Scope, kind: str) -> dict[int, dict[str, Any]]:
    """Asset (inner id) -> the newest standing decision of a kind about it.

    It is about the asset that holds the first of its records which is still there: an asset whose records are gone with
    their import has none, and has it again when the file comes back.
    """
    made = [one for one in await decisions.standing(tx, scope) if one["kind"] == kind]
    named = [(one, place) for one in made for place in one["subject"]["records"]]
    found = await decisions.assets_named(tx, scope, [place for _, place in named])
    first: dict[int, int] = {}
    for (one, _), asset in zip(named, found, strict=True):
        if asset is not None:
            first.setdefault(one["id"], asset)
    return {first[one["id"]]: one for one in made if one["id"] in first}
