"""Some columns of the table `asset`, in slices: what can be looked through without holding a million assets at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import polars as pl

from muster.store.frames import Rows, copied, frame_of
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
SLICE = 50_000


async def slices(tx: Tx, scope: Scope, names: Sequence[str]) -> AsyncIterator[pl.DataFrame]:
    """The id and the named attributes of all assets, in order of id."""
    after = 0
    while True:
        found = await _read(tx, scope, names, "id > $3 order by id limit $4", after, SLICE)
        if found.height:
            yield found
        if found.height < SLICE:
            return
        after = found["id"][-1]


async def _read(tx: Tx, scope: Scope, names: Sequence[str], which: str, *values: object) -> pl.DataFrame:
    catalogue = attributes()
    listed = [f"array_to_string({name}, E'\\x1f')" if catalogue[name].multi_valued else name for name in names]
    query = f"select {', '.join(['id', *listed])} from asset where {TENANT} and {which}"
    text = await copied(tx, query, scope.client_account_id, scope.engagement_id, *values)
    return await asyncio.to_thread(frame_of, Rows(text, ("id", *names)))
