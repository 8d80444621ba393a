"""The lines of socket dumps (ss, netstat, Get-NetTCPConnection): open services, and who connects to whom."""

from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.connection_sums import SUM_SCHEMA, services
from muster.phases.dependency_analysis.connections import Connections, directed_claims, plain_protocol, text_of
from muster.phases.dependency_analysis.processes import process_of

LISTENING_STATES = ("listen", "listening", "unconn", "bound", "abhören")
_WILDCARDS = ("*", "0.0.0.0", "::", "")
_DOTTED = r"^((?:\d+\.){3}\d+|\*|[\da-f:]*:[\da-f:]*(?:%\w+)?)\.(\d+|\*|[a-z][\w-]*)$"  # as BSD, macOS and AIX write it
_PARTS = r"^\[?(.*?)\]?(?:%[\w.-]+)?\]?:([^:\]]*)$"


@dataclass(frozen=True, slots=True)
class Sockets:
    """What a dump shows. `services`: what listens: record_id, file_ref, host_text, address, port, protocol, process."""

    connections: Connections
    services: pl.DataFrame


def socket_claims(records: pl.DataFrame, addresses: pl.DataFrame | None = None) -> Sockets:
    """Read socket rows.

    `records`: record_id, file_ref, local and peer (`address:port`, `[address]:port`, `*:port`), and any of
    host_text (whose dump it is: a name or an address), state, protocol, process (as the tool prints it). A row that
    listens, or has no peer, is an open service and no connection. `addresses`: host_text, own (addresses that a host
    has, also those its dump shows not).
    """
    rows = records.select(
        pl.col("record_id").cast(pl.Int64),
        pl.col("file_ref").cast(pl.Int32),
        text_of(records, "host_text").alias("host_text"),
        text_of(records, "state").str.to_lowercase().fill_null("").alias("state"),
        plain_protocol(records).alias("protocol"),
        process_of(text_of(records, "process")).alias("process"),
        *_address_and_port(records, "local"),
        *_address_and_port(records, "peer"),
    )
    listens = pl.col("state").is_in(LISTENING_STATES) | pl.col("peer_port").is_null() | (pl.col("peer_port") == 0)
    open_rows = rows.filter(listens)
    found = _services(open_rows, rows, addresses)
    flows = rows.filter(~listens).select(
        "record_id",
        "file_ref",
        pl.col("local_address").alias("source_address"),
        pl.col("host_text").alias("source_name"),
        pl.col("local_port").alias("source_port"),
        pl.col("peer_address").alias("target_address"),
        pl.lit(None, pl.String).alias("target_name"),
        pl.col("peer_port").alias("target_port"),
        "protocol",
        pl.col("process").alias("source_process"),
        pl.lit(1).alias("count"),
        pl.lit(False).alias("refused"),
        pl.lit(False).alias("decided"),
    )
    return Sockets(connections=directed_claims(_unmeasured(flows), found), services=found)


def _unmeasured(flows: pl.DataFrame) -> pl.DataFrame:
    """Flows as sums: a socket dump tells of a moment that it does not name, and of no bytes."""
    missing = (pl.lit(None, dtype).alias(name) for name, dtype in SUM_SCHEMA.items() if name not in flows.columns)
    return flows.with_columns(missing).select(
        *(pl.col(name).cast(dtype) for name, dtype in SUM_SCHEMA.items()), "file_ref"
    )


def _address_and_port(records: pl.DataFrame, column: str) -> list[pl.Expr]:
    text = text_of(records, column).str.to_lowercase().fill_null("").str.replace(_DOTTED, "${1}:${2}")
    # Windows and lsof write the same forms; ::ffff:192.0.2.1 is an IPv4 peer on an IPv6 socket.
    address = (
        text.str.extract(_PARTS, 1).str.strip_chars("[]").str.replace(r"%[\w.-]+$", "").str.replace("^::ffff:", "")
    )
    port = text.str.extract(_PARTS, 2)
    number = pl.coalesce(
        port.cast(pl.Int64, strict=False), port.replace_strict(services()["names"], default=None, return_dtype=pl.Int64)
    )
    return [address.fill_null(text).alias(f"{column}_address"), number.alias(f"{column}_port")]


def _services(open_rows: pl.DataFrame, rows: pl.DataFrame, addresses: pl.DataFrame | None) -> pl.DataFrame:
    """Open services; one that listens on every address is open on each address its host was seen with or has."""
    columns = ("record_id", "file_ref", "host_text", "address", "port", "protocol", "process")
    named = open_rows.rename({"local_address": "address", "local_port": "port"}).filter(pl.col("port").is_not_null())
    wild = pl.col("address").is_in(_WILDCARDS)
    own = rows.select("file_ref", "host_text", pl.col("local_address").alias("own")).unique()
    if addresses is not None:
        has = own.select("file_ref", "host_text").unique().join(addresses, on="host_text")
        own = pl.concat([own, has.select(own.columns)]).unique()
    own = own.filter(~pl.col("own").is_in(_WILDCARDS))
    spread = named.filter(wild).join(own, on=["file_ref", "host_text"], how="left", nulls_equal=True)
    spread = spread.with_columns(pl.coalesce("own", "address").alias("address"))
    every = pl.concat([named.filter(~wild).select(columns), spread.select(columns)])
    return every.unique(["file_ref", "host_text", "address", "port", "protocol"], keep="first").sort(columns)
