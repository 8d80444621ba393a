"""Test and development move before production."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    assets = placed.assets
    production = assets.filter(pl.col("stage") == "production")["wave"].min()
    tests = assets.filter(pl.col("stage") == "nonproduction")
    late = tests.filter(pl.col("wave") > production) if production is not None else tests.clear()
    return Judged(tests.height, broken(late, "wave", "asset_no"))


CONDITION = Condition(
    weight=10,
    reason="What fails is learned where nobody's work depends on it.",
    broken="{asset} is no production and moves in wave {wave}, after production has begun.",
    remedy="Take back the pin that puts it there, or say what environment it is.",
    judge=judge,
)
