"""muster bench inspect: a messy file inspected whole, against a plain read of it; each in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.bench import messy
from muster.vocabulary.errors import UnexpectedFault

READ = "import polars, sys; print(polars.read_csv(sys.argv[1]).height)"


@dataclass(frozen=True, slots=True)
class Run:
    """One process from its start to its end."""

    seconds: float
    peak_rss_bytes: int
    said: bytes


def measure(folder: Path, rows: int, runs: int = 3) -> dict[str, Any]:
    """Inspect a messy file of `rows` records, and read it with polars' own settings; turn about, `runs` times each.

    `ratio` is the least wall time of the whole command over the least of the reading, both with the start of their
    processes. The file has no ragged lines: the plain reader refuses such a file.
    """
    path = folder / "messy.csv"
    columns = messy.write(path, rows, ragged=False)
    inspected, read = [], []
    for _ in range(runs):
        read.append(_run(folder, ("-c", READ, str(path))))
        _expect(rows, int(read[-1].said))
        inspected.append(_run(folder, ("-m", "muster.cli", "inspect", str(path), "--format", "json")))
        _expect(rows, json.loads(inspected[-1].said)["tables"][0]["records"])
    seconds, yardstick = (min(run.seconds for run in those) for those in (inspected, read))
    return {
        "name": "inspect",
        "rows": rows,
        "columns": len(columns),
        "file_bytes": path.stat().st_size,
        "ratio": seconds / yardstick,
        "seconds": seconds,
        "yardstick_seconds": yardstick,
        "runs": [run.seconds for run in inspected],
        "yardstick_runs": [run.seconds for run in read],
        "yardstick": "polars.read_csv of the same file in a process of its own; the least of the runs",
        "peak_rss_bytes": max(run.peak_rss_bytes for run in inspected),
        "yardstick_peak_rss_bytes": max(run.peak_rss_bytes for run in read),
    }


def _run(folder: Path, arguments: Sequence[str]) -> Run:
    unit = 1 if sys.platform == "darwin" else 1024
    with (folder / "said").open("w+b") as output:
        began = time.perf_counter()
        process = subprocess.Popen((sys.executable, *arguments), stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for behind the back of `process`
        if process.returncode:
            raise UnexpectedFault(f"{' '.join(arguments[:3])} ended with {process.returncode}.")
        output.seek(0)
        return Run(seconds, usage.ru_maxrss * unit, output.read())


def _expect(rows: int, found: int) -> None:
    if found != rows:
        raise UnexpectedFault(f"{found} records were read of {rows}.")
