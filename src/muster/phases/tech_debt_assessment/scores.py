"""Complexity, technical debt and a proposed strategy of assets, over facts.facts as of a day."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment import complexity, debt_score
from muster.phases.tech_debt_assessment.factor import parts, scored
from muster.phases.tech_debt_assessment.facts import Facts, read_facts
from muster.phases.tech_debt_assessment.strategy import RULES, STATED, Rule, Strategy

LEAST_POINTS = 3  # fewer do not make a proposal
OPEN = 2  # what is added below the line, so that few points are never sure
FACTORS = {"complexity": complexity.FACTORS, "debt": debt_score.FACTORS}
SLICE = 1 << 16  # assets whose facts are in memory at a time
NUMBERS = tuple(f"{kind}_{column}" for kind in FACTORS for column in ("score", "low", "high", "known"))
STRATEGY: dict[str, type[pl.DataType]] = {
    "strategy": pl.String,  # what the source says, else what the rules propose
    "strategy_by": pl.String,  # 'source' or 'rules'
    "proposed": pl.String,  # what the rules propose, whatever the source says
    "confidence": pl.Float64,  # of what the rules propose; null where they settle nothing
}
SCORES: dict[str, type[pl.DataType]] = {"asset_no": pl.Int64, **dict.fromkeys(NUMBERS, pl.Float64), **STRATEGY}


def scores(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None) -> pl.DataFrame:
    """SCORES of every asset, in order; the facts of few assets are in memory at a time."""
    told = read_facts(assets, as_of, degrees)
    pieces = [pl.DataFrame(schema=SCORES)]
    pieces += [_scores(told, assets.slice(start, SLICE), as_of) for start in range(0, assets.height, SLICE)]
    return pl.concat(pieces)


def _scores(told: Facts, assets: pl.DataFrame, as_of: date) -> pl.DataFrame:
    return proposed(measured(told.of(assets), as_of)).select(*SCORES)


def measured(known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """facts.facts with complexity and debt: score, low, high and known of each, see factor.scored."""
    for kind, factors in FACTORS.items():
        known = scored(known, factors, as_of, kind)
    return known


def proposed(known: pl.DataFrame) -> pl.DataFrame:
    """`measured` facts with STRATEGY.

    The proposal is the strategy with the most points, where they are LEAST_POINTS and more than any other has.
    confidence = points / (points + points of the next + OPEN).
    """
    # Points and the strategy in one number, so that the greatest tells both; of equal points the first strategy's is.
    ways = [way for way in Strategy if way is not Strategy.TO_BE_CONFIRMED]
    coded = {str(way): _points(way) * len(ways) + (len(ways) - 1 - place) for place, way in enumerate(ways)}
    points = known.lazy().select(**coded).with_columns(first=pl.max_horizontal(*coded))
    others = (pl.when(pl.col(name) != pl.col("first")).then(pl.col(name)) for name in coded)
    ranked = points.select(
        best=pl.col("first") // len(ways),
        second=pl.max_horizontal(*others) // len(ways),
        way=len(ways) - 1 - pl.col("first") % len(ways),
    ).collect()
    settled = (pl.col("best") >= LEAST_POINTS) & (pl.col("best") > pl.col("second"))
    words = dict(enumerate(map(str, ways)))
    named = pl.col("way").replace_strict(words, default=None, return_dtype=pl.String)
    rest = pl.col("second").clip(lower_bound=0)
    found = ranked.select(
        proposed=pl.when(settled).then(named).otherwise(pl.lit(str(Strategy.TO_BE_CONFIRMED))),
        confidence=pl.when(settled).then((pl.col("best") / (pl.col("best") + rest + OPEN)).round(2)),
    )
    stated = pl.col("migration_strategy").replace_strict(STATED, default=None, return_dtype=pl.String)
    return pl.concat([known, found], how="horizontal").with_columns(
        strategy=pl.coalesce(stated, "proposed"),
        strategy_by=pl.when(stated.is_not_null()).then(pl.lit("source")).otherwise(pl.lit("rules")),
    )


def _points(way: Strategy) -> pl.Expr:
    return pl.sum_horizontal(
        pl.when(rule.when).then(rule.weight).otherwise(0).cast(pl.Int64) for rule in RULES if rule.strategy is way
    )


def explained(known: pl.DataFrame, as_of: date) -> dict[str, list[dict[str, object]]]:
    """What the scores of a few assets (`measured` facts) are made of: complexity and debt by factor, and the rules."""
    told = {kind: parts(factors, known, as_of) for kind, factors in FACTORS.items()}
    return {**told, "rules": rules_of(known)}


def rules_of(known: pl.DataFrame, rules: Sequence[Rule] = RULES) -> list[dict[str, object]]:
    """The rules that hold for assets (`measured` facts), strongest first: asset_no, strategy, rule, weight, reason."""
    held = [
        known.filter(rule.when).select(
            "asset_no",
            strategy=pl.lit(str(rule.strategy)),
            rule=pl.lit(rule.name),
            weight=pl.lit(rule.weight),
            reason=pl.lit(rule.reason),
        )
        for rule in rules
    ]
    return pl.concat(held).sort("asset_no", pl.col("weight").abs(), descending=[False, True]).to_dicts()
