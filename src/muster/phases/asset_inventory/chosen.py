"""Which id each computed asset has: that of the stored asset it goes on from, or a new one."""

from dataclasses import dataclass, replace

import polars as pl

from muster.phases.asset_inventory.counted import Plan
from muster.phases.asset_inventory.inventory import Placed
from muster.store.frames import ORDINAL_BITS


@dataclass(frozen=True, slots=True)
class Chosen:
    """`alone`: asset_id, fresh of the records that are alone, row by row those of the plan; `placed`: asset_no,
    asset_id, fresh of the others' assets; `standing`: those ids that are stored; `gone`: stored ones that are none of
    them; `next_id`: the first id free afterwards.
    """

    alone: pl.DataFrame
    placed: pl.DataFrame
    standing: pl.Series
    gone: pl.Series
    next_id: int


def choose(plan: Plan, old: pl.DataFrame, next_id: int) -> Chosen:
    """An asset keeps its id while it keeps its records."""
    alone = plan.alone.to_frame("record_id").with_columns(key=-pl.col("record_id"))
    placed = [] if plan.placed is None else [plan.placed.claims.select("record_id", key="asset_no")]
    now = pl.concat([alone, *placed])
    stood = old.select("record_id", "asset_id").drop_nulls()
    taken = _kept(stood.join(now, on="record_id"))
    keys = now.select("key").unique(maintain_order=True).join(taken, on="key", how="left", maintain_order="left")
    fresh = pl.col("asset_id").is_null()
    numbered = pl.coalesce("asset_id", fresh.cast(pl.Int64).cum_sum() + (next_id - 1))
    ids = keys.select("key", fresh=fresh, asset_id=numbered)
    single, several = ids[: plan.alone.len()].drop("key"), ids[plan.alone.len() :].rename({"key": "asset_no"})
    gone_blocks = [block.id for block in plan.evidence.blocks if not block.live]
    block = pl.col("record_id") // 2**ORDINAL_BITS
    concerned = stood.filter(pl.col("record_id").is_in(plan.touched.implode()) | block.is_in(gone_blocks))
    held = concerned["asset_id"].unique()
    gone = held.filter(~held.is_in(taken["asset_id"].implode()))
    return Chosen(single, several, taken["asset_id"], gone, next_id + int(ids["fresh"].sum()))


def _kept(met: pl.DataFrame) -> pl.DataFrame:
    """key, asset_id: which stored asset each computed one goes on from. `met`: record_id, asset_id, key.

    Those that have most records in common find each other first, of equals those with the oldest record: what is split
    off takes the id with it only where it is the greater half, or the older of two equal ones.
    """
    shared = met.group_by("asset_id", "key").agg(records=pl.len(), first=pl.col("record_id").min())
    left = shared.sort("records", "first", descending=[True, False]).select("key", "asset_id")
    taken = [left.clear()]
    while left.height:
        found = left.filter(pl.col("key").is_first_distinct() & pl.col("asset_id").is_first_distinct())
        left = left.join(found, on="key", how="anti", maintain_order="left")
        left = left.join(found, on="asset_id", how="anti", maintain_order="left")
        taken.append(found)
    return pl.concat(taken)


def with_placed(chosen: Chosen, placed: Placed) -> Chosen:
    """What `choose` says with the records that are not alone, where it was asked without them and nothing stood."""
    keys = placed.claims.select("asset_no").unique(maintain_order=True)
    ids = pl.int_range(chosen.next_id, chosen.next_id + keys.height, dtype=pl.Int64, eager=True)
    named = keys.with_columns(fresh=pl.lit(True), asset_id=ids)
    return replace(chosen, placed=named, next_id=chosen.next_id + keys.height)
