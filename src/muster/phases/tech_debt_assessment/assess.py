"""The assessment: every check over every asset, slice by slice; each different finding is worded once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from muster.phases.tech_debt_assessment import checks
from muster.phases.tech_debt_assessment.check import Check
from muster.phases.tech_debt_assessment.facts import read_facts
from muster.vocabulary.catalogue import load
from muster.vocabulary.issue import Issue

TEXT: dict[str, type[pl.DataType]] = {
    "check": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "remedy": pl.String,
    "confidence": pl.Float64,
    "detail": pl.String,
}
FINDING_SCHEMA = {"asset_no": pl.Int64, **TEXT}
SLICE = 1 << 16  # assets whose facts are in memory at a time


@dataclass(frozen=True, slots=True)
class Assessed:
    """What the checks say. `findings`: per different finding of a slice TEXT and asset_no, the list of its assets."""

    findings: pl.DataFrame
    gaps: tuple[Issue, ...]


@cache
def all_checks() -> dict[str, Check]:
    """Every check by name, sorted."""
    return load(checks, "CHECK", Check)


def assess(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None) -> pl.DataFrame:
    """The findings on `assets` (asset_no, asset_type and any attributes) as of a day: FINDING_SCHEMA, sorted."""
    found = judge(assets, as_of, degrees).findings.explode("asset_no")
    return found.select(*FINDING_SCHEMA).cast(FINDING_SCHEMA).sort("asset_no", "check")  # type: ignore[arg-type]


def gaps(assets: pl.DataFrame, as_of: date) -> tuple[Issue, ...]:
    """Facts that no source carries for any asset they apply to: said once, not on every asset."""
    return judge(assets, as_of).gaps


def judge(assets: pl.DataFrame, as_of: date, degrees: pl.DataFrame | None = None) -> Assessed:
    """The findings on `assets` and the gaps of their sources; `degrees` as in facts.Facts."""
    told = read_facts(assets, as_of, degrees)
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in all_checks()}
    concerned, carried = set[str](), set[str]()
    for start in range(0, assets.height, SLICE):
        known = told.of(assets.slice(start, SLICE))
        for name, check in all_checks().items():
            parts[name] += _findings(known, name, check, as_of)
            some, filled = _carried(known, check)
            concerned |= {name} if some else set()
            carried |= {name} if filled else set()
    missing = {name: check for name, check in all_checks().items() if name in concerned and name not in carried}
    found = [frame for name, frames in parts.items() if name not in missing for frame in frames]
    empty = pl.DataFrame(schema={**TEXT, "asset_no": pl.List(pl.Int64)})
    return Assessed(pl.concat([empty, *found]), tuple(_gap(name, check) for name, check in missing.items()))


def _gap(name: str, check: Check) -> Issue:
    return Issue(
        code="fact_in_no_source",
        message=f"No source says {' or '.join(check.attributes)} for any asset, so {name} was not assessed.",
        hint=f"Import a file that has {check.attributes[0]}, or map the column that holds it.",
        rule=name,
    )


def _carried(known: pl.DataFrame, check: Check) -> tuple[bool, bool]:
    """Whether the check concerns some of these assets, and whether a source carries its fact for one of them."""
    if not check.attributes:
        return False, True
    applies = pl.lit(True) if check.applies is None else check.applies
    filled = pl.any_horizontal(pl.col(name).is_not_null() for name in check.attributes)
    row = known.select(some=applies.any(), filled=(applies & filled).any()).row(0)
    return bool(row[0]), bool(row[1])


def _findings(known: pl.DataFrame, name: str, check: Check, as_of: date) -> Iterator[pl.DataFrame]:
    """Who the check fires on; assets with the same facts share a finding, which is worded once."""
    when = check.fires(as_of)
    if check.applies is not None:
        when = when & check.applies
    texts = _texts(name, check)
    facts = sorted({root for text in texts.values() for root in text.meta.root_names()})
    struck = known.lazy().filter(when).select("asset_no", *facts)
    grouped = struck.group_by(facts).agg("asset_no") if facts else struck.select(pl.col("asset_no").implode())
    found = grouped.select(**texts, asset_no="asset_no").filter(pl.col("asset_no").list.len() > 0).collect()
    if found.height:
        yield found


def _texts(name: str, check: Check) -> Mapping[str, pl.Expr]:
    """The words of a finding, as TEXT."""
    return {
        "check": pl.lit(name),
        "severity": pl.lit(str(check.severity)),
        "message": pl.lit(check.message) if isinstance(check.message, str) else check.message,
        "remedy": pl.lit(check.remedy),
        "confidence": pl.lit(check.confidence) if isinstance(check.confidence, float) else check.confidence,
        "detail": pl.lit(None, pl.String) if check.detail is None else check.detail,
    }
