"""Every wave has as many machines as was asked."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    odd = placed.waves.filter(~pl.col("machines").is_between(placed.smallest, placed.largest))
    first = placed.assets.group_by("wave").agg(pl.col("asset_no").min())
    return Judged(placed.waves.height, broken(odd.join(first, on="wave"), "wave", "asset_no"))


CONDITION = Condition(
    weight=10,
    reason="A wave too large cannot be done in its time, one too small is not worth its weekend.",
    broken="Wave {wave}, with {asset}, is not of the size that was asked.",
    remedy="Ask for another range, or split the unit that is larger than a wave.",
    judge=judge,
)
