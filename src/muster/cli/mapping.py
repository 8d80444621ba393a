"""muster mapping approve, set and reset: what a person says about the columns of an import, and what follows."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.mapping_table import described, print_table
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json
from muster.cli.session import tenant
from muster.flow.states import Status
from muster.mapping_review import Opened, Person, Said, approve, column_of
from muster.mapping_review import opened as opened_mapping
from muster.mapping_review import say as say_of_column
from muster.phases.field_mapping.review import Judged
from muster.pipeline import pipeline
from muster.settings import read as read_settings
from muster.store import flows
from muster.store.digest import digest
from muster.store.transaction import Tx
from muster.vocabulary.errors import UsageError

Import = Annotated[str, Parameter(help="The import: its id, the beginning of its id, or its file's name.")]
Table = Annotated[str | None, Parameter(help="Number or name of the table, where the file has several.")]
Column = Annotated[str, Parameter(help="Name of the column as the file writes it, or its position.")]
Change = Callable[[Tx, Opened, Person], Awaitable[list[Judged]]]


async def change_mapping(wanted: str, person: Person, place: Place, change: Change) -> None:
    """Change the mapping of an import, in one transaction, and say how it stands then."""
    settings = read_settings()
    async with tenant(place) as (tx, scope):
        found = await opened_mapping(tx, scope, wanted, settings.minimum_score)
        changed = await change(tx, found, person)
        flow = await flows.read(tx, found.key)
        now = await digest(tx, scope)
    tables = [described(one) for one in changed]
    told: dict[str, Any] = {
        "import_id": found.row.id, "file": found.row.filename, "flow_id": flow.id, "status": flow.status,
        "current_phase": flow.current_phase, "digest": now, "tables": tables,
    }  # fmt: skip
    if place.format is Format.JSON:
        write_json(told)
        return
    for table in tables:
        print_table(table)
    onward = "; the next worker or run goes on with it" if flow.status == Status.RUNNING else ""
    say(f"{found.row.filename}: {flow.status} in {flow.current_phase}{onward}. Digest: {now}")


@command
async def approve_(
    import_: Import,
    /,
    *,
    table: Table = None,
    above: Annotated[
        float | None, Parameter(help="Least score, 0 to 1, of what is accepted; the rest stays unmapped.")
    ] = None,
    waive: Annotated[bool, Parameter(help="Go on although required targets are missing.", negative=())] = False,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Accept what stands for an import's columns; the flow goes on once every table of it is accepted."""

    async def change(tx: Tx, found: Opened, person: Person) -> list[Judged]:
        if above is not None and not 0 <= above <= 1:
            raise UsageError(f"--above is {above}; it must be from 0 to 1.")
        tables = found.judged if table is None else [found.table(table)]
        return await approve(tx, found, tables, person, pipeline(), above=above, waive=waive)

    await change_mapping(import_, Person(saying.by, saying.reason or "approved"), place, change)


@command
async def set_(
    import_: Import,
    column: Column,
    target: Annotated[str, Parameter(help="Name of the attribute, custom.NAME for an own one, or none.")],
    /,
    *,
    unit: Annotated[str | None, Parameter(help="Unit of the column's numbers, such as GB, where none says it.")] = None,
    table: Table = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say what a column is, or that it is none. It is remembered for the client's next files of this kind."""
    said = None if target.casefold() == "none" else target

    async def change(tx: Tx, found: Opened, person: Person) -> list[Judged]:
        judged, position = column_of(found, column, table)
        return [await say_of_column(tx, found, judged, [Said(position, said, unit)], person, pipeline())]

    await change_mapping(import_, Person(saying.by, saying.reason), place, change)


@command
async def reset_(
    import_: Import,
    column: Column,
    /,
    *,
    table: Table = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Go back to what was suggested for a column; what people said of it stays in the record."""

    async def change(tx: Tx, found: Opened, person: Person) -> list[Judged]:
        judged, position = column_of(found, column, table)
        return [await say_of_column(tx, found, judged, [Said(position, None, reset=True)], person, pipeline())]

    await change_mapping(import_, Person(saying.by, saying.reason), place, change)
