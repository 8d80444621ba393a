"""muster dependency: what depends on what, what belongs together, and in which waves it may move."""

from datetime import date
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.settings import read as read_settings
from muster.store import dependencies, move_plan
from muster.vocabulary import clock
from muster.vocabulary.errors import UsageError
from muster.wave_planning.constraints import Constraints
from muster.wave_planning.plan import CONDITIONS, Plan, plan
from muster.wave_planning.reading import read

WAVES = (
    "wave", "stage", "machines", "assets", "units", "score", "priority", "first_day", "last_day", "applications",
    "confidence_environment", "confidence_criticality", "confidence_dependencies", "confidence_complexity",
)  # fmt: skip
Days = Annotated[
    list[str] | None, Parameter(help="FIRST..LAST day on which no wave may run, several times.", negative=())
]


def list_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """Every dependency, strongest first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                rows = await dependencies.listing(tx, scope)
        write_rows(
            rows, ("source", "target", "kind", "port", "protocol", "count", "confidence"), format, "Dependencies"
        )
        return 0

    return conclude(command, format)


def groups(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """What belongs together by its dependencies: every member of every group."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                rows = await dependencies.groups(tx, scope)
        write_rows(rows, ("group", "asset", "asset_id"), format, "Groups")
        return 0

    return conclude(command, format)


def waves(
    *,
    smallest: Annotated[int, Parameter(help="Machines that a wave should have at least.")] = 5,
    largest: Annotated[int, Parameter(help="Machines that a wave can have at most.")] = 150,
    start: Annotated[
        date | None, Parameter(help="First day of the first wave; without it waves have no dates.")
    ] = None,
    days: Annotated[int, Parameter(help="Days that a wave lasts.")] = 14,
    blackout: Days = None,
    members: Annotated[bool, Parameter(help="Also list the assets of each wave.", negative=())] = False,
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """In which waves the estate may move, how good that plan is, what it breaks and what may go wrong.

    Nothing is stored: the plan follows from the inventory, the pins and these wishes, and is the same every time.
    """

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                pins = await move_plan.pins(tx, scope)
                asked = Constraints(
                    smallest, largest, pins=pins, start=start, days=days, blackouts=_blackouts(blackout or [])
                )
                estate = await read(tx, scope, clock.today())
                ids = await move_plan.public_ids(tx, scope)
        _show(plan(estate, asked), ids, members, format)
        return 0

    return conclude(command, format)


def _blackouts(written: list[str]) -> tuple[tuple[date, date], ...]:
    try:
        pairs = [text.split("..") for text in written]
        return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in pairs)
    except ValueError as error:
        raise UsageError(f"--blackout takes FIRST..LAST, such as 2027-12-20..2028-01-06: {error}.") from error


def _show(found: Plan, ids: pl.DataFrame, members: bool, format: Format) -> None:
    assets = found.assets.join(ids, on="asset_no", how="left", maintain_order="left")
    names = dict(assets.select("asset_no", "name").iter_rows())
    broken = [_told(row, names) for row in found.broken.iter_rows(named=True)]
    waves = found.waves.to_dicts()
    listed = assets.sort("wave", "unit", "name")
    rows = listed.select(
        "wave", "unit", "asset_id", "name", "application", "stage", "priority", "pinned", "why"
    ).to_dicts()
    if format is Format.JSON:
        cycles = [[names[number] for number in loop] for loop in found.cut]
        told = {
            "score": found.score,
            "waves": waves,
            "broken": broken,
            "risks": found.risks.to_dicts(),
            "cycles": cycles,
        }
        write_json({**told, "members": rows} if members else told)
        return
    write_rows(waves, WAVES[:10], format, f"Waves, score {found.score:g} of 100")
    if members:
        write_rows(rows, ("wave", "name", "application", "stage", "priority", "pinned", "why"), format, "Members")
    write_rows(_counted(found), ("condition", "broken", "remedy"), format, "What the plan breaks")
    write_rows(found.risks.to_dicts(), ("wave", "risk", "assets", "mitigation"), format, "Risks")
    say("Pin an asset with muster wave pin ASSET WAVE; --format json names every asset that breaks a condition.")


def _counted(found: Plan) -> list[dict[str, Any]]:
    counts = found.broken.group_by("condition").agg(broken=pl.len()).sort("condition")
    return [{**row, "remedy": CONDITIONS[row["condition"]].remedy} for row in counts.iter_rows(named=True)]


def _told(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    condition = CONDITIONS[row["condition"]]
    other = names.get(row["other_no"], "")
    said = condition.broken.format(asset=names[row["asset_no"]], other=other, wave=row["wave"])
    return {"condition": row["condition"], "wave": row["wave"], "message": said, "remedy": condition.remedy}
