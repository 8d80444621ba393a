"""The scores of applications, from those of what they are made of."""

import polars as pl

# An application is about as hard as its hardest part, and harder where all its parts are: own judgement.
HARDEST, MEAN = 0.6, 0.4
OPEN = "To be confirmed"


def by_application(assessed: pl.DataFrame) -> pl.DataFrame:
    """One row an application of `assessed` (reading.assessed), by name.

    complexity and debt = 0.6 x the highest of its members + 0.4 x their mean, over members with a score; null where
    none has one. strategy: what most members have, `To be confirmed` where two are as frequent; agreeing: its share.
    """
    members = assessed.filter(pl.col("application").is_not_null())
    counted = members.group_by("application", "strategy").agg(assets=pl.len())
    most = counted.group_by("application").agg(
        strategy=pl.when((pl.col("assets") == pl.col("assets").max()).sum() == 1)
        .then(pl.col("strategy").sort_by("assets", descending=True).first())
        .otherwise(pl.lit(OPEN)),
        agreeing=(pl.col("assets").max() / pl.col("assets").sum()).round(2),
        strategies=pl.format("{} {}", pl.col("strategy"), pl.col("assets")).sort().str.join(", "),
    )
    scored = members.group_by("application").agg(
        pl.len().alias("assets"),
        *(_whole(kind) for kind in ("complexity", "debt")),
        *(pl.col(f"{kind}_score").count().alias(f"{kind}_scored") for kind in ("complexity", "debt")),
    )
    return scored.join(most, on="application", how="left").sort("application")


def _whole(kind: str) -> pl.Expr:
    score = pl.col(f"{kind}_score")
    return (HARDEST * score.max() + MEAN * score.mean()).round(1).alias(kind)
