"""muster export: links, edges and groups as CSV, one line per record, edge or member."""

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json
from muster.cli.session import opened, scope_of
from muster.exports.destination import Move, destination
from muster.exports.parts import Written
from muster.phases.data_cleansing.corrections import guarded
from muster.settings import read as read_settings
from muster.store import dependencies, lineage
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

Target = Annotated[Path, Parameter(name=("--output", "-o"), help="The CSV file to write.")]
Rows = Callable[[Tx, Scope], AsyncIterator[Mapping[str, Any]]]
LINKS = ("file", "sheet", "row_number", "file_row", "disposition", "asset_id", "asset_name", "rule", "score")
EDGES = ("source_id", "source", "target_id", "target", "port", "protocol", "kind", "count", "confidence")
GROUPS = ("group", "asset_id", "asset")


def links(
    *, output: Target, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE
) -> int:
    """What every record of every live import became."""
    return _export(output, LINKS, lineage.links, client, engagement, format)


def edges(
    *, output: Target, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE
) -> int:
    """What depends on what."""
    return _export(output, EDGES, _listed(dependencies.listing), client, engagement, format)


def groups(
    *, output: Target, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE
) -> int:
    """What belongs together."""
    return _export(output, GROUPS, _listed(dependencies.groups), client, engagement, format)


def _listed(listing: Callable[[Tx, Scope], Any]) -> Rows:
    async def rows(tx: Tx, scope: Scope) -> AsyncIterator[Mapping[str, Any]]:
        for row in await listing(tx, scope):
            yield row

    return rows


def _export(
    output: Path, columns: tuple[str, ...], rows: Rows, client: str | None, engagement: str | None, format: Format
) -> int:
    async def command() -> int:
        settings = read_settings()
        written = 0
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            with destination(output, output.suffix, force=True) as place:
                file = Written(place.folder / "rows")
                with file.path.open("w", encoding="utf-8", newline="") as text:
                    writer = csv.writer(text)
                    writer.writerow(columns)
                    async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                        async for row in rows(tx, scope):
                            writer.writerow([_guarded(row[column]) for column in columns])
                            written += 1
                place.settle([Move(file, place.output)])
        if format is Format.JSON:
            write_json({"file": str(output), "rows": written})
        else:
            say(f"{written} rows are in {output}.")
        return 0

    return conclude(command, format)


def _guarded(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
