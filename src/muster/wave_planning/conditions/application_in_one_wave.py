"""All of an application that is of one stage moves in one wave."""

import polars as pl

from muster.wave_planning.condition import Condition, Judged, Placed, broken


def judge(placed: Placed) -> Judged:
    parts = placed.assets.filter(pl.col("application").is_not_null())
    first = pl.col("wave").min().over("application", "stage")
    head = pl.col("asset_no").sort_by("wave", "asset_no").first().over("application", "stage")
    late = parts.with_columns(first=first, head=head).filter(pl.col("wave") != pl.col("first"))
    return Judged(parts.height, broken(late, "wave", "asset_no", "head"))


CONDITION = Condition(
    weight=20,
    reason="Half an application in each place is tested twice and can be rolled back by nobody.",
    broken="{asset} moves in another wave than {other} of the same application.",
    remedy="Pin the parts to one wave, or correct which application it belongs to.",
    judge=judge,
)
