"""muster export TARGET: one command for each target, made of the target's own file when it is asked for."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import tenant
from muster.exports import targets
from muster.exports.export import Order, export
from muster.exports.outcome import Outcome

Target = Annotated[Path, Parameter(name=("--output", "-o"), help="The file to write, or a folder for several files.")]
Report = Annotated[
    Path | None,
    Parameter(name="--report", help="A CSV file of what could not be expressed: asset, attribute, value, why."),
]
Force = Annotated[bool, Parameter(name="--force", negative=(), help="Write over files that exist.")]
REASONS_SHOWN = 12


def __getattr__(name: str) -> Callable[..., int]:
    """The command of a target; AttributeError where there is no such target."""
    target = name.removeprefix("to_")
    if target == name:
        raise AttributeError(name)

    async def to_target(
        *,
        output: Target,
        report: Report = None,
        force: Force = False,
        place: Place = HERE,
    ) -> None:
        await _export(Order(target, output, report, force), place)

    to_target.__doc__ = _help(target)
    return command(to_target)


def _help(target: str) -> str:
    return str(import_module(f"{targets.__name__}.{target}").__doc__)


async def _export(order: Order, place: Place) -> None:
    async with tenant(place, snapshot=True) as (tx, scope):
        outcome = await export(tx, scope, order)
    if place.format is Format.JSON:
        write_json(outcome.as_dict())
    else:
        _tell(outcome)


def _tell(outcome: Outcome) -> None:
    for made in outcome.files:
        lacks = ", which the tool would refuse until what is missing has been filled in" if made.incomplete else ""
        say(f"{made.rows} rows are in {made.path}{lacks}.")
    if outcome.left_out:
        say(f"{outcome.left_out} of {outcome.assets} assets have no place in this format.")
    if not outcome.report.rows:
        return
    where = "--report FILE.csv writes them" if outcome.report_path is None else f"they are in {outcome.report_path}"
    say(f"{outcome.report.rows} facts could not be expressed as they are; {where}.")
    write_rows(outcome.report.summary()[:REASONS_SHOWN], ("attribute", "why", "count"), Format.TABLE)
