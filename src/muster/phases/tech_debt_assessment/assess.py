"""The assessment: every check over every asset, as one frame of findings."""

from datetime import date
from functools import cache

import polars as pl

from muster.phases.tech_debt_assessment import checks
from muster.phases.tech_debt_assessment.check import Check
from muster.phases.tech_debt_assessment.facts import facts
from muster.vocabulary.catalogue import load
from muster.vocabulary.issue import Issue

FINDING_SCHEMA = {
    "asset_no": pl.Int64,
    "check": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "remedy": pl.String,
    "confidence": pl.Float64,
    "detail": pl.String,
}


@cache
def all_checks() -> dict[str, Check]:
    """Every check by name, sorted."""
    return load(checks, "CHECK", Check)


def assess(assets: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The findings on `assets` (asset_no, asset_type and any attributes) as of a day: FINDING_SCHEMA, sorted."""
    return judge(assets, as_of)[0]


def gaps(assets: pl.DataFrame, as_of: date) -> tuple[Issue, ...]:
    """Facts that no source carries for any asset they apply to: said once, not on every asset."""
    return judge(assets, as_of)[1]


def judge(assets: pl.DataFrame, as_of: date) -> tuple[pl.DataFrame, tuple[Issue, ...]]:
    """What `assess` and what `gaps` answer, from one reading of the facts."""
    known = facts(assets, as_of)
    missing = {name: check for name, check in all_checks().items() if _is_gap(known, check)}
    found = [pl.DataFrame(schema=FINDING_SCHEMA)]
    found += [_findings(known, name, check, as_of) for name, check in all_checks().items() if name not in missing]
    return pl.concat(found).sort("asset_no", "check"), tuple(_gap(name, check) for name, check in missing.items())


def _gap(name: str, check: Check) -> Issue:
    return Issue(
        code="fact_in_no_source",
        message=f"No source says {' or '.join(check.attributes)} for any asset, so {name} was not assessed.",
        hint=f"Import a file that has {check.attributes[0]}, or map the column that holds it.",
        rule=name,
    )


def _is_gap(known: pl.DataFrame, check: Check) -> bool:
    if not check.attributes:
        return False
    concerned = known if check.applies is None else known.filter(check.applies)
    filled = concerned.select(pl.any_horizontal(pl.col(name).is_not_null().any() for name in check.attributes)).item()
    return concerned.height > 0 and not filled


def _findings(known: pl.DataFrame, name: str, check: Check, as_of: date) -> pl.DataFrame:
    when = check.fires(as_of)
    if check.applies is not None:
        when = when & check.applies
    nothing = pl.lit(None, pl.String)
    return (
        known.lazy()
        .filter(when)
        .select(
            "asset_no",
            pl.lit(name).alias("check"),
            pl.lit(str(check.severity)).alias("severity"),
            (pl.lit(check.message) if isinstance(check.message, str) else check.message).alias("message"),
            pl.lit(check.remedy).alias("remedy"),
            (pl.lit(check.confidence) if isinstance(check.confidence, float) else check.confidence).alias("confidence"),
            (nothing if check.detail is None else check.detail).alias("detail"),
        )
        .collect()
    )
