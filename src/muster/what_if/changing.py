"""A change of the inventory, made or only looked at: the same code, and the same digest, either way."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from muster.store import tenants
from muster.store.digest import digest
from muster.store.pictures import picture
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import PreviewDiffers
from muster.vocabulary.scope import Scope
from muster.what_if.difference import difference
from muster.why import why

Told = TypeVar("Told")
EXPLAINED = 50  # of so many changed assets each new value is told with the source that won


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change led to. `changes` is the whole difference, told only where somebody wanted to look first."""

    told: Any
    digest: str
    changes: dict[str, Any] | None


async def change(
    database: Database,
    scope: Scope,
    act: Callable[[Tx], Awaitable[Told]],
    *,
    preview: bool = False,
    expect: str | None = None,
    limit: int = 1000,
) -> Outcome:
    """Do something to the inventory in one transaction. `preview` tells what it did and takes it back.

    Nobody else changes the engagement meanwhile. Raises PreviewDiffers, and changes nothing, where `expect` is another
    digest than the one it led to.
    """
    async with database.transaction(scope, actor="cli", discard=preview) as tx:
        await tenants.advance_inventory(tx, scope, None)
        before = await picture(tx, scope) if preview else None
        told = await act(tx)
        now = await digest(tx, scope)
        if expect is not None and now != expect:
            raise PreviewDiffers(f"The digest would be {now}, not {expect}.")
        changes = None
        if before is not None:
            found = difference(before, await picture(tx, scope), limit)
            changes = found.told
            await with_sources(tx, scope, changes["changed"], found.changed)
    return Outcome(told, now, changes)


async def with_sources(tx: Tx, scope: Scope, changed: list[dict[str, Any]], asset_ids: Sequence[int]) -> None:
    """Add to every new value of the first changed assets the source of the claim that holds, and why it does."""
    for one, asset_id in list(zip(changed, asset_ids, strict=True))[:EXPLAINED]:
        for value in one["attributes"]:
            if value["attribute"] not in ("presence", "presence_reason"):
                found = await why(tx, scope, asset_id, value["attribute"])
                won = sorted({claim["source"] for claim in found["claims"] if claim["standing"] == "won"})
                value |= {"source": ", ".join(won) or None, "reason": found["reason"]}
