"""muster dependency why: the records that tell of a dependency, and the columns in which they name its ends."""

from typing import Any

from muster.cli.command import command
from muster.cli.dependency_decide import Source, Target
from muster.cli.options import HERE, Place
from muster.cli.output import Format, write_json, write_rows
from muster.cli.session import tenant
from muster.edge_why import edge_why
from muster.store import lineage

COLUMNS = ("kind", "port", "protocol", "file", "sheet", "file_row", "source", "target", "called")


@command
async def why(source: Source, target: Target, /, *, place: Place = HERE) -> None:
    """Which file, row and columns tell of a dependency: the first record of each file that does."""
    async with tenant(place, snapshot=True) as (tx, scope):
        ends = [await lineage.find_asset(tx, scope, one) for one in (source, target)]
        rows = await edge_why(tx, scope, ends[0], ends[1])
    if place.format is Format.JSON:
        write_json(rows)
        return
    told = [{**row, **{name: _cells(row.get(f"{of}_columns")) for name, of in _SHOWN}} for row in rows]
    write_rows(told, COLUMNS, place.format, f"What tells that {source} depends on {target}")


_SHOWN = (("source", "source"), ("target", "target"), ("called", "port"))


def _cells(columns: dict[str, Any] | None) -> str:
    return "; ".join(f"{column}: {text}" for column, text in (columns or {}).items())
