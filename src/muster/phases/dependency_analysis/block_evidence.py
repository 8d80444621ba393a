"""What one block of records says of connections, relations and names: computed from its records once, then kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

import polars as pl

from muster.phases.dependency_analysis.claims import names, relation_claims
from muster.phases.dependency_analysis.connection_sums import summed
from muster.phases.dependency_analysis.connections import connection_records
from muster.phases.dependency_analysis.ends import plain
from muster.phases.dependency_analysis.processes import is_incoming, process_columns, processes, with_mapped
from muster.phases.dependency_analysis.traffic import is_of_tcp_alone, traffic, traffic_columns
from muster.store.frames import cleansed_frame
from muster.store.packed import unpack
from muster.store.packed_frames import packed, unpacked
from muster.store.packed_values import StoredBlock

RELATING = ["depends_on", "virtualization_host", "virtualization_cluster", "application_name", "application_id"]
HOSTING = ["hostname", "fqdn", "ip_address"]
PLAIN = [*RELATING, "relationship_type"]  # of assets that nothing carries but what they name
OWN = [*PLAIN, *HOSTING, "name"]
BETWEEN = [
    "name", "hostname", "application_name", "depends_on", "relationship_source", "relationship_target",
    "relationship_type", "source_ip", "destination_ip", "source_port", "destination_port", "open_ports",
    "protocol", "first_seen_at", "last_seen_at", "process_name",
]  # fmt: skip
NAMES = ["name", "hostname", "fqdn", "ip_address", "management_ip", "source_id", "uuid", "asset_tag"]
DESCRIBING = tuple(dict.fromkeys((*OWN, *NAMES)))
# Names of a block's records: 0-based place of the record, kind as in ends.NAME_SCHEMA, and the text as it is compared.
NAMED = {"place": pl.Int64(), "kind": pl.String(), "key": pl.String()}


def _version() -> str:
    """A hash of this package: whoever changes what is read of a block need not remember to say so."""
    files = sorted(resources.files("muster.phases.dependency_analysis").iterdir(), key=lambda file: file.name)
    return sha256(b"\0".join(file.read_bytes() for file in files if file.is_file())).hexdigest()[:16]


READ_BY = _version()


@dataclass(frozen=True, slots=True)
class Connected:
    """One block of connections, relations or assets. `table` is what its file and table are called, `columns` are its
    columns, `processes` the 1-based positions of those mapped to process_name, `rejected` the records that count not.
    """

    block_id: int
    record_kind: str
    first_row: int
    columns: Sequence[str]
    rejected: Sequence[int]
    stored: StoredBlock
    table: str = ""
    processes: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Summed:
    """What a block's connections add up to, as it is kept: a packed frame. `records` were summed."""

    block_id: int
    records: int
    sums: bytes


def sum_block(block: Connected) -> Summed:
    """Add up the connections of one block."""
    records = _between(block).filter(~pl.col("record_id").is_in(list(block.rejected)))
    return Summed(block.block_id, records.height, packed(summed(connection_records(records))))


def _between(block: Connected) -> pl.DataFrame:
    """The records of a block of relations or connections, with what they count and when."""
    frame = cleansed_frame(block.block_id, block.first_row, block.stored, BETWEEN)
    incoming, places = is_incoming(block.table), traffic_columns(block.columns)
    named = with_mapped(process_columns(block.columns), block.processes, incoming)
    raw = unpack(block.stored.raw, [at for of in (places, named) for listed in of.values() for at in listed])
    measured = {at: raw[at] for listed in places.values() for at in listed}
    mapped = frame["process_name"] if frame["process_name"].null_count() < frame.height else None
    ends = processes(raw, named, mapped, incoming)
    if is_of_tcp_alone(block.columns):
        frame = frame.with_columns(protocol=pl.lit("tcp"))
    return (
        frame.hstack(traffic(measured, places, frame.height))
        .hstack(ends)
        .with_columns(
            pl.coalesce("first_seen", "first_seen_at", "last_seen_at").alias("first_seen"),
            pl.coalesce("last_seen", "last_seen_at", "first_seen_at").alias("last_seen"),
        )
    )


@dataclass(frozen=True, slots=True)
class BlockEvidence:
    """What a block says, as it is kept: packed frames.

    `said`: of a block of relations the claims (edges.CLAIM_SCHEMA, those columns that say something) of all its
    records, also of those that are rejected now, since a corrected file may bring them back; of one that describes
    assets those columns of OWN that say something. `names`: what the records of the latter are called, as `names_of`
    reads it.
    """

    block_id: int
    said: bytes
    names: bytes | None = None


def read_block(block: Connected) -> Summed | BlockEvidence:
    """What is kept of a block: a pure function, for any process on any machine."""
    if block.record_kind == "connection":
        return sum_block(block)
    return related(block) if block.record_kind == "relation" else described(block)


def related(block: Connected) -> BlockEvidence:
    """The evidence of a block of relations."""
    claimed = relation_claims(_between(block))
    said = claimed.select(one for one in claimed if one.null_count() < claimed.height)
    return BlockEvidence(block.block_id, packed(said))


def described(block: Connected) -> BlockEvidence:
    """The evidence of a block that describes assets."""
    return described_by(block.block_id, cleansed_frame(block.block_id, block.first_row, block.stored, DESCRIBING))


def described_by(block_id: int, frame: pl.DataFrame) -> BlockEvidence:
    """`described` of the records of a block: record_id and DESCRIBING."""
    said = frame.select("record_id", *(name for name in OWN if frame[name].null_count() < frame.height))
    numbered = frame.select(
        *NAMES, pl.int_range(pl.len(), dtype=pl.Int64).alias("asset_no"), pl.lit(None, pl.Int32).alias("file_ref")
    )
    called = names(numbered).select(pl.col("asset_no").alias("place"), "kind", key=plain(pl.col("text")))
    known = called.filter(pl.col("key").str.len_chars() > 0).unique(maintain_order=True)
    return BlockEvidence(block_id, packed(said), _kept_names(known.cast(NAMED)))  # type: ignore[arg-type]


def _kept_names(called: pl.DataFrame) -> bytes:
    """NAMED, as it is kept: places mostly follow each other, so their steps take a hundredth of their room."""
    return packed(called.with_columns(pl.col("place").diff().fill_null(pl.col("place"))))


def names_of(kept: bytes) -> pl.DataFrame:
    """What a block's records are called: NAMED."""
    return unpacked(kept).with_columns(pl.col("place").cum_sum())
