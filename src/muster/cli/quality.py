"""muster quality: how good the data is, each figure with what was counted and of how many."""

from typing import Annotated

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, write_json, write_rows
from muster.cli.session import tenant
from muster.quality import figures


@command
async def quality(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", help="Also table by table and column by column.", negative=())
    ] = False,
    place: Place = HERE,
) -> None:
    """Completeness, validity, conflicts between sources, duplicates, freshness, records with issues: all counted."""
    async with tenant(place, snapshot=True) as (tx, scope):
        found = [one.row() for one in await figures(tx, scope)]
    if place.format is Format.JSON:
        write_json({"figures": found})
        return
    shown = [one for one in found if all_ or one["of"] == "inventory"]
    write_rows(shown, ("measure", "of", "attribute", "share", "count", "total", "how"), place.format, "Data quality")
