"""muster import: the files that were imported, taking one back, and single records in and out."""

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from muster.cli.author import Author, Reason, author_of
from muster.cli.changed import Expect, Preview, conclude_change, conclude_decision
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, write_rows
from muster.cli.session import opened, scope_of
from muster.phases.asset_inventory.decisions import EXCLUDE, INCLUDE
from muster.recompute import undo_import
from muster.settings import read as read_settings
from muster.store import imports, lineage
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.deciding import Decision

ImportId = Annotated[UUID, Parameter(help="The import the record is in.")]
Row = Annotated[int, Parameter(help="row_number of the record: 1 is the first below the header.")]
Sheet = Annotated[str | None, Parameter(help="The table, where the file has several.")]


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
    preview: Preview = False,
    expect: Expect = None,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take an import back: the inventory becomes what it would be had the file never come."""

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        undone = await undo_import(tx, scope, import_id, author_of(author), reason)
        return {"import_id": import_id, "undone": undone}

    return conclude_change(
        act,
        lambda told: (
            f"{import_id} {'is' if told['undone'] else 'had been'} taken back{'' if told['undone'] else ' before'}."
        ),
        client,
        engagement,
        format,
        preview=preview,
        expect=expect,
        code=lambda told: 0 if told["undone"] else 1,
    )


def exclude(
    import_id: ImportId,
    /,
    row: Row,
    *,
    sheet: Sheet = None,
    preview: Preview = False,
    expect: Expect = None,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Leave one record out of the inventory; it stays in the import and is counted as excluded."""
    return conclude_decision(
        lambda tx, scope: _of_record(tx, scope, EXCLUDE, import_id, sheet, row),
        f"Row {row} is left out.",
        client, engagement, format, author=author, reason=reason, preview=preview, expect=expect,
    )  # fmt: skip


def include(
    import_id: ImportId,
    /,
    row: Row,
    *,
    sheet: Sheet = None,
    preview: Preview = False,
    expect: Expect = None,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take a record into the inventory again, whatever left it out."""
    return conclude_decision(
        lambda tx, scope: _of_record(tx, scope, INCLUDE, import_id, sheet, row),
        f"Row {row} is taken in.",
        client, engagement, format, author=author, reason=reason, preview=preview, expect=expect,
    )  # fmt: skip


async def _of_record(tx: Tx, scope: Scope, kind: str, import_id: UUID, sheet: str | None, row: int) -> Decision:
    return deciding.one_record(kind, await lineage.record_key(tx, scope, import_id, sheet, row))
