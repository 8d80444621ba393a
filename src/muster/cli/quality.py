"""muster quality: how good the data is, each figure with what was counted and of how many."""

from typing import Annotated

from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.quality import figures
from muster.settings import read as read_settings


def quality(
    *,
    all_: Annotated[
        bool, Parameter(name="--all", help="Also table by table and column by column.", negative=())
    ] = False,
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Completeness, validity, conflicts between sources, duplicates, freshness, records with issues: all counted."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                found = [one.row() for one in await figures(tx, scope)]
        if format is Format.JSON:
            write_json({"figures": found})
            return 0
        shown = [one for one in found if all_ or one["of"] == "inventory"]
        write_rows(shown, ("measure", "of", "attribute", "share", "count", "total", "how"), format, "Data quality")
        return 0

    return conclude(command, format)
