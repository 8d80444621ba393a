"""A worker process with one fault built in, for tests that kill and stop it at a chosen place.

python chaos_worker.py URL SPOOL LEASE_SECONDS FAULT, where FAULT is none, die:PHASE:N (SIGKILL after the n-th statement
of the phase's commits), slow:PHASE:SECONDS (its computations take so long) or skew:SECONDS (this machine's clock is
wrong by so much).
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from muster.flow.compute import Compute
from muster.flow.phase import Next, Phase, Step, Task
from muster.flow.run import Engine
from muster.flow.worker import Worker
from muster.pipeline import pipeline
from muster.store.transaction import Database, Tx
from muster.vocabulary import clock

STEPS = {"span_bytes": 1 << 12, "minimum_score": 0.6, "limits": {}, "chunk_records": 50_000}


def deadly(step: Step, statements: int) -> Step:
    """Ends this process with SIGKILL once the commit has come so far."""
    left = [statements]

    def count(_: Any) -> None:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    async def save(tx: Tx, task: Task, result: Any) -> Next:
        with tx.query_logger(count):
            onward = await step.save(tx, task, result)
        tx.add_query_logger(count)
        return onward

    return replace(step, save=save)


def slow(step: Step, seconds: float) -> Step:
    def run(loaded: Any) -> Any:
        time.sleep(seconds)
        return step.run(loaded)

    return replace(step, run=run)


def with_fault(phases: Mapping[str, Phase], fault: str) -> dict[str, Phase]:
    """The pipeline with the fault in the named phase; a skewed clock is set in this process."""
    kind, *words = fault.split(":")
    if kind == "skew":
        real, off = clock.now, timedelta(seconds=float(words[0]))
        clock.now = lambda: real() + off
        time.time = lambda: real().timestamp() + off.total_seconds()
    if kind not in ("die", "slow"):
        return dict(phases)
    make = (lambda step: deadly(step, int(words[1]))) if kind == "die" else (lambda step: slow(step, float(words[1])))
    steps = {name: make(step) for name, step in phases[words[0]].steps.items()}
    return {**phases, words[0]: replace(phases[words[0]], steps=steps)}


async def main(url: str, spool: str, lease: str, fault: str) -> None:
    async with Database.open(url) as database:
        with Compute("threads", 2) as compute:
            engine = Engine(database, with_fault(pipeline(), fault), compute, Path(spool), STEPS, 60.0)
            worker = Worker(engine, 2, float(lease))
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
            await worker.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
