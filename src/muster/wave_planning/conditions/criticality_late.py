"""Assets of high criticality move late."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, too_early


def judge(placed: Placed) -> Judged:
    return too_early(placed, pl.col("critical") >= 2, pl.col("critical") < 2)


CONDITION = Condition(
    weight=10,
    reason="The business's most important systems profit from what earlier waves taught.",
    broken="{asset} is of high criticality and moves early, in wave {wave}, though nothing less critical needs it.",
    remedy="Pin it to a later wave, or record its criticality as it is.",
    judge=judge,
)
