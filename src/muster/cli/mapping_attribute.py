"""muster mapping attribute: facts that a client keeps beside those of the catalogue."""

import re
from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import write_result, write_rows
from muster.cli.session import tenant
from muster.phases.data_cleansing.cleanse import DTYPES, replay
from muster.store import custom_attributes
from muster.vocabulary.attributes import CUSTOM, Attribute, attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.table import MappingEntry

NAME = re.compile(r"[a-z][a-z0-9_]{0,57}")
Name = Annotated[str, Parameter(help="Name: small letters, digits and underscores, such as cost_code.")]


@command
async def list_(*, place: Place = HERE) -> None:
    """Every attribute of the client's own, retired ones too."""
    async with tenant(place) as (tx, scope):
        rows = await custom_attributes.listing(tx, scope)
    shown = [{**row, "target": f"{CUSTOM}{row['name']}"} for row in rows]
    wanted = ("target", "value_type", "allowed_values", "description", "retired", "author", "reason")
    write_rows(shown, wanted, place.format, "Own attributes")


@command
async def add(
    name: Name,
    /,
    *,
    type: Annotated[str, Parameter(help=f"Type of its values: {', '.join(DTYPES)}.")] = "string",
    values: Annotated[str | None, Parameter(help="The only values it may have, with commas between.")] = None,
    description: Annotated[str, Parameter(help="What it tells, in a phrase; headers are compared with it.")] = "",
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Add an attribute, or give one other allowed values; columns are then mapped to custom.NAME."""
    own = _defined(name.removeprefix(CUSTOM), type, values)
    async with tenant(place) as (tx, scope):
        short = own.name.removeprefix(CUSTOM)
        added = await custom_attributes.add(
            tx, scope, short, own.type, own.values, description, saying.by, saying.reason
        )
    told = {"target": added.name, "value_type": added.type, "allowed_values": added.values}
    write_result(
        {**told, "description": description},
        place.format,
        f"{added.name} ({added.type}) is there: muster mapping set IMPORT COLUMN {added.name}",
    )


def _defined(name: str, value_type: str, values: str | None) -> Attribute:
    """The attribute as it was asked for. Raises UsageError where its name, type or values cannot be."""
    if not NAME.fullmatch(name) or name in attributes():
        known = "it is an attribute of the catalogue" if name in attributes() else "write it like cost_code"
        raise UsageError(f"{name!r} cannot be the name of an own attribute: {known}.")
    if value_type not in DTYPES:
        raise UsageError(f"--type {value_type!r} is none of {', '.join(DTYPES)}.")
    allowed = tuple(dict.fromkeys(value.strip() for value in (values or "").split(",") if value.strip()))
    if value_type == "enum" and not allowed:
        raise UsageError("An attribute of type enum needs --values.")
    target = f"{CUSTOM}{name}"
    free = Attribute(target, "custom", value_type, "", "", "custom")
    for value in allowed:
        read = replay(value, MappingEntry(1, target, target, 1.0), [free])
        if read.issue is not None or read.value is None:
            raise UsageError(f"{value!r} is no {value_type}, so {name} could never have it.")
    return Attribute(target, "custom", value_type, "", "", "custom", allowed)


@command
async def retire(
    name: Name,
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Let no more columns be mapped to an attribute; the values it has stay."""
    short = name.removeprefix(CUSTOM)
    async with tenant(place) as (tx, scope):
        await custom_attributes.retire(tx, scope, short, saying.by, saying.reason)
    write_result({"target": f"{CUSTOM}{short}", "retired": True}, place.format, f"{CUSTOM}{short} is retired.")
