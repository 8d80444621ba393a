"""muster mapping show and coverage: how the mapping of an import stands, and what of a migration's facts it gives."""

from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.mapping import Import, Table
from muster.cli.mapping_table import described, print_table
from muster.cli.options import HERE, Place
from muster.cli.output import SCREEN, Format, write_json, write_rows
from muster.cli.session import tenant
from muster.mapping_review import Opened
from muster.mapping_review import opened as opened_mapping
from muster.phases.field_mapping.coverage import Mapped, coverage
from muster.phases.field_mapping.criteria import Criteria
from muster.phases.field_mapping.review import Judged, missing, profiles_of, review
from muster.settings import read as read_settings
from muster.store import blocks, imports
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

GRID_ROWS = 5


@command
async def show_(
    import_: Import,
    /,
    *,
    table: Table = None,
    samples: Annotated[bool, Parameter(help="Show the mapping above real rows of the file.", negative=())] = False,
    place: Place = HERE,
) -> None:
    """Every column of an import: what it is taken for, how sure that is and why, and what people said."""
    settings = read_settings()
    async with tenant(place, snapshot=True) as (tx, scope):
        found = await opened_mapping(tx, scope, import_, settings.minimum_score, hold=False)
        chosen = found.judged if table is None else [found.table(table)]
        rows = {one.table_no: await _rows(tx, found, one) for one in chosen} if samples else {}
    tables = [{**described(one), **_grid(rows.get(one.table_no))} for one in chosen]
    if place.format is Format.JSON:
        write_json(_told(found, tables))
        return
    SCREEN.print(f"{found.row.filename}: {found.flow.status} in {found.flow.current_phase}", markup=False)
    for told in tables:
        (print_grid if samples else print_table)(told)


def _told(found: Opened, tables: list[dict[str, Any]]) -> dict[str, Any]:
    criteria = found.criteria
    return {
        "import_id": found.row.id,
        "file": found.row.filename,
        "flow_id": found.flow.id,
        "status": found.flow.status,
        "current_phase": found.flow.current_phase,
        "criteria": {
            "required": {kind: list(targets) for kind, targets in criteria.required.items()},
            "minimum_score": criteria.minimum_score,
            "human_approval": criteria.human_approval,
        },
        "unmet": [str(one) for one in missing(found.judged)],
        "tables": tables,
    }


async def _rows(tx: Tx, found: Opened, judged: Judged) -> list[dict[str, str]]:
    """The first records of a table, as they came."""
    return await blocks.first_records(tx, found.key.scope, found.row.id, judged.table_no, GRID_ROWS)


def _grid(rows: list[dict[str, str]] | None) -> dict[str, Any]:
    return {} if rows is None else {"rows": rows}


def print_grid(table: dict[str, Any]) -> None:
    """The mapping above real rows: one line per column, since tables are wider than screens."""
    SCREEN.print(f"{table['table_no']} {table['name']} ({table['record_kind']})", markup=False)
    rows = [
        {
            "column": column["source"],
            "target": column["target"] or "(not used)",
            **{str(at): row.get(str(column["position"])) for at, row in enumerate(table["rows"], 1)},
        }
        for column in table["columns"]
    ]
    write_rows(rows, ("column", "target", *(str(at) for at in range(1, len(table["rows"]) + 1))), Format.TABLE)


@command
async def coverage_(
    import_: Annotated[
        str | None, Parameter(help="The import; without one, all imports of the engagement together.")
    ] = None,
    /,
    *,
    place: Place = HERE,
) -> None:
    """Which facts that a migration needs are mapped, from which columns, and for what share of the records."""
    settings = read_settings()
    async with tenant(place, snapshot=True) as (tx, scope):
        mapped = await _mapped(tx, scope, import_, settings.minimum_score)
    facts = coverage(mapped)
    if place.format is Format.JSON:
        write_json({"import": import_, "facts": facts})
        return
    rows = [{**fact, "columns": "; ".join(_place(place) for place in fact["columns"])} for fact in facts]
    write_rows(rows, ("fact", "level", "covered", "columns", "wanted_by"), place.format, import_ or "Every import")


def _place(place: dict[str, Any]) -> str:
    return f"{place['file']}: {place['source']} -> {place['target']} ({place['filled']:.0%})"


async def _mapped(tx: Tx, scope: Scope, wanted: str | None, minimum_score: float) -> list[Mapped]:
    if wanted is not None:
        rows = [await imports.named(tx, scope, wanted)]
    else:
        rows = [await imports.read(tx, scope, row["import_id"]) for row in await imports.listing(tx, scope)]
    criteria = Criteria({}, minimum_score)
    return [
        Mapped(row.filename, judged.suggested.table, judged.accepted.entries, profiles_of(judged.suggested.table))
        for row in rows
        if row.undone_at is None
        for judged in await review(tx, scope, row.id, criteria)
    ]
