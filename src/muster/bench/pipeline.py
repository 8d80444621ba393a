"""muster bench pipeline: a messy file through all six phases, against COPY of the same file into a text table."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from muster.bench import messy
from muster.bench.cost import Cost, Peaks, cpu_of_families, measured, peak_rss_bytes
from muster.flow.run import Engine
from muster.flow.states import AT_REST, Status
from muster.flow.worker import Worker
from muster.phases.data_import.begin import Begun, begin, offer
from muster.store import flows, yardstick
from muster.store.transaction import Database
from muster.vocabulary.errors import UnexpectedFault
from muster.vocabulary.scope import Scope

SHORTEST, LONGEST = 0.05, 0.5  # seconds between two looks at the flow
LATE = 0.02  # by what part of the time until then the end of a flow may be seen late
MOST_BYTES = 1 << 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where the bench runs: an empty database, its owner's address, its server's process, and a folder for files."""

    database: Database
    scope: Scope
    owner_url: str
    server_pid: int | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Hands:
    """How much of the machine a run may use; `engine` makes what computes, and ends it with its processes."""

    engine: Callable[[], AbstractAsyncContextManager[Engine]]
    slots: int
    lease_seconds: float


@dataclass
class Shares:
    """Processor seconds of this program and of the database, by the phase that the flow was in."""

    server_pid: int | None
    by_phase: dict[str, dict[str, float]] = field(default_factory=dict)
    phase: str = ""
    before: list[float] = field(default_factory=list)
    peaks_by_phase: dict[str, dict[str, int]] = field(default_factory=dict)
    peaks: Peaks = field(default_factory=lambda: Peaks(None))

    def entered(self, phase: str) -> None:
        """The flow is in this phase; what was spent since the last change belongs to the one before."""
        self.peaks.look()
        self.peaks_by_phase[phase] = {name: getattr(self.peaks, name) for name in ("worker", "compute", "server")}
        if phase == self.phase or self.server_pid is None:
            return
        now = cpu_of_families(os.getpid(), self.server_pid)
        if self.phase and now:
            spent = (after - before for after, before in zip(now, self.before, strict=True))
            self.by_phase[self.phase] = dict(zip(("client", "server"), spent, strict=True))
        self.phase, self.before = phase, now


async def measure(place: Place, hands: Hands, rows: int) -> dict[str, Any]:
    """Import `rows` messy records twice, and copy them once.

    `ratio` is wall time of the first import over that of COPY. COPY takes the file without its ragged lines (0.02 %),
    since it refuses them.
    """
    path, plain = place.folder / "messy.csv", place.folder / "plain.csv"
    columns = messy.write(path, rows)
    messy.write(plain, rows, ragged=False)
    with measured(place.server_pid) as copying:
        copied = await yardstick.copy_file(place.owner_url, plain, len(columns))
    before = await yardstick.database_bytes(place.owner_url)
    with measured(place.server_pid) as first:
        begun, shares = await _import(place, hands, path)
    grown = await yardstick.database_bytes(place.owner_url) - before
    reading = await asyncio.to_thread(_read_whole, path)
    with measured(place.server_pid) as again:
        known, _ = await _import(place, hands, path)
    if not known.known:
        raise UnexpectedFault("The same file again became another import.")
    return {
        "name": "pipeline",
        "rows": rows,
        "columns": len(columns),
        "file_bytes": path.stat().st_size,
        **_against(first, copied.seconds),
        "yardstick_runs": copied.runs,
        "yardstick": "the same file by COPY into a table of text columns, through the driver; median of the runs",
        "again_seconds": again.seconds,
        "again_ratio": again.seconds / copied.seconds,
        **reading,
        "again_read_ratio": again.seconds / reading["read_records_seconds"],
        "again_bytes_ratio": again.seconds / reading["read_bytes_seconds"],
        "database_bytes": grown,
        "yardstick_bytes": copied.table_bytes,
        "disk_ratio": grown / copied.table_bytes,
        "cpu_ratio": first.cpu_seconds / (copying.cpu_seconds / len(copied.runs)),
        "cpu_seconds": first.cpu_seconds,
        "client_cpu_seconds": first.client_cpu_seconds,
        "server_cpu_seconds": first.server_cpu_seconds,
        **await _places(place, begun),
        "phase_cpu_seconds": shares.by_phase,
        "peak_rss_bytes_by_process": shares.peaks_by_phase,
    }


def _read_whole(path: Path) -> dict[str, float]:
    """Seconds of reading the file's bytes, and of reading its records as text with polars."""
    began = time.perf_counter()
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    bytes_read = time.perf_counter()
    pl.scan_csv(path, infer_schema=False, truncate_ragged_lines=True).select(pl.all().str.len_bytes().sum()).collect(
        engine="streaming"
    )
    return {"read_bytes_seconds": bytes_read - began, "read_records_seconds": time.perf_counter() - bytes_read}


def _against(cost: Cost, yardstick_seconds: float) -> dict[str, Any]:
    return {
        "ratio": cost.seconds / yardstick_seconds,
        "seconds": cost.seconds,
        "yardstick_seconds": yardstick_seconds,
        "peak_rss_bytes": peak_rss_bytes(),
    }


async def run_file(place: Place, hands: Hands, path: Path) -> Begun:
    """Import one file, to the end of its flow."""
    return (await _import(place, hands, path))[0]


async def run_files(place: Place, hands: Hands, paths: Sequence[Path]) -> list[tuple[Begun, float]]:
    """Import files one after the other with one worker that stays; each with its seconds from offer to end."""
    found: list[tuple[Begun, float]] = []
    async with _working(hands) as working:
        for path in paths:
            began = time.perf_counter()
            begun, _ = await _followed(place, path, working)
            found.append((begun, time.perf_counter() - began))
    return found


async def _import(place: Place, hands: Hands, path: Path) -> tuple[Begun, Shares]:
    """What `muster run` does with one file, up to its end."""
    async with _working(hands) as working:
        return await _followed(place, path, working)


@asynccontextmanager
async def _working(hands: Hands) -> AsyncIterator[asyncio.Task[None]]:
    """A worker at work, until the block ends; then its processes have ended too, so that their cost is told."""
    async with hands.engine() as engine:
        worker = Worker(engine, hands.slots, hands.lease_seconds)
        working = asyncio.create_task(worker.run())
        try:
            yield working
        finally:
            worker.stop()
            await working
    for child in multiprocessing.active_children():
        await asyncio.to_thread(child.join)


async def _followed(place: Place, path: Path, working: asyncio.Task[None]) -> tuple[Begun, Shares]:
    offered = offer(path, path.name, 100, None, "auto", MOST_BYTES)
    async with place.database.transaction(place.scope, actor="bench") as tx:
        begun = await begin(tx, place.scope, offered)
    shares, began = Shares(place.server_pid, peaks=Peaks(place.server_pid)), time.perf_counter()
    while not working.done():
        if await _at_rest(place, begun, shares):
            break
        # Looking 20 times a second took a tenth of all processor time, and was told as the product's.
        await asyncio.sleep(min(LONGEST, max(SHORTEST, (time.perf_counter() - began) * LATE)))
    return begun, shares


async def _at_rest(place: Place, begun: Begun, shares: Shares) -> bool:
    async with place.database.transaction(place.scope, actor="bench") as tx:
        row = await flows.read(tx, begun.flow)
    shares.entered(row.current_phase)
    if Status(row.status) in AT_REST and row.status != Status.COMPLETED:
        raise UnexpectedFault(f"The flow is {row.status} in {row.current_phase}: {row.error_message}")
    return row.status == Status.COMPLETED


async def _places(place: Place, begun: Begun) -> dict[str, Any]:
    """Where the time went: wall seconds of each phase, and the seconds of each step added up over its parts."""
    async with place.database.transaction(place.scope, actor="bench") as tx:
        runs = await flows.runs(tx, begun.flow)
        history = await flows.history(tx, begun.flow)
    steps = _added([event for event in history if event["step"]])
    return {
        "phases": {run["phase"]: run["seconds"] for run in runs},
        "steps": sorted(steps, key=lambda step: -step["seconds"]),
    }


def _added(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        key = event["phase"], event["step"]
        step = found.setdefault(key, {"phase": key[0], "step": key[1], "parts": 0, "seconds": 0.0})
        step["parts"] += 1
        step["seconds"] += event["seconds"]
    return list(found.values())
