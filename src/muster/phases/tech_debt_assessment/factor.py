"""One factor of a score: how much it weighs and why, whom it concerns, and how far it goes from 0 to 1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

# Below this share of the weight that concerns an asset a score is not told: it would be made of what is not known.
LEAST_KNOWN = 0.3


@dataclass(frozen=True, slots=True)
class Factor:
    """`level`: from 0 (adds nothing) to 1 (adds all of its weight), null where no source tells; it reads facts.facts.

    `applies` says whom it concerns; it counts for nobody else. `seen`: the facts that `level` was read from.
    """

    name: str
    weight: int
    reason: str
    level: Callable[[date], pl.Expr]
    seen: tuple[str, ...]
    applies: pl.Expr | None = None


SCORE: dict[str, type[pl.DataType]] = {
    "score": pl.Float64,  # 0 to 100, null where too little is known
    "low": pl.Float64,  # what it is at least and at most, whatever is not known
    "high": pl.Float64,
    "known": pl.Float64,  # share of the weight that is known, 0 to 1; null where no factor concerns the asset
}


def scored(known: pl.DataFrame, factors: Sequence[Factor], as_of: date, prefix: str) -> pl.DataFrame:
    """`known` (facts.facts) with the columns of SCORE under a prefix.

    score = 100 x sum(weight x level) / sum(weight), both over the factors that concern the asset and are known.
    low and high = the same over all that concern it, with 0 and with 1 for what is not known.
    """
    names = [factor.name for factor in factors]
    levels = known.select(factor.level(as_of).cast(pl.Float64).clip(0, 1).alias(factor.name) for factor in factors)
    weights = known.select(_weight(factor).alias(f"{factor.name} weight") for factor in factors)
    told = pl.concat([levels, weights], how="horizontal")
    weighed = [(pl.col(name), pl.col(f"{name} weight")) for name in names]
    sums = told.select(
        points=pl.sum_horizontal((level * weight).fill_null(0.0) for level, weight in weighed),
        whole=pl.sum_horizontal(weight for _, weight in weighed),
        told=pl.sum_horizontal(pl.when(level.is_not_null()).then(weight).otherwise(0.0) for level, weight in weighed),
    )
    points, whole, enough = pl.col("points"), pl.col("whole"), pl.col("told") >= LEAST_KNOWN * pl.col("whole")
    scores = sums.select(
        pl.when(whole > 0, enough).then((100 * points / pl.col("told")).round(1)).alias(f"{prefix}_score"),
        pl.when(whole > 0).then((100 * points / whole).round(1)).alias(f"{prefix}_low"),
        pl.when(whole > 0).then((100 * (points + whole - pl.col("told")) / whole).round(1)).alias(f"{prefix}_high"),
        pl.when(whole > 0).then((pl.col("told") / whole).round(3)).alias(f"{prefix}_known"),
    )
    return pl.concat([known, scores], how="horizontal")


def _weight(factor: Factor) -> pl.Expr:
    """The weight for whom the factor concerns, 0 for all others."""
    weight = pl.lit(float(factor.weight))
    return pl.when(pl.lit(True) if factor.applies is None else factor.applies).then(weight).otherwise(0.0)


def parts(factors: Sequence[Factor], known: pl.DataFrame, as_of: date) -> list[dict[str, object]]:
    """What each factor contributes to the scores of assets (facts.facts), one entry an asset and factor of its:
    asset_no, factor, weight, level (None: not known), points of 100 among what is known, seen (the facts), reason.
    """
    frames = [_part(factor, known, as_of) for factor in factors]
    every = pl.concat(frames).with_columns(
        told=pl.col("weight").filter(pl.col("level").is_not_null()).sum().over("asset_no")
    )
    points = (100 * pl.col("weight") * pl.col("level") / pl.col("told")).round(1)
    return every.with_columns(points=points).drop("told").to_dicts()


def _part(factor: Factor, known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    concerned = known if factor.applies is None else known.filter(factor.applies)
    seen = [pl.format(f"{name}: {{}}", pl.col(name).cast(pl.String)) for name in factor.seen]
    return concerned.select(
        "asset_no",
        factor=pl.lit(factor.name),
        weight=pl.lit(float(factor.weight)),
        level=factor.level(as_of).cast(pl.Float64).clip(0, 1),
        seen=pl.concat_str(*seen, separator="; ", ignore_nulls=True),
        reason=pl.lit(factor.reason),
    )
