"""muster mapping advise: ask the adviser about the columns nobody is sure of; it changes nothing."""

from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from muster.adviser.adviser import Adviser, Endpoint
from muster.adviser.asking import Counsel, adviser_named, asked, counsel
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import SCREEN, Format, say, write_json, write_rows
from muster.cli.session import tenant
from muster.settings import AdviserSettings
from muster.settings import read as read_settings
from muster.store import imports, mappings
from muster.store.column_profiles import of_json
from muster.store.imports import TableRow
from muster.store.mappings import MappingSet
from muster.vocabulary.errors import AdviserMissing
from muster.vocabulary.table import Suggestion


@command
async def advise(
    import_id: Annotated[str, Parameter(help="The import whose open columns are asked about.")],
    /,
    *,
    place: Place = HERE,
) -> None:
    """What an adviser takes the open columns of an import for. Nothing is stored: mapping set follows it or not."""
    settings = read_settings()
    adviser = _adviser(settings.adviser)
    async with tenant(place, snapshot=True) as (tx, scope):
        chosen = await imports.named(tx, scope, import_id)
        tables = await imports.tables(tx, scope, chosen.id)
        known = await mappings.newest(tx, scope, chosen.id)
    found = [
        (table, await _counsel(adviser, table, known[table.table_no], settings.adviser))
        for table in tables
        if table.table_no in known
    ]
    _show(found, place.format)


def _adviser(chosen: AdviserSettings) -> Adviser:
    if not chosen.url or not chosen.model:
        raise AdviserMissing
    endpoint = Endpoint(chosen.url, chosen.model, chosen.key, chosen.seconds, chosen.requests, chosen.tokens)
    return adviser_named(chosen.kind, endpoint)


async def _counsel(adviser: Adviser, table: TableRow, known: MappingSet, chosen: AdviserSettings) -> Counsel:
    profiles = [of_json(entry) for entry in table.profile or []]
    suggestions = [_suggestion(entry) for entry in known.suggestions]
    parts = asked(table.name, table.record_kind, suggestions, profiles, samples=chosen.samples == "masked")
    return await counsel(adviser, parts, suggestions)


def _suggestion(entry: dict[str, object]) -> Suggestion:
    stored = Suggestion(**entry)  # type: ignore[arg-type]
    return replace(stored, alternatives=tuple((str(target), float(score)) for target, score in stored.alternatives))


def _show(found: list[tuple[TableRow, Counsel]], format: Format) -> None:
    if format is Format.JSON:
        write_json({"tables": [_told(table, advice) for table, advice in found]})
        return
    for table, advice in found:
        SCREEN.print(f"{table.name}: {table.record_kind}", markup=False)
        write_rows(_rows(advice), ("position", "source", "suggested", "advised", "reason"), format)
        for question in advice.questions:
            SCREEN.print(f"  Question: {question}", markup=False)
        for silence in advice.silences:
            say(f"{table.name}: the adviser gave no suggestion: {silence}")


def _rows(advice: Counsel) -> list[dict[str, object]]:
    return [
        {
            "position": column.suggestion.position,
            "source": column.suggestion.source,
            "suggested": column.suggestion.target,
            "advised": column.target,
            "reason": column.reason,
        }
        for column in advice.columns
    ]


def _told(table: TableRow, advice: Counsel) -> dict[str, object]:
    return {
        "table_no": table.table_no,
        "name": table.name,
        "columns": _rows(advice),
        "questions": list(advice.questions),
        "silences": list(advice.silences),
    }
