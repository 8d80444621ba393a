"""muster wave: which wave an asset is to move in, whatever the plan would choose."""

from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import write_result
from muster.cli.session import tenant
from muster.store import decisions, lineage
from muster.store.move_plan import PIN_WAVE
from muster.vocabulary.errors import UsageError
from muster.what_if.deciding import places_of_asset

Asset = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]


@command
async def pin(
    asset: Asset,
    wave: Annotated[int, Parameter(help="The wave it moves in; 1 is the first.")],
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Put an asset, with all that moves together with it, into a wave; the pin outlives every new plan."""
    if wave < 1:
        raise UsageError(f"{wave} is no wave; the first is 1.")
    await _pin(asset, wave, saying, place)


@command
async def unpin(asset: Asset, /, *, saying: Saying = UNSAID, place: Place = HERE) -> None:
    """Let the plan choose the asset's wave again."""
    await _pin(asset, None, saying, place)


async def _pin(asset: str, wave: int | None, saying: Saying, place: Place) -> None:
    async with tenant(place) as (tx, scope):
        places = await places_of_asset(tx, scope, await lineage.find_asset(tx, scope, asset))
        number = await decisions.add(tx, scope, PIN_WAVE, {"records": places}, {"wave": wave}, saying.by, saying.reason)
    said = f"{asset} moves in wave {wave}." if wave else f"The plan chooses the wave of {asset} again."
    write_result({"decision": number, "asset": asset, "wave": wave}, place.format, said)
