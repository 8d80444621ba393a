"""muster bench inventory: an import on top of another, taken back again, and small files after it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from muster.bench import messy
from muster.bench.cost import Cost, measured, peak_rss_bytes
from muster.bench.pipeline import Hands, Place, run_file, run_files
from muster.recompute import recompute, undo_import
from muster.store import flows
from muster.store import inventory as stored
from muster.store.transaction import Tx

SMALL_FILES, SMALL = 5, 100
PHASES = ("asset_inventory", "dependency_analysis", "tech_debt_assessment")


async def measure(place: Place, hands: Hands, rows: int) -> dict[str, Any]:
    """Import two files of `rows` messy records, undo the second, then import files of 100 records one after the other.

    `ratio` is the undo over the inventory phase of the import that is undone. `small_phases_seconds` are the phases of
    each small file that look at the whole engagement; `whole_seconds` is a computation of all of it from nothing.
    """
    halves = [part(place.folder / f"half{number}.csv", number * rows, rows, 2 * rows) for number in (0, 1)]
    imported = [await run_file(place, hands, half) for half in halves]
    phases = await _seconds(place, imported[1].flow)
    undo = await _inside(place, lambda tx: undo_import(tx, place.scope, imported[1].import_id, "bench", "measured"))
    paths = [part(place.folder / f"small{n}.csv", rows + n * SMALL, SMALL, 2 * rows) for n in range(SMALL_FILES)]
    spent = [await _seconds(place, begun.flow) for begun, _ in await run_files(place, hands, paths)]
    whole = await _inside(place, lambda tx: _from_nothing(tx, place))
    return {
        "name": "inventory",
        "rows": rows,
        "ratio": undo.seconds / phases["asset_inventory"],
        "seconds": undo.seconds,
        "yardstick_seconds": phases["asset_inventory"],
        "yardstick": "the inventory phase of the import that is undone",
        "cpu_seconds": undo.cpu_seconds,
        "small_phases_seconds": [sum(one[name] for name in PHASES) for one in spent],
        "small_inventory_seconds": [one["asset_inventory"] for one in spent],
        "whole_seconds": whole.seconds,
        "whole_cpu_seconds": whole.cpu_seconds,
        "phases": phases,
        "peak_rss_bytes": peak_rss_bytes(),
    }


def part(path: Path, start: int, rows: int, machines: int) -> Path:
    """Write `rows` of the messy records of an estate of `machines`, from number `start` on."""
    with path.open("wb") as file:
        for at in range(start, start + rows, messy.CHUNK):
            chunk = messy.frame(at, min(messy.CHUNK, start + rows - at), machines, 7)
            file.write(chunk.write_csv(include_header=at == start).encode())
    return path


async def _seconds(place: Place, flow: flows.FlowKey) -> dict[str, float]:
    async with place.database.transaction(place.scope, actor="bench") as tx:
        return {run["phase"]: float(run["seconds"]) for run in await flows.runs(tx, flow)}


async def _inside(place: Place, act: Callable[[Tx], Awaitable[object]]) -> Cost:
    with measured(place.server_pid) as cost:
        async with place.database.transaction(place.scope, actor="bench") as tx:
            await act(tx)
    return cost


async def _from_nothing(tx: Tx, place: Place) -> None:
    await stored.forget(tx, place.scope)
    await recompute(tx, place.scope)
