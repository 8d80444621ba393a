"""muster bench files: small files one after the other, into an empty engagement and onto a large one."""

import statistics
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from muster.bench.cost import measured, peak_rss_bytes
from muster.bench.inventory import part
from muster.bench.pipeline import Hands, Place, run_file, run_files
from muster.phases.data_import.begin import Begun
from muster.store import flows, tenants

SMALL = 100


async def measure(place: Place, hands: Hands, rows: int, files: int) -> dict[str, Any]:
    """Import `files` files of 100 records into an engagement of nothing else, and as many onto one of `rows` records.

    `ratio` is the median file onto the large engagement over the median file into the empty one; each set has one
    worker, whose start is in its first file. `phases` are the median seconds of each phase, in either.
    """
    empty = replace(place, scope=await tenants.find_or_create(place.database, "Bench", "Small files alone"))
    first = await _files(empty, hands, 0, files, rows)
    await run_file(place, hands, part(place.folder / "large.csv", 0, rows, rows))
    second = await _files(place, hands, rows // 2, files, rows)
    alone, onto = (statistics.median(seconds for _, seconds in found["imports"]) for found in (first, second))
    return {
        "name": "files",
        "rows": rows,
        "files": files,
        "ratio": onto / alone,
        "seconds": onto,
        "yardstick_seconds": alone,
        "yardstick": "the median of the same kind of file into an engagement of nothing else",
        "seconds_alone": [seconds for _, seconds in first["imports"]],
        "seconds_onto": [seconds for _, seconds in second["imports"]],
        "cpu_seconds_per_file_alone": first["cpu_seconds"] / files,
        "cpu_seconds_per_file_onto": second["cpu_seconds"] / files,
        "phases_alone": await _phases(empty, first["imports"]),
        "phases_onto": await _phases(place, second["imports"]),
        "peak_rss_bytes": peak_rss_bytes(),
    }


async def _files(place: Place, hands: Hands, start: int, files: int, machines: int) -> dict[str, Any]:
    name = f"small-{place.scope.engagement_id}"
    paths = [
        part(place.folder / f"{name}-{number}.csv", start + number * SMALL, SMALL, machines) for number in range(files)
    ]
    with measured(place.server_pid) as cost:
        imports = await run_files(place, hands, paths)
    return {"imports": imports, "cpu_seconds": cost.cpu_seconds}


async def _phases(place: Place, imports: Sequence[tuple[Begun, float]]) -> dict[str, float]:
    async with place.database.transaction(place.scope, actor="bench") as tx:
        runs = [await flows.runs(tx, begun.flow) for begun, _ in imports]
    return {
        one["phase"]: statistics.median(float(run[at]["seconds"]) for run in runs) for at, one in enumerate(runs[0])
    }
