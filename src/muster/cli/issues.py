"""muster issue: what is wrong with the data, by cause, and the bad records as a file to mend."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

from cyclopts import Parameter

from muster.bad_records import bad_records
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import tenant
from muster.store import imports, issues
from muster.vocabulary.errors import UsageError

Import = Annotated[str, Parameter(help="Id of an import, its beginning, or the name of its file.")]
Table = Annotated[str | None, Parameter(help="Name or number of the table.")]


@command
async def list_(
    import_: Annotated[str | None, Parameter(name="--import", help="Issues of one import only.")] = None,
    *,
    table: Table = None,
    column: Annotated[str | None, Parameter(help="Issues of this column only.")] = None,
    code: Annotated[str | None, Parameter(help="Issues of this code only, such as unknown_word.")] = None,
    place: Place = HERE,
) -> None:
    """Issues by cause, those of most records first: column, code, records, different values, examples, what to do."""
    async with tenant(place, snapshot=True) as (tx, scope):
        filters: dict[str, UUID | str] = {}
        if import_ is not None:
            filters["import_id"] = (await imports.named(tx, scope, import_)).id
        for name, said in (("table", table), ("column", column), ("code", code)):
            filters |= {} if said is None else {name: said}
        rows = await issues.by_cause(tx, scope, filters)
    shown = ("file", "table", "column", "code", "rule", "records", "distinct_values", "examples", "hint")
    write_rows(rows, shown, place.format, "Issues")


@command
async def export(
    import_: Import,
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="The CSV file to write.")],
    table: Table = None,
    code: Annotated[
        list[str] | None, Parameter(help="Only records with an issue of this code, several times.", negative=())
    ] = None,
    place: Place = HERE,
) -> None:
    """Write the bad records of an import: raw columns as they came, and why they are bad. Mend it, then run it."""
    async with tenant(place, snapshot=True) as (tx, scope):
        row = await imports.named(tx, scope, import_)
        found = await bad_records(tx, scope, row, frozenset(code or ()))
    found = [one for one in found if table is None or table in (one.table.name, str(one.table.table_no))]
    if len(found) > 1:
        names = "; ".join(f"{one.table.table_no} {one.table.name} ({one.records} records)" for one in found)
        raise UsageError(f"{row.filename} has bad records in several tables: {names}.", hint="Name one: --table.")
    text, records = (found[0].text, found[0].records) if found else ("", 0)
    if found:
        output.write_bytes(b"\xef\xbb\xbf" + text.encode())  # the mark tells spreadsheets that it is UTF-8
    if place.format is Format.JSON:
        write_json({"file": str(output) if found else None, "records": records, "import_id": row.id})
    elif found:
        say(f"{records} bad records are in {output}. Mend them there, then: muster run {output}")
    else:
        say(f"{row.filename} has no bad records.")
