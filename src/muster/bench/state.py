"""muster bench state: what it costs to move a flow one phase on, against the barest claim-and-finish loop."""

import asyncio
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from muster.bench.cost import Cost, measured, peak_rss_bytes
from muster.bench.pipeline import Place
from muster.flow.advance import advance_phase
from muster.store import flows, yardstick
from muster.store.flows import FlowKey
from muster.store.yardstick import Hand
from muster.vocabulary import clock
from muster.vocabulary.phases import PHASE_ORDER

TARGETS = (*(phase.value for phase in PHASE_ORDER), "completed")
SEED = 7
ENOUGH = 1_000  # moves: the system counts processor time of other processes in hundredths of a second
LOAD = 0.5  # share of what the machine can do that the paced run asks for


@dataclass(frozen=True, slots=True)
class Moves:
    """Latency of each move in seconds, at the client, the wait for a connection included; and what all of them cost."""

    latencies: Sequence[float]
    cost: Cost

    def at(self, share: float) -> float:
        """A percentile in milliseconds, the nearest that was measured."""
        ranked = sorted(self.latencies)
        return 1000 * ranked[max(0, math.ceil(share * len(ranked)) - 1)]

    def described(self) -> dict[str, float | None]:
        """As the report has it."""
        moves = len(self.latencies)
        server = self.cost.server_cpu_seconds
        return {
            "p50_ms": self.at(0.5),
            "p99_ms": self.at(0.99),
            "per_second": moves / self.cost.seconds,
            "client_cpu_ms": 1000 * self.cost.client_cpu_seconds / moves,
            "server_cpu_ms": None if server is None else 1000 * server / moves,
            "cpu_ms": 1000 * self.cost.cpu_seconds / moves,
        }


async def measure(place: Place, count: int, connections: int) -> dict[str, Any]:
    """Move `count` flows through all phases at once, and finish as many plain items with as many hands.

    `p99_ms` is that of flows which together ask for half of what this machine can do, as flows do that also compute;
    `saturated` is the same with every flow asking again at once, where latency is the length of the queue. `ratio` is
    processor time per move over that of the yardstick, saturated both.
    """
    waves = math.ceil(ENOUGH / (count * len(TARGETS)))
    one = await _moved(place, 1, None, math.ceil(ENOUGH / 5 / len(TARGETS)))
    bare = await _bare(place, waves * count * len(TARGETS), connections)
    saturated = await _moved(place, count, None, waves)
    paced = await _moved(place, count, len(saturated.latencies) / saturated.cost.seconds * LOAD, waves)
    return {
        "name": "state",
        "flows": count,
        "connections": connections,
        "ratio": saturated.cost.cpu_seconds / bare.cost.cpu_seconds,
        "seconds": saturated.cost.seconds,
        "yardstick_seconds": bare.cost.seconds,
        "moves": len(saturated.latencies),
        "yardstick": "select for update skip locked, update, commit: a plain table, as many items and connections",
        "peak_rss_bytes": peak_rss_bytes(),
        "p50_ms": paced.at(0.5),
        "p99_ms": paced.at(0.99),
        "unloaded": one.described(),
        "paced": paced.described(),
        "saturated": saturated.described(),
        "bare": bare.described(),
    }


async def _flows(place: Place, count: int) -> list[FlowKey]:
    keys = [FlowKey(place.scope, clock.new_id()) for _ in range(count)]
    async with place.database.transaction(place.scope, actor="bench") as tx:
        for key in keys:
            await flows.create(tx, key, "Bench", {}, TARGETS[:-1], {})
    return keys


async def _moved(place: Place, count: int, per_second: float | None, waves: int) -> Moves:
    """Move flows from the first phase to the end; with `per_second`, all together no faster than that."""
    keys = [await _flows(place, count) for _ in range(waves)]
    chance = random.Random(SEED)
    pauses = [[chance.random() * 2 * count / per_second if per_second else 0.0 for _ in TARGETS] for _ in range(count)]
    latencies: list[float] = []
    with measured(place.server_pid) as cost:
        for wave in keys:
            await asyncio.gather(
                *(_line(place, key, pause, latencies) for key, pause in zip(wave, pauses, strict=True))
            )
    return Moves(latencies, cost)


async def _line(place: Place, flow: FlowKey, pauses: Sequence[float], latencies: list[float]) -> None:
    """One flow's whole way."""
    for target, pause in zip(TARGETS, pauses, strict=True):
        await asyncio.sleep(pause)
        began = time.perf_counter()
        await _move(place, flow, target)
        latencies.append(time.perf_counter() - began)


async def _move(place: Place, flow: FlowKey, target: str) -> None:
    async with place.database.transaction(place.scope, actor="bench") as tx:
        await advance_phase(tx, flow, target)


async def _bare(place: Place, items: int, connections: int) -> Moves:
    latencies: list[float] = []
    async with yardstick.claimable(place.owner_url, items, connections) as opened:
        with measured(place.server_pid) as cost:
            await asyncio.gather(*(_finish_all(connection, latencies) for connection in opened))
    return Moves(latencies, cost)


async def _finish_all(connection: Hand, latencies: list[float]) -> None:
    """Claim and finish until nothing is left."""
    left = True
    while left:
        began = time.perf_counter()
        left = await yardstick.claim_and_finish(connection)
        if left:
            latencies.append(time.perf_counter() - began)
