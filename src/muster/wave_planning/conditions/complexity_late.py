"""Assets that are hard to move, move late."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, too_early

COMPLEX = 70.0  # of 100; the upper third is what people call complex: own judgement


def judge(placed: Placed) -> Judged:
    return too_early(placed, pl.col("complex") >= COMPLEX, pl.col("complex") < COMPLEX)


CONDITION = Condition(
    weight=5,
    reason="Hard moves need a practised team.",
    broken="{asset} is complex and moves early, in wave {wave}, though nothing simpler needs it.",
    remedy="Pin it to a later wave, or look at what makes it complex.",
    judge=judge,
)
