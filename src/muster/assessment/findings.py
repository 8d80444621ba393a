"""The findings of an engagement as of any day: those that are stored where they are of that day, else computed now."""

from datetime import date
from typing import Any

import polars as pl

from muster.phases.tech_debt_assessment.assess import judge
from muster.phases.tech_debt_assessment.check import Severity
from muster.phases.tech_debt_assessment.phase import load_estate
from muster.store import debt, inventory_reading, move_plan
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

WORST_FIRST = [str(severity) for severity in Severity]


async def findings(
    tx: Tx, scope: Scope, as_of: date, severity: str | None = None, check: str | None = None
) -> list[dict[str, Any]]:
    """Every finding with its asset, worst first, of one severity or one check where asked: asset_id, asset, check,
    severity, message, remedy, confidence, detail, as_of.
    """
    if await debt.assessed_on(tx, scope) == as_of:
        rows = await debt.listing(tx, scope)
        kept = [row for row in rows if row["severity"] == (severity or row["severity"])]
        return [row for row in kept if row["check"] == (check or row["check"])]
    found = await computed(tx, scope, as_of)
    wanted = pl.lit(True)
    for name, word in (("severity", severity), ("check", check)):
        wanted = wanted & (pl.col(name) == word) if word else wanted
    names = await inventory_reading.narrowed(tx, scope, ["name"], plain=("name",))
    told = names.rename({"name": "asset"}).join(await move_plan.public_ids(tx, scope), on="asset_no")
    listed = found.filter(wanted).explode("asset_no").join(told, on="asset_no").sort(_rank(), "asset", "check")
    columns = ("asset_id", "asset", "check", "severity", "message", "remedy", "confidence", "detail")
    return listed.select(*columns, as_of=pl.lit(as_of)).to_dicts()


async def computed(tx: Tx, scope: Scope, as_of: date) -> pl.DataFrame:
    """assess.TEXT, and asset_no: the list of who has it."""
    estate = await load_estate(tx, scope, as_of)
    return judge(estate.assets, as_of, estate.degrees).findings


async def summary(tx: Tx, scope: Scope, as_of: date) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """How many findings there are of each severity, and of each check, worst first."""
    if await debt.assessed_on(tx, scope) == as_of:
        return await debt.by_severity(tx, scope), await debt.by_check(tx, scope)
    counted = (
        (await computed(tx, scope, as_of))
        .group_by("severity", "check")
        .agg(findings=pl.col("asset_no").list.len().sum())
        .sort(_rank(), "findings", "check", descending=[False, True, False])
    )
    severities = counted.group_by("severity").agg(pl.col("findings").sum()).sort("severity")
    return dict(severities.iter_rows()), counted.to_dicts()


def _rank() -> pl.Expr:
    return pl.col("severity").replace_strict(WORST_FIRST, list(range(len(WORST_FIRST))), return_dtype=pl.Int64)
