"""muster mapping memory: what the client's people said about columns before, and taking such a choice back."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import write_result, write_rows
from muster.cli.session import tenant
from muster.store import mapping_memory


@command
async def list_(*, place: Place = HERE) -> None:
    """Every choice that counts for the client's next files, oldest first."""
    async with tenant(place) as (tx, scope):
        rows = [asdict(one) for one in await mapping_memory.standing(tx, scope)]
    wanted = ("id", "source", "choice", "target", "unit", "record_kind", "filename", "engagement_name", "author")
    write_rows(rows, (*wanted, "reason", "made_at"), place.format, "Remembered choices")


@command
async def revoke(
    number: Annotated[int, Parameter(help="The id that muster mapping memory list shows.")],
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Let a choice count no more for files to come; imports that were mapped after it stay as they are."""
    async with tenant(place) as (tx, scope):
        gone = await mapping_memory.revoke(tx, scope, number, saying.by, saying.reason)
    write_result(
        {"id": gone.id, "source": gone.source, "target": gone.target, "revoked": True},
        place.format,
        f"{gone.source} -> {gone.target or 'none'} is forgotten.",
    )
