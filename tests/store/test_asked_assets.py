"""The database looks through the names of assets for those that ends of dependencies may mean, and loses none."""

from itertools import product

import polars as pl
import pytest

from muster.phases.dependency_analysis.ends import answering, is_address, plain
from muster.store import asset_columns
from muster.store.transaction import Database, Tx
from muster.vocabulary.scope import Scope

SIGNS = ("a", "B", "1", ".", ":", " ", "\t", "\u00a0", "\u212a", "\u0130")
TEXTS = ["".join(signs) for length in (1, 2, 3) for signs in product(SIGNS, repeat=length)]
ADDRESSES = ["10.0.0.1", "10.0.0.2 ", "10.0.0.3.", "2001:DB8::1", "2001:db8:0::2"]
ADD = """insert into asset (client_account_id, engagement_id, id, content_hash, name, asset_type, type_reason_id,
  hostname, ip_address)
select $1, $2, row_number() over (), 0, 'x', 'server', 1, t, a
from unnest($3::text[], $4::text[]) as n (t, a)"""


async def meant(tx: Tx, scope: Scope, wanted: pl.Series) -> set[int]:
    keys = wanted.to_frame("key")
    asked = asset_columns.Asked(
        heads=keys["key"].str.splitn(".", 2).struct.field("field_0").unique().to_list(),
        addresses=keys.filter(is_address(pl.col("key")))["key"].to_list(),
        colons=bool(wanted.str.contains(":", literal=True).any()),
    )
    found = [piece async for piece in asset_columns.answering(tx, scope, ["hostname"], asked, [1])]
    return {int(number) for piece in found for number in piece["id"]}


@pytest.mark.parametrize("every", [1, 2, 5, 97])
async def test_no_asset_is_lost_whose_name_can_answer(database: Database, scope: Scope, every: int) -> None:
    texts, addresses = [*TEXTS, *["y"] * len(ADDRESSES)], [*["192.0.2.1"] * len(TEXTS), *ADDRESSES]
    named = pl.DataFrame({"asset_no": range(1, len(texts) + 1), "text": texts})
    wanted = named.select(plain(pl.col("text"))).to_series().unique(maintain_order=True).gather_every(every)
    exact = answering(named, wanted)
    if not wanted.str.contains(":", literal=True).any():
        exact = exact.filter(~pl.col("key").str.contains(":", literal=True))
    async with database.transaction(scope, actor="test", discard=True) as tx:
        await tx.execute(ADD, scope.client_account_id, scope.engagement_id, texts, addresses)
        found = await meant(tx, scope, wanted)
        assert set(exact["asset_no"]) - found == set()
        assert await meant(tx, scope, pl.Series(["nobody"])) < set(named["asset_no"])
        told = await meant(tx, scope, pl.Series(["10.0.0.1", "10.0.0.2", "10.0.0.3", "2001:db8::1"]))
        assert {*range(len(TEXTS) + 1, len(texts) + 1)} <= told
