"""muster dependency: what depends on what, what belongs together, and in which waves it may move."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import polars as pl
from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import tenant
from muster.store import dependencies, move_plan
from muster.vocabulary import clock
from muster.vocabulary.errors import UsageError
from muster.wave_planning.capacity import MEASURES, Capacity
from muster.wave_planning.constraints import Constraints
from muster.wave_planning.plan import CONDITIONS, Plan, plan
from muster.wave_planning.reading import read

WAVES = (
    "wave", "stage", "machines", "terabytes", "assets", "units", "score", "priority", "first_day", "last_day",
    "applications",
)  # fmt: skip
Days = Annotated[
    list[str] | None, Parameter(help="FIRST..LAST day on which no wave may run, several times.", negative=())
]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCapacity:
    """What a wave and each window in it can take; machines of a wave are limited by --largest."""

    terabytes: Annotated[float | None, Parameter(help="Terabytes that a wave can move at most.")] = None
    applications: Annotated[int | None, Parameter(help="Applications that a wave can move at most.")] = None
    windows: Annotated[int, Parameter(help="Windows (weekends, nights) in which a wave is moved.")] = 1
    window_machines: Annotated[int | None, Parameter(help="Machines that a window can take at most.")] = None
    window_terabytes: Annotated[float | None, Parameter(help="Terabytes that a window can take at most.")] = None
    window_applications: Annotated[int | None, Parameter(help="Applications that a window can take at most.")] = None


NO_LIMIT = WaveCapacity()


@command
async def list_(
    *,
    level: Annotated[
        Literal["own", "shared", "everyone"] | None,
        Parameter(help="Only what one application uses, several use, or nearly all."),
    ] = None,
    hub: Annotated[
        str | None, Parameter(help="Only with hubs of this role, such as monitoring; any, none or unknown as well.")
    ] = None,
    standing: Annotated[
        Literal["found", "confirmed", "added", "refused"] | None,
        Parameter(help="Only what files tell, people confirmed, added or refused."),
    ] = None,
    place: Place = HERE,
) -> None:
    """Every dependency, strongest first; without those that people refused."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await dependencies.listing(tx, scope, level, hub, standing)
    columns = (
        "source", "target", "kind", "port", "protocol", "count", "bytes", "packets", "first_seen", "last_seen",
        "confidence", "level", "hub", "standing", "source_processes", "target_processes",
    )  # fmt: skip
    write_rows(rows, columns, place.format, "Dependencies")


@command
async def unresolved(*, place: Place = HERE) -> None:
    """Ends of dependencies that no single asset answers to: as written, on which side, and why."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await dependencies.unresolved(tx, scope)
    write_rows(rows, ("end", "side", "kind", "reason", "count"), place.format, "Unresolved ends")


@command
async def groups(*, place: Place = HERE) -> None:
    """What belongs together by its dependencies: every member of every group."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await dependencies.groups(tx, scope)
    write_rows(rows, ("group", "asset", "asset_id"), place.format, "Groups")


@command
async def waves(
    *,
    smallest: Annotated[int, Parameter(help="Machines that a wave should have at least.")] = 5,
    largest: Annotated[int, Parameter(help="Machines that a wave can have at most.")] = 150,
    start: Annotated[
        date | None, Parameter(help="First day of the first wave; without it waves have no dates.")
    ] = None,
    days: Annotated[int, Parameter(help="Days that a wave lasts.")] = 14,
    blackout: Days = None,
    capacity: WaveCapacity = NO_LIMIT,
    members: Annotated[bool, Parameter(help="Also list the assets of each wave.", negative=())] = False,
    place: Place = HERE,
) -> None:
    """In which waves the estate may move, how good that plan is, what it breaks and what may go wrong.

    Nothing is stored: the plan follows from the inventory, the pins and these wishes, and is the same every time.
    """
    blackouts = _blackouts(blackout or [])
    async with tenant(place, snapshot=True) as (tx, scope):
        pins = await move_plan.pins(tx, scope)
        asked = Constraints(
            smallest, largest, pins=pins, start=start, days=days, blackouts=blackouts,
            capacity=Capacity(None, capacity.terabytes, capacity.applications), windows=capacity.windows,
            window=Capacity(capacity.window_machines, capacity.window_terabytes, capacity.window_applications),
        )  # fmt: skip
        estate = await read(tx, scope, clock.today(), pins)
        ids = await move_plan.public_ids(tx, scope)
    _show(plan(estate, asked), ids, members, place.format)


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
        "wave", "window", "unit", "asset_id", "name", "application", "stage", "priority", "pinned", "why"
    ).to_dicts()
    if format is Format.JSON:
        cycles = [[names[number] for number in loop] for loop in found.cut]
        told = {
            "score": found.score,
            "waves": waves,
            "loads": found.loads.to_dicts(),
            "broken": broken,
            "risks": found.risks.to_dicts(),
            "uncounted": found.uncounted.to_dicts(),
            "cycles": cycles,
        }
        write_json({**told, "members": rows} if members else told)
        return
    write_rows(waves, WAVES, format, f"Waves, score {found.score:g} of 100")
    if found.loads.height:
        write_rows(found.loads.to_dicts(), ("wave", "window", *MEASURES, "over"), format, "Capacity")
    if members:
        write_rows(
            rows, ("wave", "window", "name", "application", "stage", "priority", "pinned", "why"), format, "Members"
        )
    write_rows(_counted(found), ("condition", "broken", "remedy"), format, "What the plan breaks")
    write_rows(found.risks.to_dicts(), ("wave", "risk", "assets", "mitigation"), format, "Risks")
    write_rows(
        found.uncounted.to_dicts(), ("asset_type", "assets", "planned", "why"), format, "Not counted as machines"
    )
    say("Pin an asset with muster wave pin ASSET WAVE; --format json names every asset that breaks a condition.")


def _counted(found: Plan) -> list[dict[str, Any]]:
    counts = found.broken.group_by("condition").agg(broken=pl.len()).sort("condition")
    return [{**row, "remedy": CONDITIONS[row["condition"]].remedy} for row in counts.iter_rows(named=True)]


def _told(row: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    condition = CONDITIONS[row["condition"]]
    other = names.get(row["other_no"], "")
    said = condition.broken.format(asset=names[row["asset_no"]], other=other, wave=row["wave"])
    return {"condition": row["condition"], "wave": row["wave"], "message": said, "remedy": condition.remedy}
