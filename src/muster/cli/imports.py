"""muster import: the files that were imported, and taking one back."""

from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.recompute import decide, undo_import
from muster.settings import read as read_settings
from muster.store import imports, lineage
from muster.store.digest import digest


def list_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """Every import of the engagement, oldest first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = await imports.listing(tx, scope)
        write_rows(rows, ("import_id", "file", "status", "source", "as_of", "records", "created_at"), format, "Imports")
        return 0

    return conclude(command, format)


def undo(
    import_id: Annotated[UUID, Parameter(help="The import id that muster run and muster import list show.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why; kept with the decision.")] = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take an import back: the inventory becomes what it would be had the file never come."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                undone = await undo_import(tx, scope, import_id, "cli", reason)
                now = await digest(tx, scope)
        if format is Format.JSON:
            write_json({"import_id": import_id, "undone": undone, "digest": now})
        else:
            say(f"{import_id} is taken back." if undone else f"{import_id} had been taken back before.")
            say(f"Digest: {now}")
        return 0 if undone else 1

    return conclude(command, format)


def exclude(
    import_id: Annotated[UUID, Parameter(help="The import the record is in.")],
    /,
    row: Annotated[int, Parameter(help="row_number of the record: 1 is the first below the header.")],
    *,
    sheet: Annotated[str | None, Parameter(help="The table, where the file has several.")] = None,
    reason: Annotated[str, Parameter(help="Why; kept with the decision.")] = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Leave one record out of the inventory; it stays in the import and is counted as excluded."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                key = await lineage.record_key(tx, scope, import_id, sheet, row)
                number = await decide(tx, scope, "exclude", {"records": [key]}, {}, "cli", reason)
                now = await digest(tx, scope)
        if format is Format.JSON:
            write_json({"decision": number, "record": key, "digest": now})
        else:
            say(f"Row {row} of {key['table_name']} is left out.")
            say(f"Digest: {now}")
        return 0

    return conclude(command, format)
