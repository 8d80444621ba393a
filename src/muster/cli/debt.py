"""muster debt: what is wrong with the technology of the estate, and what may become of it."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from muster.assessment import exploited
from muster.assessment.applications import by_application
from muster.assessment.findings import findings
from muster.assessment.findings import summary as counted
from muster.assessment.readiness import readiness as looked_at
from muster.assessment.reading import assessed, known_facts, of_asset
from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_result, write_rows
from muster.cli.session import tenant
from muster.phases.tech_debt_assessment.scores import FACTORS
from muster.phases.tech_debt_assessment.strategy import RULES, Strategy
from muster.store import decisions, lineage, said_of_assets
from muster.vocabulary import clock
from muster.vocabulary.errors import UsageError

AsOf = Annotated[str | None, Parameter(name="--as-of", help="The day to judge support by, YYYY-MM-DD; default today.")]
Asset = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]
Most = Annotated[int, Parameter(help="How many lines the table has at most; json has all.")]
OF_APPLICATIONS = ("application", "assets", "complexity", "debt", "strategy", "agreeing", "strategies")
OF_ASSETS = (
    "name", "asset_type", "application", "complexity_score", "complexity_low", "complexity_high",
    "debt_score", "debt_low", "debt_high", "debt_known",
)  # fmt: skip
OF_STRATEGIES = (
    "name", "asset_type", "application", "strategy", "strategy_by", "proposed", "confidence", "author", "reason",
)  # fmt: skip
WORDS = {str(one).casefold().replace(" ", "-"): one for one in Strategy}


def _day(text: str | None) -> date:
    try:
        return clock.today() if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--as-of {text!r} is no day; write YYYY-MM-DD.") from error


@command
async def list_(
    *,
    severity: Annotated[str | None, Parameter(help="Only findings of this severity.")] = None,
    check: Annotated[str | None, Parameter(help="Only findings of this check.")] = None,
    as_of: AsOf = None,
    place: Place = HERE,
) -> None:
    """Every finding with its asset, worst first."""
    day = _day(as_of)
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await findings(tx, scope, day, severity, check)
    write_rows(rows, ("severity", "asset", "check", "message", "remedy", "confidence"), place.format, "Findings")


@command
async def summary(*, as_of: AsOf = None, place: Place = HERE) -> None:
    """How many findings there are of each severity and check."""
    day = _day(as_of)
    async with tenant(place, snapshot=True) as (tx, scope):
        severities, checks = await counted(tx, scope, day)
    if place.format is Format.JSON:
        write_json({"by_severity": severities, "by_check": checks})
    else:
        write_rows(checks, ("severity", "check", "findings"), place.format, "Findings")


@command
async def scores(
    *,
    by: Annotated[str, Parameter(help="asset or application.")] = "asset",
    as_of: AsOf = None,
    most: Most = 100,
    place: Place = HERE,
) -> None:
    """Complexity and technical debt, 0 to 100, with the range that is left by what is not known; highest debt first."""
    day = _day(as_of)
    async with tenant(place, snapshot=True) as (tx, scope):
        found = await assessed(tx, scope, day)
    if by not in ("asset", "application"):
        raise UsageError(f"--by {by!r}: write asset or application.")
    if by == "application":
        shown = by_application(found).sort("debt", "application", descending=[True, False], nulls_last=True)
        _write(shown, OF_APPLICATIONS, most, place, "Scores")
    else:
        shown = found.sort("debt_score", "name", descending=[True, False], nulls_last=True)
        _write(shown, OF_ASSETS, most, place, "Scores")


@command
async def propose(
    *,
    strategy: Annotated[str | None, Parameter(help="Only assets with this strategy.")] = None,
    as_of: AsOf = None,
    most: Most = 100,
    place: Place = HERE,
) -> None:
    """What may become of each asset: what a person decided, else what the source says, else what the rules propose."""
    day, wanted = _day(as_of), None if strategy is None else str(_strategy(strategy))
    async with tenant(place, snapshot=True) as (tx, scope):
        found = await assessed(tx, scope, day)
    kept = found if wanted is None else found.filter(pl.col("strategy") == wanted)
    _write(kept.sort("strategy", "name"), OF_STRATEGIES, most, place, "Strategies")


def _write(found: pl.DataFrame, columns: tuple[str, ...], most: int, place: Place, title: str) -> None:
    if place.format is Format.JSON:
        write_json(found.drop("asset_no", strict=False).to_dicts())
        return
    write_rows(found.head(most).to_dicts(), columns, place.format, title)
    if found.height > most:
        say(f"{found.height - most} more: --most, or --format json.")


@command
async def explain(asset: Asset, /, *, as_of: AsOf = None, place: Place = HERE) -> None:
    """What the scores of an asset are made of, and which rules speak for and against each strategy."""
    day = _day(as_of)
    async with tenant(place, snapshot=True) as (tx, scope):
        told = await of_asset(tx, scope, await lineage.find_asset(tx, scope, asset), day)
    if place.format is Format.JSON:
        write_json(told)
        return
    for kind in FACTORS:
        title = f"{kind}: {told[f'{kind}_score']} ({told[f'{kind}_low']} to {told[f'{kind}_high']})"
        write_rows(told[kind], ("factor", "weight", "level", "points", "seen", "reason"), place.format, title)
    title = f"Strategy: {told['strategy']}, by {told['strategy_by']}; rules propose {told['proposed']}"
    write_rows(told["rules"], ("strategy", "weight", "rule", "reason"), place.format, title)


@command
async def rules(*, place: Place = HERE) -> None:
    """The formula of the scores and the rules of the strategies: weights and reasons."""
    factors = [
        {"score": kind, "factor": factor.name, "weight": factor.weight, "reason": factor.reason}
        for kind, entries in FACTORS.items()
        for factor in entries
    ]
    ways = [
        {"strategy": str(rule.strategy), "rule": rule.name, "weight": rule.weight, "reason": rule.reason}
        for rule in RULES
    ]
    if place.format is Format.JSON:
        write_json({"factors": factors, "rules": ways})
        return
    write_rows(factors, ("score", "factor", "weight", "reason"), place.format, "Factors")
    write_rows(ways, ("strategy", "rule", "weight", "reason"), place.format, "Rules")


def _strategy(text: str) -> Strategy:
    found = WORDS.get(text.casefold().replace(" ", "-"))
    if found is None:
        raise UsageError(f"{text!r} is no strategy; there are {', '.join(WORDS)}.")
    return found


@command
async def override(
    asset: Asset,
    strategy: Annotated[str, Parameter(help="Retire, Retain, ... or `rules`: source and rules say it again.")],
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Decide what becomes of an asset; the decision outlives later imports and new rules."""
    decided = None if strategy.casefold() == "rules" else str(_strategy(strategy))
    async with tenant(place) as (tx, scope):
        record = (await lineage.records_of(tx, scope, await lineage.find_asset(tx, scope, asset)))[0]
        subject = {"records": [{name: record[name] for name in ("file_sha256", "table_name", "row_number")}]}
        body = {"strategy": decided}
        number = await decisions.add(tx, scope, said_of_assets.OVERRIDE, subject, body, saying.by, saying.reason)
    said = f"{asset}: {decided}." if decided else f"{asset}: source and rules say it again."
    write_result({"decision": number, "asset": asset, "strategy": decided}, place.format, said)


@command
async def readiness(
    *,
    assets: Annotated[bool, Parameter(help="Also which assets are blocked, and by what.")] = False,
    as_of: AsOf = None,
    place: Place = HERE,
) -> None:
    """How much of what a migration is planned with is known, and what keeps which assets from being planned."""
    day = _day(as_of)
    async with tenant(place, snapshot=True) as (tx, scope):
        found = await looked_at(tx, scope, day)
    told: dict[str, Any] = {
        "kinds": found.kinds.to_dicts(),
        "completeness": found.completeness.to_dicts(),
        "blockers": found.blockers.to_dicts(),
        "open_ends": found.open_ends,
        "open_pairs": found.open_pairs,
    }
    if assets:
        told["blocked"] = found.blocked.drop("asset_no").to_dicts()
    if place.format is Format.JSON:
        write_json(told)
        return
    write_rows(told["kinds"], ("asset_type", "assets", "ready"), place.format, "Ready to be planned")
    columns = ("asset_type", "fact", "known", "assets", "percent", "needed_for")
    write_rows(told["completeness"], columns, place.format, "What is known")
    write_rows(told["blockers"], ("asset_type", "blocker", "assets", "reason", "remedy"), place.format, "What blocks")
    if assets:
        write_rows(told["blocked"], ("name", "asset_type", "blockers"), place.format, "Blocked")
    say(f"{found.open_ends} ends of dependencies that no asset answers to.")
    say(f"{found.open_pairs} pairs of records that may be one asset.")


@command
async def kev(
    file: Annotated[Path, Parameter(help="CISA's known exploited vulnerabilities, JSON or CSV.")],
    /,
    *,
    as_of: AsOf = None,
    place: Place = HERE,
) -> int:
    """Which products of the estate CISA's catalogue names as exploited. It has no versions: a match is worth a look."""
    day = _day(as_of)
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    entries = exploited.read_catalogue(file.read_bytes())
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = exploited.matched(await known_facts(tx, scope, day), entries, day).to_dicts()
    unread = sum(not entry.products for entry in entries)
    if place.format is Format.JSON:
        write_json({"entries": len(entries), "of_unknown_products": unread, "matches": rows})
    else:
        write_rows(
            rows,
            ("says", "assets", "entries", "ransomware", "newest", "confidence", "not_known"),
            place.format,
            "Exploited",
        )
        say(f"{unread} of {len(entries)} entries name no product that the lifecycle catalogue has.")
    return 1 if rows else 0
