"""The inventory as of a past moment, and what two exports say differently: computed anew, looked at, taken back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import polars as pl

from muster.phases.data_cleansing.phase import cleanse_again
from muster.recompute import recompute
from muster.store import decisions, imports, moments, tenants
from muster.store.pictures import Picture, picture
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if.difference import difference

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
HISTORY = "history"


@asynccontextmanager
async def as_of(database: Database, scope: Scope, moment: datetime) -> AsyncIterator[Tx]:
    """A transaction that sees the inventory of a moment, and is taken back.

    It is computed from the imports, decisions and mappings that counted then, by the rules the program has now.
    """
    async with database.transaction(scope, actor=HISTORY, discard=True) as tx:
        await tenants.advance_inventory(tx, scope, None)
        await decisions.revoke_since(tx, scope, moment, HISTORY)
        await moments.count_imports_of(tx, scope, moment)
        for import_id, table_no in await moments.map_as_of(tx, scope, moment):
            await cleanse_again(tx, scope, import_id, table_no)
        await recompute(tx, scope, moment.date())
        yield tx


async def picture_at(database: Database, scope: Scope, moment: datetime | None) -> Picture:
    """The inventory of a moment; of now where none is named."""
    if moment is None:
        async with database.transaction(scope, actor=HISTORY, snapshot=True) as tx:
            return await picture(tx, scope)
    async with as_of(database, scope, moment) as tx:
        return await picture(tx, scope)


async def between_exports(database: Database, scope: Scope, older: str, newer: str, limit: int) -> dict[str, Any]:
    """What one export of a source says differently from another: assets that appear and vanish, values that change.

    Each is read as if it were all there is, without decisions; which of their assets are one is known from the whole
    inventory. `sources` says whose exports they are. Raises ImportNotFound, UsageError.
    """
    async with database.transaction(scope, actor=HISTORY, snapshot=True) as tx:
        rows = [await imports.named(tx, scope, wanted) for wanted in (older, newer)]
        whole = (await picture(tx, scope)).links.rename({"asset_id": "whole"})
    if any(row.undone_at is not None for row in rows):
        raise UsageError("An import that was undone has no place in the inventory; run its file again to compare it.")
    alone = [await _alone(database, scope, row.id) for row in rows]
    before, after = (replace(one, links=_known_as(one.links, whole)) for one in alone)
    return {**difference(before, after, limit).told, "sources": [row.source for row in rows]}


def _known_as(links: pl.DataFrame, whole: pl.DataFrame) -> pl.DataFrame:
    """Links by the asset that the whole inventory knows, in place of records: two exports share none of these."""
    return links.join(whole, on="record_id").select(record_id="whole", asset_id="asset_id").unique()


async def _alone(database: Database, scope: Scope, import_id: UUID) -> Picture:
    async with database.transaction(scope, actor=HISTORY, discard=True) as tx:
        await tenants.advance_inventory(tx, scope, None)
        await decisions.revoke_since(tx, scope, BEGINNING, HISTORY)
        await moments.count_alone(tx, scope, import_id)
        await recompute(tx, scope)
        return await picture(tx, scope)
