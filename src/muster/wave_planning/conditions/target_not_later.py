"""What an asset needs moves in the same wave or an earlier one."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    ends = placed.both(placed.needs, "source_no", "target_no")
    # A test system that uses a production service waits for nobody: tests move first, by the condition of its own.
    ends = ends.filter(pl.col("stage_one") == pl.col("stage_other"))
    late = ends.filter(pl.col("wave_other") > pl.col("wave_one"))
    return Judged(ends.height, broken(late, "wave_one", "source_no", "target_no"))


CONDITION = Condition(
    weight=20,
    reason="Until its target follows, every call goes back to the old site.",
    broken="{asset} moves before {other}, which it needs.",
    remedy="Move the target earlier, or plan a connection to the old site until its wave is done.",
    judge=judge,
)
