"""muster mapping attribute: facts that a client keeps beside those of the catalogue."""

import re
from typing import Annotated

from cyclopts import Parameter

from muster.cli.author import Author, Reason, author_of
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.phases.data_cleansing.cleanse import DTYPES, replay
from muster.settings import read as read_settings
from muster.store import custom_attributes
from muster.vocabulary.attributes import CUSTOM, Attribute, attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.table import MappingEntry

NAME = re.compile(r"[a-z][a-z0-9_]{0,57}")
Name = Annotated[str, Parameter(help="Name: small letters, digits and underscores, such as cost_code.")]


def list_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """Every attribute of the client's own, retired ones too."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = await custom_attributes.listing(tx, scope)
        shown = [{**row, "target": f"{CUSTOM}{row['name']}"} for row in rows]
        wanted = ("target", "value_type", "allowed_values", "description", "retired", "author", "reason")
        write_rows(shown, wanted, format, "Own attributes")
        return 0

    return conclude(command, format)


def add(
    name: Name,
    /,
    *,
    type: Annotated[str, Parameter(help=f"Type of its values: {', '.join(DTYPES)}.")] = "string",
    values: Annotated[str | None, Parameter(help="The only values it may have, with commas between.")] = None,
    description: Annotated[str, Parameter(help="What it tells, in a phrase; headers are compared with it.")] = "",
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Add an attribute, or give one other allowed values; columns are then mapped to custom.NAME."""

    async def command() -> int:
        settings = read_settings()
        own = _defined(name.removeprefix(CUSTOM), type, values)
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                short = own.name.removeprefix(CUSTOM)
                added = await custom_attributes.add(
                    tx, scope, short, own.type, own.values, description, author_of(author), reason
                )
        told = {"target": added.name, "value_type": added.type, "allowed_values": added.values}
        if format is Format.JSON:
            write_json({**told, "description": description})
        else:
            say(f"{added.name} ({added.type}) is there: muster mapping set IMPORT COLUMN {added.name}")
        return 0

    return conclude(command, format)


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


def retire(
    name: Name,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Let no more columns be mapped to an attribute; the values it has stay."""

    async def command() -> int:
        settings = read_settings()
        short = name.removeprefix(CUSTOM)
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                await custom_attributes.retire(tx, scope, short, author_of(author), reason)
        if format is Format.JSON:
            write_json({"target": f"{CUSTOM}{short}", "retired": True})
        else:
            say(f"{CUSTOM}{short} is retired.")
        return 0

    return conclude(command, format)
