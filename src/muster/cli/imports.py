"""muster import: the files that were imported, taking one back, and single records in and out."""

from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, changed, decided
from muster.cli.command import command
from muster.cli.issues import Import
from muster.cli.options import HERE, Place
from muster.cli.output import write_rows
from muster.cli.session import tenant
from muster.phases.asset_inventory import waiting as waiting_records
from muster.phases.asset_inventory.decisions import EXCLUDE, INCLUDE
from muster.recompute import undo_import
from muster.store import imports, lineage
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.deciding import Decision

Row = Annotated[int, Parameter(help="row_number of the record: 1 is the first below the header.")]
Sheet = Annotated[str | None, Parameter(help="The table, where the file has several.")]


@command
async def list_(*, place: Place = HERE) -> None:
    """Every import of the engagement, oldest first."""
    async with tenant(place) as (tx, scope):
        rows = await imports.listing(tx, scope)
    write_rows(
        rows, ("import_id", "file", "status", "source", "as_of", "records", "created_at"), place.format, "Imports"
    )


@command
async def waiting(*, place: Place = HERE) -> None:
    """Records about parts (disks, processors, software, usage) of things that no file names; they join these later."""
    async with tenant(place, snapshot=True) as (tx, scope):
        rows = await waiting_records.listing(tx, scope)
    shown = ("file", "table", "record_kind", "belongs_to", "records", "reason", "hint")
    write_rows(rows, shown, place.format, "Records that wait for the asset they belong to")


@command
async def undo(
    import_: Import,
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> int:
    """Take an import back: the inventory becomes what it would be had the file never come."""

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        row = await imports.named(tx, scope, import_)
        undone = await undo_import(tx, scope, row.id, saying.by, saying.reason)
        return {"import_id": row.id, "undone": undone}

    told = await changed(
        act,
        lambda told: (
            f"{import_} {'is' if told['undone'] else 'had been'} taken back{'' if told['undone'] else ' before'}."
        ),
        place,
        trial,
    )
    return 0 if told["undone"] else 1


@command
async def exclude(
    import_: Import,
    /,
    row: Row,
    *,
    sheet: Sheet = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Leave one record out of the inventory; it stays in the import and is counted as excluded."""
    await decided(
        lambda tx, scope: _of_record(tx, scope, EXCLUDE, import_, sheet, row),
        f"Row {row} is left out.",
        place, saying, trial,
    )  # fmt: skip


@command
async def include(
    import_: Import,
    /,
    row: Row,
    *,
    sheet: Sheet = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Take a record into the inventory again, whatever left it out."""
    await decided(
        lambda tx, scope: _of_record(tx, scope, INCLUDE, import_, sheet, row),
        f"Row {row} is taken in.",
        place, saying, trial,
    )  # fmt: skip


async def _of_record(tx: Tx, scope: Scope, kind: str, import_: str, sheet: str | None, row: int) -> Decision:
    found = await imports.named(tx, scope, import_)
    return deciding.one_record(kind, await lineage.record_key(tx, scope, found.id, sheet, row))
