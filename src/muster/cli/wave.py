"""muster wave: which wave an asset is to move in, whatever the plan would choose."""

from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import Author, Reason, author_of
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json
from muster.cli.session import opened, scope_of
from muster.settings import read as read_settings
from muster.store import decisions, lineage
from muster.vocabulary.errors import UsageError

Asset = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]


def pin(
    asset: Asset,
    wave: Annotated[int, Parameter(help="The wave it moves in; 1 is the first.")],
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Put an asset, with all that moves together with it, into a wave; the pin outlives every new plan."""
    return _pin(asset, wave, author, reason, client, engagement, format)


def unpin(
    asset: Asset,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Let the plan choose the asset's wave again."""
    return _pin(asset, None, author, reason, client, engagement, format)


def _pin(
    asset: str,
    wave: int | None,
    author: str | None,
    reason: str,
    client: str | None,
    engagement: str | None,
    format: Format,
) -> int:
    async def command() -> int:
        settings = read_settings()
        if wave is not None and wave < 1:
            raise UsageError(f"{wave} is no wave; the first is 1.")
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                found = await lineage.find_asset(tx, scope, asset)
                record = (await lineage.records_of(tx, scope, found))[0]
                key = {name: record[name] for name in ("file_sha256", "table_name", "row_number")}
                body = {"wave": wave}
                number = await decisions.add(tx, scope, "pin_wave", {"records": [key]}, body, author_of(author), reason)
        if format is Format.JSON:
            write_json({"decision": number, "asset": asset, "wave": wave})
        else:
            say(f"{asset} moves in wave {wave}." if wave else f"The plan chooses the wave of {asset} again.")
        return 0

    return conclude(command, format)
