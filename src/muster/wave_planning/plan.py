"""A wave plan: a pure function of the estate and of what is asked, judged from scratch each time."""

from dataclasses import dataclass
from math import inf

import polars as pl

from muster.vocabulary.catalogue import load
from muster.wave_planning import conditions
from muster.wave_planning.capacity import MEASURES, Load, measured
from muster.wave_planning.condition import BROKEN_SCHEMA, Condition, Judged, Placed
from muster.wave_planning.constraints import Constraints, calendar
from muster.wave_planning.estate import Estate
from muster.wave_planning.order import assign
from muster.wave_planning.priority import with_priority
from muster.wave_planning.risks import risks
from muster.wave_planning.units import Units, units
from muster.wave_planning.windows import with_windows

CONDITIONS = load(conditions, "CONDITION", Condition)


@dataclass(frozen=True, slots=True)
class Plan:
    """`assets`: wave, window, unit, why, priority 0..100 and what is known of each. `waves`: wave, stage, machines,
    terabytes (null where no size is known), assets, units, applications, score, confidence_* (share 0..1 of assets of
    which that is known), first_day, last_day.
    `broken`: condition, wave, asset_no, other_no. `risks`: wave, risk, mitigation, assets. `score` 0..100 of the plan.
    `cut`: cycles that no wave can hold, as lists of asset numbers. `loads`: as condition.Placed has them; empty where
    neither waves nor windows were limited. `uncounted`: what is no machine, as counted.uncounted has it.
    """

    assets: pl.DataFrame
    waves: pl.DataFrame
    broken: pl.DataFrame
    risks: pl.DataFrame
    score: float
    cut: tuple[tuple[int, ...], ...]
    loads: pl.DataFrame
    uncounted: pl.DataFrame


def plan(estate: Estate, asked: Constraints) -> Plan:
    """Plan an estate. The same estate and constraints give the same plan; pins hold, whatever they cost the score."""
    found = units(estate, asked)
    placed = found.members.join(assign(found, estate.needs, asked), on="unit", how="left", maintain_order="left")
    return judge(estate, found, placed, asked)


def judge(estate: Estate, found: Units, placed: pl.DataFrame, asked: Constraints) -> Plan:
    """Score an assignment (members of units with their wave) as it stands, wherever it came from."""
    pinned = pl.col("asset_no").is_in(list(asked.pins))
    windowed = with_windows(placed.with_columns(pinned=pinned), estate.needs, asked)
    assets = with_priority(windowed, estate)
    sizes = assets.group_by("wave").agg(measured()[0]).sort("wave")
    loads = _loads(assets, asked)
    board = Placed(assets, estate.needs, found.chatty, sizes, asked.smallest, asked.largest, loads)
    verdicts = {name: condition.judge(board) for name, condition in CONDITIONS.items()}
    told = [verdict.broken.with_columns(condition=pl.lit(name)) for name, verdict in verdicts.items()]
    broken = pl.concat(told).select("condition", *BROKEN_SCHEMA)
    cut = tuple(tuple(assets.filter(pl.col("unit").is_in(loop)).get_column("asset_no").to_list()) for loop in found.cut)
    waves = _waves(assets, broken, asked)
    dangers = risks(assets, broken, estate, cut)
    return Plan(assets, waves, broken, dangers, _score(verdicts), cut, loads, estate.uncounted)


def _loads(assets: pl.DataFrame, asked: Constraints) -> pl.DataFrame:
    """What each wave and each window holds, and which of its limits that exceeds; only where there are limits."""
    asks = ((asked.capacity.limits, ("wave",)), (asked.window.limits, ("wave", "window")))
    found = [_load(assets, limits, by) for limits, by in asks if min(limits) < inf]
    if not found:
        return _load(assets.clear(), (inf, inf, inf), ("wave", "window"))
    return pl.concat(found).sort("wave", "window", nulls_last=False)


def _load(assets: pl.DataFrame, limits: Load, by: tuple[str, ...]) -> pl.DataFrame:
    held = assets.group_by(by).agg(measured())
    over = [
        pl.when(pl.col(name) > limit + 1e-9).then(pl.lit(name)) for name, limit in zip(MEASURES, limits, strict=True)
    ]
    window = pl.col("window") if "window" in by else pl.lit(None, pl.Int64)
    return held.select("wave", window.alias("window"), *MEASURES, over=pl.concat_list(over).list.drop_nulls())


def _score(verdicts: dict[str, Judged]) -> float:
    """Per condition the share of what was looked at that keeps it, weighted; a condition without a case has no say."""
    weights = [(CONDITIONS[name].weight, verdict) for name, verdict in verdicts.items() if verdict.looked_at]
    if not weights:
        return 100.0
    kept = sum(weight * (1 - min(1.0, verdict.broken.height / verdict.looked_at)) for weight, verdict in weights)
    return float(round(100 * kept / sum(weight for weight, _ in weights), 2))


def _waves(assets: pl.DataFrame, broken: pl.DataFrame, asked: Constraints) -> pl.DataFrame:
    """One row per wave. Its score is the weighted share of its assets that break nothing."""
    weight = {name: condition.weight for name, condition in CONDITIONS.items()}
    total = sum(weight.values())
    hit = broken.unique(["condition", "wave", "asset_no"]).with_columns(
        lost=pl.col("condition").replace_strict(weight, return_dtype=pl.Float64)
    )
    lost = hit.group_by("wave").agg(pl.col("lost").sum())
    shares = {
        f"confidence_{what}": pl.col(f"known_{what}").mean().round(3)
        for what in ("environment", "criticality", "complexity")
    }
    machines, terabytes, _ = measured()
    waves = assets.group_by("wave").agg(
        machines,
        terabytes=pl.when(pl.col("gigabytes").is_not_null().any()).then(terabytes),
        stage=pl.when(pl.col("stage").n_unique() == 1).then(pl.col("stage").first()).otherwise(pl.lit("mixed")),
        assets=pl.len().cast(pl.Int64),
        units=pl.col("unit").n_unique().cast(pl.Int64),
        applications=pl.col("application").drop_nulls().unique().sort(),
        confidence_size=pl.col("gigabytes").is_not_null().filter(pl.col("machine")).mean().round(3),
        priority=pl.col("priority").mean().round(1),
        confidence_dependencies=pl.col("known_dependencies").mean().round(3),
        **shares,
    )
    joined = waves.join(lost, on="wave", how="left").sort("wave")
    scored = joined.with_columns(score=(100 * (1 - pl.col("lost").fill_null(0) / (total * pl.col("assets")))).round(2))
    last = int(max([0, *scored["wave"].to_list()]))
    days = dict(enumerate(calendar(last, asked), 1))
    spans = [days[wave] or (None, None) for wave in scored["wave"].to_list()]
    return scored.drop("lost").with_columns(
        first_day=pl.Series([first for first, _ in spans], dtype=pl.Date),
        last_day=pl.Series([last for _, last in spans], dtype=pl.Date),
    )
