"""No wave holds production and nonproduction."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    mixed = placed.assets.filter(pl.col("stage").n_unique().over("wave") > 1)
    tests = pl.col("stage") == "nonproduction"
    fewer = tests.sum().over("wave") * 2 <= pl.len().over("wave")
    odd = mixed.filter(pl.when(fewer).then(tests).otherwise(~tests))
    return Judged(placed.assets.height, broken(odd, "wave", "asset_no"))


CONDITION = Condition(
    weight=10,
    reason="Both have their own hours, approvals and ways back.",
    broken="{asset} is of another stage than most of wave {wave}.",
    remedy="Pin it to a wave of its own stage, or take its pin back.",
    judge=judge,
)
