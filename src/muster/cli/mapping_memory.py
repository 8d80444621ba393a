"""muster mapping memory: what the client's people said about columns before, and taking such a choice back."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import Author, Reason, author_of
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.settings import read as read_settings
from muster.store import mapping_memory


def list_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """Every choice that counts for the client's next files, oldest first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = [asdict(one) for one in await mapping_memory.standing(tx, scope)]
        wanted = ("id", "source", "choice", "target", "unit", "record_kind", "filename", "engagement_name", "author")
        write_rows(rows, (*wanted, "reason", "made_at"), format, "Remembered choices")
        return 0

    return conclude(command, format)


def revoke(
    number: Annotated[int, Parameter(help="The id that muster mapping memory list shows.")],
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Let a choice count no more for files to come; imports that were mapped after it stay as they are."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                gone = await mapping_memory.revoke(tx, scope, number, author_of(author), reason)
        if format is Format.JSON:
            write_json({"id": gone.id, "source": gone.source, "target": gone.target, "revoked": True})
        else:
            say(f"{gone.source} -> {gone.target or 'none'} is forgotten.")
        return 0

    return conclude(command, format)
