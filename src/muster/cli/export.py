"""muster export: links, edges and groups as CSV, one line per record, edge or member."""

import csv
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import write_result
from muster.cli.session import tenant_database
from muster.exports.destination import Move, destination
from muster.exports.parts import Written
from muster.phases.data_cleansing.corrections import guarded
from muster.store import dependencies, lineage
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

Target = Annotated[Path, Parameter(name=("--output", "-o"), help="The CSV file to write.")]
Rows = Callable[[Tx, Scope], AsyncIterator[Mapping[str, Any]]]
LINKS = ("file", "sheet", "row_number", "file_row", "disposition", "asset_id", "asset_name", "rule", "score")
EDGES = (
    "source_id", "source", "target_id", "target", "port", "protocol", "kind", "count", "confidence",
    "bytes", "packets", "first_seen", "last_seen", "source_processes", "target_processes",
)  # fmt: skip
GROUPS = ("group", "asset_id", "asset")


@command
async def links(*, output: Target, place: Place = HERE) -> None:
    """What every record of every live import became."""
    await _export(output, LINKS, lineage.links, place)


@command
async def edges(*, output: Target, place: Place = HERE) -> None:
    """What depends on what."""
    await _export(output, EDGES, _listed(dependencies.listing), place)


@command
async def groups(*, output: Target, place: Place = HERE) -> None:
    """What belongs together."""
    await _export(output, GROUPS, _listed(dependencies.groups), place)


def _listed(listing: Callable[[Tx, Scope], Any]) -> Rows:
    async def rows(tx: Tx, scope: Scope) -> AsyncIterator[Mapping[str, Any]]:
        for row in await listing(tx, scope):
            yield row

    return rows


async def _export(output: Path, columns: tuple[str, ...], rows: Rows, place: Place) -> None:
    written = 0
    async with tenant_database(place) as (database, scope):
        with destination(output, output.suffix, force=True) as target:
            file = Written(target.folder / "rows")
            with file.path.open("w", encoding="utf-8", newline="") as text:
                writer = csv.writer(text)
                writer.writerow(columns)
                async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                    async for row in rows(tx, scope):
                        writer.writerow([_guarded(_plain(row[column])) for column in columns])
                        written += 1
            target.settle([Move(file, target.output)])
    write_result({"file": str(output), "rows": written}, place.format, f"{written} rows are in {output}.")


def _plain(value: object) -> object:
    """Several values in one cell, with semicolons between."""
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value


def _guarded(value: object) -> object:
    return guarded(value) if isinstance(value, str) else value
