"""dependency_analysis: every relation that live records tell of becomes edges and groups over the whole engagement."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.phases.dependency_analysis.claims import attribute_claims, names, relation_claims
from muster.phases.dependency_analysis.connections import connection_claims
from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA, edges
from muster.phases.dependency_analysis.ends import NAME_SCHEMA
from muster.phases.dependency_analysis.groups import groups
from muster.phases.dependency_analysis.socket_hosts import DUMP_SCHEMA, SocketHosts, socket_hosts
from muster.phases.dependency_analysis.sockets import Sockets, socket_claims
from muster.store import claims, dependencies
from muster.store import inventory as stored
from muster.store.claims import LiveClaims
from muster.store.frames import Rows, cleansed_frame, frame_of, raw_frame, record_ids
from muster.store.packed import Packed
from muster.store.transaction import Tx
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

SOCKET_FORMATS = ("socket_dump", "lsof_dump")
ENDS = [
    "name", "hostname", "fqdn", "ip_address", "management_ip", "source_id", "uuid", "asset_tag", "asset_type",
    "application_name", "application_id", "depends_on", "relationship_source", "relationship_target",
    "relationship_type", "virtualization_host", "virtualization_cluster", "source_ip", "destination_ip", "source_port",
    "destination_port", "protocol",
]  # fmt: skip
# What ss, netstat and lsof call their columns, and what the socket reader calls them.
SOCKET_COLUMNS = {
    "Netid": "protocol", "Proto": "protocol", "NODE": "protocol", "State": "state",
    "Local Address:Port": "local", "Local Address": "local",
    "Peer Address:Port": "peer", "Foreign Address": "peer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What live records tell, and the assets they belong to."""

    live: LiveClaims
    sockets: Sequence[tuple[int, UUID, int, list[str], Packed]]
    assets: Rows
    links: Rows


@dataclass(frozen=True, slots=True)
class Found:
    """Edges between stored assets, ends that fit none, and groups.

    `self_edges` counts connections from an asset to itself, `left_out` by reason the records that join no two assets,
    `services` what listens in socket dumps: in all, and on a host that is known.
    """

    edges: pl.DataFrame
    unresolved: pl.DataFrame
    groups: pl.DataFrame
    self_edges: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    services: int = 0
    services_of_hosts: int = 0


async def load_told(tx: Tx, scope: Scope, flow_id: UUID | None) -> Told:
    """Everything the dependencies of an engagement are a function of."""
    return Told(
        await claims.live(tx, scope, flow_id),
        await claims.raw_blocks(tx, scope, flow_id, SOCKET_FORMATS),
        await stored.columns(tx, scope, ENDS),
        await stored.linked(tx, scope),
    )


async def load(tx: Tx, task: Task) -> Told:
    return await load_told(tx, task.flow.scope, task.flow.id)


def _records(told: Told, wanted: Sequence[str]) -> pl.DataFrame:
    """Live records of tables of these record kinds, with the asset each belongs to and the file it came in."""
    sockets = {(import_id, table_no) for _, import_id, table_no, _, _ in told.sockets}
    kinds = {
        (table.import_id, table.table_no): (table.record_kind, table.arrival)
        for table in told.live.tables
        if (table.import_id, table.table_no) not in sockets
    }
    frames = [
        cleansed_frame(block.id, block.first_row, block.stored, ENDS).with_columns(
            pl.lit(kinds[block.import_id, block.table_no][1], pl.Int32).alias("file_ref")
        )
        for block in told.live.blocks
        if kinds.get((block.import_id, block.table_no), ("", 0))[0] in wanted
    ]
    if not frames:
        return pl.DataFrame()
    rejected = pl.Series([record_id for record_id, _ in told.live.rejected], dtype=pl.Int64)
    links = frame_of(told.links).rename({"asset_id": "asset_no"})
    every = pl.concat(frames).filter(~pl.col("record_id").is_in(rejected.implode()))
    return every.join(links, on="record_id", how="left", maintain_order="left")


def _hosts(told: Told, assets: pl.DataFrame) -> tuple[Mapping[tuple[UUID, int], int], SocketHosts]:
    """A number for each dump, by import and table, and the hosts of the dumps."""
    dumps = [(table.import_id, table.table_no) for table in told.live.tables]
    own = [table.locator.get("local_addresses") for table in told.live.tables]
    rows = [(dump, str(one)) for dump, listed in enumerate(own) if isinstance(listed, list) for one in listed]
    numbers = {key: dump for dump, key in enumerate(dumps)}
    return numbers, socket_hosts(pl.DataFrame(rows, schema=DUMP_SCHEMA, orient="row"), assets)


def _sockets(told: Told, assets: pl.DataFrame) -> Sockets | None:
    if not told.sockets:
        return None
    arrivals = {table.import_id: table.arrival for table in told.live.tables}
    dumps, found = _hosts(told, assets)
    frames = []
    for block_id, import_id, table_no, columns, packed in told.sockets:
        text = raw_frame(packed).select(pl.all().cast(pl.String))
        frame = text.rename({str(at): name for at, name in enumerate(columns, 1)})
        frames.append(
            frame.select(
                pl.col(name).alias(told_as) for name, told_as in SOCKET_COLUMNS.items() if name in columns
            ).with_columns(
                record_ids(block_id, frame.height).alias("record_id"),
                pl.lit(arrivals[import_id], pl.Int32).alias("file_ref"),
                pl.lit(dumps[import_id, table_no], pl.Int64).alias("dump"),
            )
        )
    records = pl.concat(frames, how="diagonal").join(found.hosts, on="dump", how="left", maintain_order="left")
    return socket_claims(records, found.addresses)


def compute(told: Told) -> Found:
    """The pure function: claims of all kinds, resolved and merged."""
    assets = frame_of(told.assets).rename({"id": "asset_no"})
    described = [kind for kind, role in RECORD_KINDS.items() if role in (RecordRole.ASSET, RecordRole.DETAIL)]
    own, relations, flows = _records(told, described), _records(told, ["relation"]), _records(told, ["connection"])
    made = [pl.DataFrame(schema=CLAIM_SCHEMA)]
    known = pl.DataFrame(schema=NAME_SCHEMA)
    if own.height:
        typed = own.drop("asset_type").join(
            assets.select("asset_no", "asset_type"), on="asset_no", how="left", maintain_order="left"
        )
        made.append(attribute_claims(typed))
        known = names(own)
    if relations.height:
        made.append(relation_claims(relations))
    sockets = _sockets(told, assets)
    seen = [connection_claims(flows)] if flows.height else []
    seen += [sockets.connections] if sockets else []
    every = [*made, *(one.claims for one in seen)]
    found = edges(assets, known, pl.concat([frame.cast(CLAIM_SCHEMA) for frame in every]))  # type: ignore[arg-type]
    services = sockets.services if sockets else pl.DataFrame(schema={"host_text": pl.String()})
    return Found(
        found.edges,
        found.unresolved,
        groups(found.edges, assets),
        found.self_edges,
        _counted([one.left_out for one in seen]),
        services.height,
        services.get_column("host_text").count(),
    )


def _counted(left_out: Sequence[pl.DataFrame]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for frame in left_out:
        counts.update(dict(frame.iter_rows()))
    return dict(sorted(counts.items()))


async def save_found(tx: Tx, scope: Scope, found: Found) -> dict[str, Any]:
    """Store what was found in place of what stood; returns what the flow remembers of it."""
    ends = found.edges.rename({"source_no": "source_id", "target_no": "target_id"})
    await dependencies.replace(tx, scope, ends, found.unresolved, found.groups.rename({"asset_no": "asset_id"}))
    return {
        "dependencies": {
            "edges": found.edges.height,
            "unresolved": found.unresolved.height,
            "self_edges": found.self_edges,
            "left_out": dict(found.left_out),
            "services": found.services,
            "services_of_hosts": found.services_of_hosts,
        }
    }


async def save(tx: Tx, task: Task, found: Found) -> Next:
    return Complete(await save_found(tx, task.flow.scope, found))


PHASE = Phase(
    name=PhaseName.DEPENDENCY_ANALYSIS,
    after=PhaseName.ASSET_INVENTORY,
    steps={"start": Step(load, compute, save)},
    exclusive=True,
)
