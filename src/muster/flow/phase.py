"""What a phase is: steps of load, pure run and save, and what may come after a step."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.store.flows import FlowKey
from muster.store.frames import CleansedRecords
from muster.store.transaction import Tx
from muster.vocabulary.errors import MusterError
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What a step is asked to do. `spool` is a folder on this machine for files that are read again and again.

    `beside`: what the step's `beside` names, which is being computed while `save` writes.
    """

    flow: FlowKey
    payload: Payload
    part: int
    spool: Path
    settings: Mapping[str, Any]
    beside: asyncio.Future[Any] | None = None


@dataclass(frozen=True, slots=True)
class Fan:
    """Do every part (in any order, on any machine), then the step `then`. `total`: their records, if known."""

    step: str
    parts: Sequence[Payload]
    then: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class PartDone:
    """One part is committed; `records` of the phase are done with it."""

    records: int
    cursor: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gate:
    """A person decides; nothing is held meanwhile. The approval makes `then` ready."""

    reason: str
    then: str


@dataclass(frozen=True, slots=True)
class Complete:
    """The phase is done. `state` is what it leaves in the flow's state_data."""

    state: Payload
    records: int | None = None


Next = Fan | PartDone | Gate | Complete


@dataclass(frozen=True, slots=True)
class Step:
    """`load` reads one snapshot; `run` computes without database, clock or settings; `save` writes in the commit.

    `skip` sets a chunk aside that cannot be done, with the reason, where the installation's policy says so. `beside`
    names of the result what may be computed while the rest is written: a function like `run`, and its argument.
    """

    load: Callable[[Tx, Task], Awaitable[Any]]
    run: Callable[[Any], Any]
    save: Callable[[Tx, Task, Any], Awaitable[Next]]
    skip: Callable[[Tx, Task, MusterError], Awaitable[Next]] | None = None
    beside: Callable[[Any], tuple[Callable[[Any], Any], Any] | None] | None = None


@dataclass(frozen=True, slots=True)
class Listener:
    """What a later phase keeps of every block, computed where the block is cleansed: it is in memory there.

    `hear` computes like the `run` of a step, None where the phase wants nothing of such a block; `keep` writes it. What
    was not heard then, the phase reads by itself.
    """

    hear: Callable[[CleansedRecords], Any]
    keep: Callable[[Tx, Scope, int, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the six, begun with the step 'start'. `exclusive`: computes over the whole engagement, one at a time."""

    name: PhaseName
    after: PhaseName | None
    steps: Mapping[str, Step]
    exclusive: bool = False
    listener: Listener | None = None


def in_order(phases: Sequence[Phase]) -> dict[str, Phase]:
    """Follow `after` from first to last; ValueError names phases that follow nothing, or share a predecessor."""
    by_after = {phase.after: phase for phase in phases}
    ordered: dict[str, Phase] = {}
    name: PhaseName | None = None
    while name in by_after:
        ordered[by_after[name].name.value] = by_after[name]
        name = by_after[name].name
    lost = {phase.name.value for phase in phases} - set(ordered)
    if lost or len(ordered) != len(phases):
        raise ValueError(f"phases that follow nothing, or follow the same phase: {sorted(lost)}")
    return ordered
