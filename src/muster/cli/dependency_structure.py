"""muster dependency hubs, applications, cycles: what serves everybody, belongs to what, and runs in circles."""

from typing import Annotated, Any, Literal

import polars as pl
from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import tenant
from muster.phases.dependency_analysis.applications import STATED, stated
from muster.phases.dependency_analysis.cycles import Cycle, cycles, needed
from muster.store import inventory, move_plan, structure
from muster.store.frames import frame_of
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope


@command
async def hubs(*, place: Place = HERE) -> None:
    """What serves nearly everybody, and what kind of service its ports show it to be."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await structure.hubs(tx, scope)
    told = [{**{name: value for name, value in row.items() if name != "evidence"}, **row["evidence"]} for row in rows]
    columns = ("asset", "role", "confidence", "partners", "callers", "callees", "share", "word")
    write_rows(told, columns, place.format, "Hubs and shared services")


@command
async def applications(
    *,
    proposed: Annotated[bool, Parameter(help="Only what no source states.", negative=())] = False,
    place: Place = HERE,
) -> None:
    """Which application each asset is in: as sources state it, else as names and flows propose, with the evidence."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await structure.proposals(tx, scope)
        known = await _stated(tx, scope)
    rows += [] if proposed else known.to_dicts()
    rows.sort(key=lambda row: (row["application"].lower(), -row["confidence"], row["asset"]))
    columns = ("application", "asset", "basis", "confidence", "evidence")
    write_rows(rows, columns, place.format, "Members of applications")


@command
async def cycles_(
    *,
    of: Annotated[
        Literal["assets", "applications"], Parameter(help="Between what: single assets, or whole applications.")
    ] = "assets",
    place: Place = HERE,
) -> None:
    """What depends on itself through others: by which dependencies, and which fewest must bear a distance."""
    async with tenant(place, snapshot=True) as (tx, scope):
        needs = needed(await move_plan.edges(tx, scope))
        ids = (await move_plan.public_ids(tx, scope)).join(await move_plan.names(tx, scope), on="asset_no")
        members = await _members(tx, scope)
    if of == "applications":
        needs, ids = _of_applications(needs, ids, members)
    told = [_told(cycle, ids) for cycle in cycles(needs)]
    if place.format is Format.JSON:
        write_json(told)
        return
    rows = [
        {
            "cycle": number,
            "size": len(one["members"]),
            "members": ", ".join(member["name"] for member in one["members"]),
            "dependencies": len(one["dependencies"]),
            "cut": "; ".join(f"{pair['source']} -> {pair['target']} ({pair['count']})" for pair in one["cut"]),
            "smallest": "yes" if one["smallest"] else "not proven",
        }
        for number, one in enumerate(told, 1)
    ]
    write_rows(rows, ("cycle", "size", "members", "dependencies", "cut", "smallest"), place.format, "Cycles")
    say("What is cut must work between two sites for a while; all else of a cycle can then move one after the other.")


async def _stated(tx: Tx, scope: Scope) -> pl.DataFrame:
    """application, asset_id, asset, basis, confidence, evidence of what sources state."""
    assets = frame_of(await inventory.columns(tx, scope, ["name", "asset_type", "application_name"]))
    numbered = assets.rename({"id": "asset_no"})
    said = stated(numbered, await move_plan.edges(tx, scope)).join(await move_plan.public_ids(tx, scope), on="asset_no")
    return said.join(numbered.select("asset_no", asset="name"), on="asset_no").select(
        "application", "asset_id", "asset", basis=pl.lit(STATED), confidence=pl.lit(1.0), evidence=pl.lit(None)
    )


async def _members(tx: Tx, scope: Scope) -> pl.DataFrame:
    """application, asset_id of all that is in an application or proposed for one."""
    rows = [(row["application"], str(row["asset_id"])) for row in await structure.proposals(tx, scope)]
    proposed = pl.DataFrame(rows, schema={"application": pl.String, "asset_id": pl.String}, orient="row")
    return pl.concat([(await _stated(tx, scope)).select("application", "asset_id"), proposed])


def _of_applications(
    needs: pl.DataFrame, ids: pl.DataFrame, members: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same between applications, numbered in order of their names; what is in none is left out."""
    named = members.select("asset_id", name="application")
    known = ids.select("asset_no", "asset_id").join(named, on="asset_id")
    keyed = known.with_columns(number=pl.col("name").str.to_lowercase().rank("dense").cast(pl.Int64))
    ends = needs
    for end in ("source_no", "target_no"):
        ends = ends.join(keyed.select(pl.col("asset_no").alias(end), pl.col("number").alias(f"{end}_app")), on=end)
    between = ends.select(source_no="source_no_app", target_no="target_no_app", count="count")
    summed = between.filter(pl.col("source_no") != pl.col("target_no")).group_by("source_no", "target_no")
    titles = keyed.group_by(asset_no="number").agg(pl.col("name").min(), asset_id=pl.lit(None, pl.String))
    return summed.agg(pl.col("count").sum()), titles


def _told(cycle: Cycle, ids: pl.DataFrame) -> dict[str, Any]:
    inside = ids.filter(pl.col("asset_no").is_in(list(cycle.members))).sort("name", "asset_no")
    name = dict(inside.select("asset_no", "name").iter_rows())
    pairs = [
        {"source": name[source], "target": name[target], "count": count, "cut": (source, target) in cycle.cut}
        for (source, target), count in sorted(cycle.pairs.items(), key=lambda one: (name[one[0][0]], name[one[0][1]]))
    ]
    return {
        "members": inside.select("asset_id", "name").to_dicts(),
        "dependencies": pairs,
        "cut": [pair for pair in pairs if pair["cut"]],
        "smallest": cycle.exact,
    }
