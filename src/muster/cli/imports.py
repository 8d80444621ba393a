"""muster import: the files that were imported, taking one back, and single records in and out."""

from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, changed, decided
from muster.cli.command import command
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

ImportId = Annotated[UUID, Parameter(help="The import the record is in.")]
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
    import_id: Annotated[UUID, Parameter(help="The import id that muster run and muster import list show.")],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> int:
    """Take an import back: the inventory becomes what it would be had the file never come."""

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        undone = await undo_import(tx, scope, import_id, saying.by, saying.reason)
        return {"import_id": import_id, "undone": undone}

    told = await changed(
        act,
        lambda told: (
            f"{import_id} {'is' if told['undone'] else 'had been'} taken back{'' if told['undone'] else ' before'}."
        ),
        place,
        trial,
    )
    return 0 if told["undone"] else 1


@command
async def exclude(
    import_id: ImportId,
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
        lambda tx, scope: _of_record(tx, scope, EXCLUDE, import_id, sheet, row),
        f"Row {row} is left out.",
        place, saying, trial,
    )  # fmt: skip


@command
async def include(
    import_id: ImportId,
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
        lambda tx, scope: _of_record(tx, scope, INCLUDE, import_id, sheet, row),
        f"Row {row} is taken in.",
        place, saying, trial,
    )  # fmt: skip


async def _of_record(tx: Tx, scope: Scope, kind: str, import_id: UUID, sheet: str | None, row: int) -> Decision:
    return deciding.one_record(kind, await lineage.record_key(tx, scope, import_id, sheet, row))
