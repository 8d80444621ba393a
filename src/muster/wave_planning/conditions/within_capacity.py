"""No wave and no window holds more than it can take, where limits were asked."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    full = placed.loads.filter(pl.col("over").list.len() > 0).select("wave").unique()
    first = placed.assets.group_by("wave").agg(pl.col("asset_no").min())
    return Judged(placed.loads["wave"].n_unique(), broken(full.join(first, on="wave"), "wave", "asset_no"))


CONDITION = Condition(
    weight=10,
    reason="What a team, or a line between two sites, cannot take is not done when the window closes.",
    broken="Wave {wave}, with {asset}, holds more than it or one of its windows can take.",
    remedy="Ask for more windows or more capacity, or take back a pin; a unit larger than a window is moved in parts.",
    judge=judge,
)
