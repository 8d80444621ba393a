"""muster value: every different value of a column and what it becomes, and a person's word on what it means."""

from typing import Annotated, Any

from cyclopts import Parameter

from muster.cleansing_review import column_named, remember, revoke, set_value, value_map
from muster.cli.author import Author, Reason, author_of
from muster.cli.issues import Import, Table
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.phases.data_cleansing.choices import VALUE, Choice
from muster.pipeline import pipeline
from muster.settings import read as read_settings
from muster.store import cleansing_decisions, imports
from muster.store.digest import digest
from muster.vocabulary.errors import UsageError

ColumnName = Annotated[str, Parameter(help="Name of the column, or of the attribute it is mapped to.")]

OnlyColumn = Annotated[
    bool, Parameter(help="Only in columns of this name, not wherever the attribute is.", negative=())
]
Remembered = Annotated[
    bool, Parameter(name="--remember", help="New engagements of the client begin with it.", negative=())
]


def list_(
    import_: Import,
    column: ColumnName,
    /,
    *,
    table: Table = None,
    issues: Annotated[bool, Parameter(help="Only values with an issue.", negative=())] = False,
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Every different raw value of a column, most frequent first: what it becomes, by which rule, and its issue."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                row = await imports.named(tx, scope, import_)
                rows = await value_map(tx, scope, row.id, await column_named(tx, scope, row, column, table))
        rows = [one for one in rows if one["code"] or not issues]
        write_rows(rows, ("raw", "value", "count", "rule", "code", "hint"), format, f"{row.filename}: {column}")
        return 0

    return conclude(command, format)


def set_(
    import_: Import,
    column: ColumnName,
    raw: Annotated[str, Parameter(help="The raw value, as muster value list shows it.")],
    value: Annotated[str | None, Parameter(help="What it means.")] = None,
    /,
    *,
    nothing: Annotated[bool, Parameter(help="It means no value at all.", negative=())] = False,
    accept: Annotated[bool, Parameter(help="It is right as it is.", negative=())] = False,
    only_column: OnlyColumn = False,
    remembered: Remembered = False,
    table: Table = None,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Say what a raw value means, in every import of the engagement; it wins over the rules and can be revoked."""

    async def command() -> int:
        if (value is not None) + nothing + accept != 1:
            raise UsageError("Give the value that it means, or --nothing, or --accept.")
        settings, by = read_settings(), author_of(author)
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                row = await imports.named(tx, scope, import_)
                found = await column_named(tx, scope, row, column, table)
                name = found.entry.source if only_column else None
                choice = Choice(VALUE, found.entry.target, name, raw, value, accept)
                number = await set_value(tx, scope, found, choice, by, reason, pipeline())
                version = await remember(tx, scope, choice, by, reason) if remembered else None
                now = await digest(tx, scope)
        said = {"attribute": choice.attribute, "raw": raw, "value": value, "accepted": accept}
        return _told({"decision": number, **said, "remembered": version, "digest": now}, format)

    return conclude(command, format)


def _told(said: dict[str, Any], format: Format) -> int:
    if format is Format.JSON:
        write_json(said)
        return 0
    meant = "right as it is" if said["accepted"] else said["value"] or "nothing"
    say(f"{said['raw']!r} is {meant} for {said['attribute']} (decision {said['decision']}).")
    say(f"Digest: {said['digest']}")
    return 0


def revoke_(
    number: Annotated[int, Parameter(help="The decision that muster value set or muster value decisions shows.")],
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take back what was said of a value, or the adoption of a recipe; the rules decide again."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                gone = await revoke(tx, scope, number, author_of(author), reason, pipeline())
                now = await digest(tx, scope)
        if format is Format.JSON:
            write_json({"decision": number, "kind": gone["kind"], "revoked": True, "digest": now})
        else:
            say(f"Decision {number} holds no more.")
            say(f"Digest: {now}")
        return 0

    return conclude(command, format)


def decisions_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """What people decided about values in this engagement, and which recipes it goes by; oldest first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = [_decision(row) for row in await cleansing_decisions.standing(tx, scope)]
        columns = ("id", "attribute", "column", "raw", "value", "recipe", "version", "author", "reason", "made_at")
        write_rows(rows, columns, format, "Decisions about values")
        return 0

    return conclude(command, format)


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    said = row["body"].get("choice", {"recipe": row["body"].get("recipe"), "version": row["body"].get("version")})
    return {**{name: row[name] for name in ("id", "author", "reason", "made_at")}, **said}
