"""dependency_analysis: every relation that live records tell of becomes edges and groups over the whole engagement."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from muster.flow.phase import Complete, Fan, Listener, Next, PartDone, Phase, Step, Task
from muster.phases.dependency_analysis import reading
from muster.phases.dependency_analysis.block_evidence import (
    READ_BY,
    BlockEvidence,
    Connected,
    Summed,
    described_by,
    read_block,
)
from muster.phases.dependency_analysis.connection_sums import RULES
from muster.phases.dependency_analysis.connections import directed_claims
from muster.phases.dependency_analysis.edges import edges_of
from muster.phases.dependency_analysis.reading import DESCRIBED, load_told
from muster.phases.dependency_analysis.socket_tables import sockets_of
from muster.phases.dependency_analysis.structure import structure
from muster.phases.dependency_analysis.told import Found, Told
from muster.store import connection_blocks, dependencies, evidence_blocks
from muster.store import structure as stored_structure
from muster.store.frames import CleansedRecords
from muster.store.packed_frames import packed
from muster.store.transaction import Tx
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

__all__ = ["PHASE", "Found", "Told", "compute", "load_told", "save_found"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Blocks that are read in parts of their own, before anything is computed."""

    block_ids: Sequence[int]


def hear(block: CleansedRecords) -> BlockEvidence | None:
    """What a block that describes assets says of dependencies; others are read with their raw columns."""
    return described_by(block.block_id, block.records) if block.record_kind in DESCRIBED else None


async def keep(tx: Tx, scope: Scope, block_id: int, evidence: BlockEvidence) -> None:
    await _keep(tx, scope, evidence)


async def load(tx: Tx, task: Task) -> Told | Unread:
    scope, flow_id = task.flow.scope, task.flow.id
    left = await reading.unread(tx, scope, flow_id)
    return Unread(left) if left else await load_told(tx, scope, flow_id)


async def load_all(tx: Tx, task: Task) -> Told:
    return await load_told(tx, task.flow.scope, task.flow.id)


async def load_block(tx: Tx, task: Task) -> Connected:
    return await reading.connected(tx, task.flow.scope, int(task.payload["block_id"]))


def if_read(read: Told | Unread) -> Found | Unread:
    """Compute once every block is read."""
    return read if isinstance(read, Unread) else compute(read)


def compute(told: Told) -> Found:
    """The pure function: claims of all kinds, resolved and merged."""
    sockets = sockets_of(told.tables, told.sockets, told.assets)
    listening = sockets.services if sockets else None
    seen = [directed_claims(told.flows, listening)] if told.flows.height else []
    seen += [sockets.connections] if sockets else []
    found = edges_of(told.assets, told.names, [told.claims, *(one.claims for one in seen)], told.days)
    services = sockets.services if sockets else pl.DataFrame(schema={"host_text": pl.String()})
    return Found(
        structure(found.edges, told.assets if told.known is None else told.known, told.said, told.before),
        found.unresolved,
        found.self_edges,
        _counted([one.left_out for one in seen]),
        services.height,
        services.get_column("host_text").count(),
        told.evidence,
    )


def _counted(left_out: Sequence[pl.DataFrame]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for frame in left_out:
        counts.update(dict(frame.iter_rows()))
    return dict(sorted(counts.items()))


async def save_found(tx: Tx, scope: Scope, found: Found) -> dict[str, Any]:
    """Store what was found in place of what stood; returns what the flow remembers of it."""
    ends, of = {"source_no": "source_id", "target_no": "target_id"}, {"asset_no": "asset_id"}
    made = found.structure
    edges, refused = made.edges.rename(ends), made.refused.rename(ends)
    await dependencies.replace(tx, scope, edges, refused, found.unresolved, made.groups.rename(of))
    await stored_structure.replace(tx, scope, made.hubs.rename(of), made.proposals.rename(of))
    await stored_structure.keep_grouping(tx, scope, made.grouping.graph, packed(made.grouping.groups))
    await _keep(tx, scope, *found.evidence.values())
    return {
        "dependencies": {
            "edges": made.edges.height,
            "unresolved": found.unresolved.height,
            "self_edges": found.self_edges,
            "left_out": dict(found.left_out),
            "services": found.services,
            "services_of_hosts": found.services_of_hosts,
        }
    }


async def _keep(tx: Tx, scope: Scope, *evidence: BlockEvidence) -> None:
    await evidence_blocks.keep(tx, scope, READ_BY, {one.block_id: (one.said, one.names) for one in evidence})


async def save(tx: Tx, task: Task, found: Found | Unread) -> Next:
    if isinstance(found, Unread):
        return Fan("block", [{"block_id": block_id} for block_id in found.block_ids], "all")
    return await save_all(tx, task, found)


async def save_all(tx: Tx, task: Task, found: Found) -> Next:
    return Complete(await save_found(tx, task.flow.scope, found))


async def save_block(tx: Tx, task: Task, block: Summed | BlockEvidence) -> Next:
    if isinstance(block, BlockEvidence):
        await _keep(tx, task.flow.scope, block)
    else:
        await connection_blocks.keep(tx, task.flow.scope, block.block_id, RULES, block.records, block.sums)
    return PartDone(0)


PHASE = Phase(
    name=PhaseName.DEPENDENCY_ANALYSIS,
    after=PhaseName.ASSET_INVENTORY,
    steps={
        "start": Step(load, if_read, save),
        "block": Step(load_block, read_block, save_block),
        "all": Step(load_all, compute, save_all),
    },
    exclusive=True,
    listener=Listener(hear, keep),
)
