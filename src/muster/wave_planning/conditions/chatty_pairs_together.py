"""Assets that talk all day move in one wave."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    ends = placed.both(placed.chatty, "a", "b")
    apart = ends.filter(pl.col("wave_one") != pl.col("wave_other"))
    first = apart.with_columns(wave=pl.min_horizontal("wave_one", "wave_other"))
    return Judged(ends.height, broken(first, "wave", "a", "b"))


CONDITION = Condition(
    weight=15,
    reason="Between two sites every one of their many round trips takes longer.",
    broken="{asset} and {other} talk all day and move in different waves.",
    remedy="Pin both to one wave, or measure whether they bear the distance.",
    judge=judge,
)
