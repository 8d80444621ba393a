"""dependency_analysis: every relation that live records tell of becomes edges and groups over the whole engagement."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.phases.dependency_analysis.claims import attribute_claims, names, relation_claims
from muster.phases.dependency_analysis.connections import connection_claims
from muster.phases.dependency_analysis.decided import KINDS, Said, said_of
from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA, edges
from muster.phases.dependency_analysis.ends import NAME_SCHEMA
from muster.phases.dependency_analysis.socket_hosts import DUMP_SCHEMA, SocketHosts, socket_hosts
from muster.phases.dependency_analysis.sockets import Sockets, socket_claims
from muster.phases.dependency_analysis.structure import Structure, structure
from muster.store import claims, decisions, dependencies
from muster.store import inventory as stored
from muster.store import structure as stored_structure
from muster.store.claims import LiveTable
from muster.store.frames import ORDINAL_BITS, Rows, cleansed_frame, frame_of, raw_frame, record_ids
from muster.store.packed import Packed
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

DESCRIBED = [kind for kind, role in RECORD_KINDS.items() if role in (RecordRole.ASSET, RecordRole.DETAIL)]
KINDS_READ = [*DESCRIBED, "relation", "connection"]
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
    """What live records tell, and the assets.

    `claims` (CLAIM_SCHEMA) and `names` (ends.NAME_SCHEMA) are of records that describe assets; a name that the asset
    itself carries is left out, and stands once without its text to say in which file the asset is.
    """

    tables: Sequence[LiveTable]
    sockets: Sequence[tuple[int, UUID, int, list[str], Packed]]
    assets: pl.DataFrame
    claims: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CLAIM_SCHEMA))
    names: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NAME_SCHEMA))
    relations: pl.DataFrame = field(default_factory=pl.DataFrame)
    flows: pl.DataFrame = field(default_factory=pl.DataFrame)
    said: Said = field(default_factory=Said)


@dataclass(frozen=True, slots=True)
class Linked:
    """The assets, and which of them each record belongs to."""

    assets: pl.DataFrame
    links: pl.DataFrame
    rejected: pl.Series


@dataclass(frozen=True, slots=True)
class Found:
    """The structure of edges between stored assets, and ends that fit none.

    `self_edges` counts connections from an asset to itself, `left_out` by reason the records that join no two assets,
    `services` what listens in socket dumps: in all, and on a host that is known.
    """

    structure: Structure
    unresolved: pl.DataFrame
    self_edges: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    services: int = 0
    services_of_hosts: int = 0

    @property
    def edges(self) -> pl.DataFrame:
        """The edges that nobody refused."""
        return self.structure.edges


async def load_told(tx: Tx, scope: Scope, flow_id: UUID | None) -> Told:
    """Everything the dependencies of an engagement are a function of, read block by block."""
    tables = await claims.tables(tx, scope, flow_id)
    sockets = await claims.raw_blocks(tx, scope, flow_id, SOCKET_FORMATS)
    rows = await stored.columns(tx, scope, ENDS), await stored.linked(tx, scope)
    linked = await asyncio.to_thread(_linked, *rows, await claims.rejected(tx, scope, flow_id))
    dumped = {(import_id, table_no) for _, import_id, table_no, _, _ in sockets}
    arrivals = {
        (table.import_id, table.table_no): table.arrival
        for table in tables
        if (table.import_id, table.table_no) not in dumped
    }
    made, known = [pl.DataFrame(schema=CLAIM_SCHEMA)], [pl.DataFrame(schema=NAME_SCHEMA)]
    between: dict[str, list[pl.DataFrame]] = {"relation": [], "connection": []}
    for block_id, import_id, table_no in await claims.cleansed_blocks(tx, scope, flow_id, KINDS_READ):
        if (import_id, table_no) not in arrivals:
            continue
        first_row, kind, block = await claims.cleansed(tx, scope, block_id)
        read = partial(_records, block_id, first_row, block, arrivals[import_id, table_no], linked)
        if kind in between:
            between[kind].append(await asyncio.to_thread(read))
        else:
            said, called = await asyncio.to_thread(_said, read, linked)
            made.append(said)
            known.append(called)
    relations, flows = (pl.concat(between[kind]) if between[kind] else pl.DataFrame() for kind in between)
    words = await load_said(tx, scope)
    return Told(tables, sockets, linked.assets, pl.concat(made), pl.concat(known), relations, flows, words)


async def load_said(tx: Tx, scope: Scope) -> Said:
    """What people said of dependencies and still stands, with the assets it is about as they are numbered now."""
    made = [one for one in await decisions.standing(tx, scope) if one["kind"] in KINDS]
    named = [
        (one["id"], side, place)
        for one in made
        for side in ("records", "others")
        for place in one["subject"].get(side, ())
    ]
    found = await decisions.assets_named(tx, scope, [place for _, _, place in named])
    assets: dict[int, dict[str, int]] = {}
    for (number, side, _), asset in zip(named, found, strict=True):
        if asset is not None:
            assets.setdefault(number, {}).setdefault(side, asset)
    return said_of(made, assets)


async def load(tx: Tx, task: Task) -> Told:
    return await load_told(tx, task.flow.scope, task.flow.id)


def _linked(assets: Rows, links: Rows, rejected: Sequence[tuple[int, str]]) -> Linked:
    bad = pl.Series([record_id for record_id, _ in rejected], dtype=pl.Int64)
    by_number = frame_of(links).rename({"asset_id": "asset_no"}).sort("record_id")
    return Linked(frame_of(assets).rename({"id": "asset_no"}), by_number, bad)


def _records(block_id: int, first_row: int, block: StoredBlock, arrival: int, linked: Linked) -> pl.DataFrame:
    """A block's records with the asset each belongs to and the file it came in."""
    frame = cleansed_frame(block_id, first_row, block, ENDS).with_columns(pl.lit(arrival, pl.Int32).alias("file_ref"))
    ids = linked.links["record_id"]
    start, end = (int(ids.search_sorted((block_id + at) << ORDINAL_BITS)) for at in (0, 1))
    kept = frame.filter(~pl.col("record_id").is_in(linked.rejected.implode()))
    return kept.join(linked.links[start:end], on="record_id", how="left", maintain_order="left")


def _said(read: Callable[[], pl.DataFrame], linked: Linked) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The claims of a block's records, and the names they give that their assets do not carry."""
    own = read()
    types = linked.assets.select("asset_no", "asset_type")
    typed = own.drop("asset_type").join(types, on="asset_no", how="left", maintain_order="left")
    called = names(own)
    places = called.select("asset_no", kind=pl.lit(None, pl.String), text=pl.lit(None, pl.String), file_ref="file_ref")
    holders = linked.assets.join(own.select("asset_no").unique(), on="asset_no", how="semi")
    carried = names(holders.with_columns(file_ref=pl.lit(None, pl.Int32)))
    other = called.join(carried, on=["asset_no", "kind", "text"], how="anti")
    return attribute_claims(typed).cast(CLAIM_SCHEMA), pl.concat([other, places.unique()])  # type: ignore[arg-type]


def _hosts(told: Told, assets: pl.DataFrame) -> tuple[Mapping[tuple[UUID, int], int], SocketHosts]:
    """A number for each dump, by import and table, and the hosts of the dumps."""
    dumps = [(table.import_id, table.table_no) for table in told.tables]
    own = [table.locator.get("local_addresses") for table in told.tables]
    rows = [(dump, str(one)) for dump, listed in enumerate(own) if isinstance(listed, list) for one in listed]
    numbers = {key: dump for dump, key in enumerate(dumps)}
    return numbers, socket_hosts(pl.DataFrame(rows, schema=DUMP_SCHEMA, orient="row"), assets)


def _sockets(told: Told, assets: pl.DataFrame) -> Sockets | None:
    if not told.sockets:
        return None
    arrivals = {table.import_id: table.arrival for table in told.tables}
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
    assets = told.assets
    made = [told.claims]
    if told.relations.height:
        made.append(relation_claims(told.relations))
    sockets = _sockets(told, assets)
    seen = [connection_claims(told.flows)] if told.flows.height else []
    seen += [sockets.connections] if sockets else []
    every = [*made, *(one.claims for one in seen)]
    found = edges(assets, told.names, pl.concat([frame.cast(CLAIM_SCHEMA) for frame in every]))  # type: ignore[arg-type]
    services = sockets.services if sockets else pl.DataFrame(schema={"host_text": pl.String()})
    return Found(
        structure(found.edges, assets, told.said),
        found.unresolved,
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
    ends, of = {"source_no": "source_id", "target_no": "target_id"}, {"asset_no": "asset_id"}
    made = found.structure
    edges, refused = made.edges.rename(ends), made.refused.rename(ends)
    await dependencies.replace(tx, scope, edges, refused, found.unresolved, made.groups.rename(of))
    await stored_structure.replace(tx, scope, made.hubs.rename(of), made.proposals.rename(of))
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


async def save(tx: Tx, task: Task, found: Found) -> Next:
    return Complete(await save_found(tx, task.flow.scope, found))


PHASE = Phase(
    name=PhaseName.DEPENDENCY_ANALYSIS,
    after=PhaseName.ASSET_INVENTORY,
    steps={"start": Step(load, compute, save)},
    exclusive=True,
)
