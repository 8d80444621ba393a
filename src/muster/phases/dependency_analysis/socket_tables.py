"""The tables of socket dumps: their raw blocks read as sockets, and what they mention."""

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from muster.phases.dependency_analysis.socket_hosts import DUMP_SCHEMA, socket_hosts
from muster.phases.dependency_analysis.sockets import Sockets, socket_claims
from muster.store.claims import LiveTable
from muster.store.frames import raw_frame, record_ids
from muster.store.packed import Packed

# What ss, netstat and lsof call their columns, and what the socket reader calls them. Of several for one thing the
# first counts: netstat on Windows has the program (-b) beside the process id, lsof has both apart.
SOCKET_COLUMNS = {
    "Netid": "protocol", "Proto": "protocol", "NODE": "protocol", "State": "state",
    "Local Address:Port": "local", "Local Address": "local",
    "Peer Address:Port": "peer", "Foreign Address": "peer",
    "Process": "process", "PID/Program name": "process", "COMMAND": "process", "PID": "process",
}  # fmt: skip
SocketBlock = tuple[int, UUID, int, list[str], Packed]


def dump_addresses(tables: Sequence[LiveTable]) -> pl.Series:
    """Every local address of every dump: by these its host is found."""
    return _dumps(tables).get_column("address")


def socket_texts(tables: Sequence[LiveTable], blocks: Sequence[SocketBlock]) -> list[pl.Series]:
    """The addresses of both ends of every connection of the dumps."""
    if not blocks:
        return []
    claims = socket_claims(_records(tables, blocks).with_columns(host_text=pl.lit(None, pl.String))).connections.claims
    return [claims["source_text"], claims["target_text"]]


def sockets_of(tables: Sequence[LiveTable], blocks: Sequence[SocketBlock], assets: pl.DataFrame) -> Sockets | None:
    """What the dumps show, each of its host; None where there are none."""
    if not blocks:
        return None
    found = socket_hosts(_dumps(tables), assets)
    records = _records(tables, blocks).join(found.hosts, on="dump", how="left", maintain_order="left")
    return socket_claims(records, found.addresses)


def _dumps(tables: Sequence[LiveTable]) -> pl.DataFrame:
    """Each dump's number, that of its table, and its local addresses."""
    own = [table.locator.get("local_addresses") for table in tables]
    rows = [(dump, str(one)) for dump, listed in enumerate(own) if isinstance(listed, list) for one in listed]
    return pl.DataFrame(rows, schema=DUMP_SCHEMA, orient="row")


def _told(columns: Sequence[str]) -> dict[str, str]:
    """The columns of a dump by what the socket reader calls them."""
    return {told_as: name for name, told_as in reversed(SOCKET_COLUMNS.items()) if name in columns}


def _records(tables: Sequence[LiveTable], blocks: Sequence[SocketBlock]) -> pl.DataFrame:
    numbers = {(table.import_id, table.table_no): dump for dump, table in enumerate(tables)}
    arrivals = {table.import_id: table.arrival for table in tables}
    frames = []
    for block_id, import_id, table_no, columns, packed in blocks:
        text = raw_frame(packed).select(pl.all().cast(pl.String))
        frame = text.rename({str(at): name for at, name in enumerate(columns, 1)})
        frames.append(
            frame.select(pl.col(name).alias(told_as) for told_as, name in _told(columns).items()).with_columns(
                record_ids(block_id, frame.height).alias("record_id"),
                pl.lit(arrivals[import_id], pl.Int32).alias("file_ref"),
                pl.lit(numbers[import_id, table_no], pl.Int64).alias("dump"),
            )
        )
    return pl.concat(frames, how="diagonal")
