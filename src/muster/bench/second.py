"""muster bench second: what a client reads who came after a larger one, of whom alone the statistics know."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from muster.bench.cost import Cost, measured, peak_rss_bytes
from muster.bench.inventory import part
from muster.bench.pipeline import Hands, Place, run_file
from muster.settings import environment
from muster.store import tenants, yardstick
from muster.vocabulary.errors import UnexpectedFault

CLIENT, ENGAGEMENT = "Second", "Came later"
# Every command that reads a whole engagement and needs no word more. FOLDER is where those that write files may.
READING = (
    "digest",
    "validate all",
    "quality",
    "asset list",
    "issue list",
    "review list",
    "history",
    "dependency list",
    "dependency unresolved",
    "dependency groups",
    "dependency waves",
    "dependency hubs",
    "dependency applications",
    "dependency cycles",
    "debt list",
    "debt summary",
    "debt scores",
    "debt propose",
    "debt readiness",
    "export links --output FOLDER/links.csv",
    "export edges --output FOLDER/edges.csv",
    "export groups --output FOLDER/groups.csv",
    "export csv --output FOLDER/csv",
    "export evidence --output FOLDER/evidence",
)


async def measure(
    place: Place, hands: Hands, rows: int, limit_seconds: float, commands: Sequence[str] = READING
) -> dict[str, Any]:
    """Import `rows` records for a first client, look at the tables, and a tenth as many for a second one.

    Each of `commands` then runs as the second client, in a process of its own: once while the statistics say that it
    has no rows, and once more when the tables were looked at again. `ratio` is all processor seconds of the first over
    all of the second (the two are minutes apart: wall time would measure what else the machine does); `slowest_ratio`
    that of the command that suffers most. Autovacuum is off, so that nothing mends the statistics meanwhile. A command
    that takes longer than `limit_seconds` is stopped.
    """
    await yardstick.keep_statistics(place.owner_url)
    await run_file(place, hands, part(place.folder / "first.csv", 0, rows, rows))
    await yardstick.look_at_tables(place.owner_url)
    second = replace(place, scope=await tenants.find_or_create(place.database, CLIENT, ENGAGEMENT))
    began = time.perf_counter()
    await run_file(second, hands, part(place.folder / "second.csv", 0, max(rows // 10, 1), rows))
    imported = time.perf_counter() - began
    unknown = await asyncio.to_thread(_commands, place, "unknown", commands, limit_seconds)
    await yardstick.look_at_tables(place.owner_url)
    known = await asyncio.to_thread(_commands, place, "known", commands, limit_seconds)
    ratios = {name: cost.cpu_seconds / known[name].cpu_seconds for name, cost in unknown.items()}
    slowest = max(ratios, key=ratios.__getitem__)
    return {
        "name": "second",
        "rows": rows,
        "ratio": _cpu(unknown) / _cpu(known),
        "seconds": _cpu(unknown),
        "yardstick_seconds": _cpu(known),
        "yardstick": "the same commands when the statistics know the second client",
        "slowest": slowest,
        "slowest_ratio": ratios[slowest],
        "import_seconds": imported,
        "command_ratios": ratios,
        "command_seconds": {name: cost.seconds for name, cost in unknown.items()},
        "peak_rss_bytes": peak_rss_bytes(),
    }


def _cpu(costs: Mapping[str, Cost]) -> float:
    return sum(cost.cpu_seconds for cost in costs.values())


def _commands(place: Place, name: str, commands: Sequence[str], limit_seconds: float) -> dict[str, Cost]:
    settings = environment(home=str(place.folder / "home"), client=CLIENT, engagement=ENGAGEMENT)
    written = place.folder / name
    written.mkdir()
    found = {}
    for words in commands:
        with measured(place.server_pid) as cost:
            _run(words, written, settings, limit_seconds)
        found[words.partition(" --")[0]] = cost
    return found


def _run(words: str, folder: Path, settings: Mapping[str, str], limit_seconds: float) -> None:
    arguments = [sys.executable, "-m", "muster.cli", *words.replace("FOLDER", str(folder)).split()]
    try:
        done = subprocess.run(arguments, env=settings, capture_output=True, text=True, timeout=limit_seconds)
    except subprocess.TimeoutExpired:
        return
    if done.returncode:
        raise UnexpectedFault(f"muster {words} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
