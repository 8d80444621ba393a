"""muster export evidence: a workbook with every row, and a page that shows the figures and prints."""

from pathlib import Path
from typing import Annotated

import polars as pl
from cyclopts import Parameter

from muster.assessment.applications import by_application
from muster.assessment.readiness import readiness
from muster.assessment.reading import assessed
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json
from muster.cli.session import tenant, tenant_names
from muster.exports.evidence.figures import Judgement, Share, Waves
from muster.exports.evidence.pack import Asked
from muster.exports.evidence.pack import evidence as write_evidence
from muster.settings import read as read_settings
from muster.store import move_plan
from muster.store.transaction import Tx
from muster.vocabulary import clock
from muster.vocabulary.scope import Scope
from muster.wave_planning.constraints import Constraints
from muster.wave_planning.plan import plan
from muster.wave_planning.reading import read

Target = Annotated[Path, Parameter(name=("--output", "-o"), help="A folder, or a file whose name ends with .zip.")]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="Write over files that exist.")]


@command
async def evidence(
    *,
    output: Target,
    force: Force = False,
    place: Place = HERE,
) -> None:
    """What the inventory holds and where it comes from: a workbook and a printable page."""
    settings = read_settings()
    names = tenant_names(settings, place.client, place.engagement)
    async with tenant(place, snapshot=True) as (tx, scope):
        pack = await write_evidence(
            tx, scope, Asked(*names, output, force, await _planned(tx, scope), await _judged(tx, scope))
        )
    if place.format is Format.JSON:
        files = [str(path) for path in pack.files]
        write_json({"files": files, "assets": pack.figures.assets, "digest": pack.figures.digest})
    else:
        say("\n".join(f"{path} is written." for path in pack.files))


async def _judged(tx: Tx, scope: Scope) -> Judgement:
    """Scores, strategies and readiness as muster debt shows them today."""
    day = clock.today()
    found, ready = await assessed(tx, scope, day), await readiness(tx, scope, day)
    shown = found.sort("name", "asset_id").select("asset_id", pl.exclude("asset_id", "asset_no"))
    counted = found["strategy"].value_counts(sort=True).sort("count", "strategy", descending=[True, False]).rows()
    strategies = [Share(strategy, count, found.height) for strategy, count in counted]
    return Judgement(day, shown, by_application(found), strategies, ready.kinds, ready.completeness, ready.blockers)


async def _planned(tx: Tx, scope: Scope) -> Waves:
    """The plan of waves as muster dependency waves makes it where nothing else is wished."""
    pins = await move_plan.pins(tx, scope)
    found = plan(await read(tx, scope, clock.today(), pins), Constraints(pins=pins))
    members = found.assets.join(await move_plan.public_ids(tx, scope), on="asset_no", how="left", maintain_order="left")
    told = members.sort("wave", "unit", "name").select(
        "wave", "asset_id", "name", "application", "stage", "unit", "priority", "pinned", "why"
    )
    return Waves(found.score, found.waves, told, found.uncounted)
