"""Rows of flow logs and connection tables become claims: who asks, who serves, on which port."""

from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.connection_sums import (
    DYNAMIC_FROM,
    EPHEMERAL_FROM,
    SUM_SCHEMA,
    SYSTEM_PORTS_END,
    services,
    summed,
)
from muster.phases.dependency_analysis.edges import SEEN, seen_together, shaped
from muster.phases.dependency_analysis.processes import PROCESSES

PORTS = "service_port"
_PORTS_TEXT = "service_port_text"
OPEN_SERVICE = "open_service"
# More distinct dynamic ports than this between two machines are one service that changes its port (RPC, passive FTP).
FOLD_ABOVE = 3
_LEFT_OUT = (
    ("loopback", r"^(127\.|::1$|::ffff:127\.|localhost$)"),
    ("unspecified", r"^(0\.0\.0\.0|::|\*)$"),
    ("multicast", r"^(22[4-9]|23\d)\.\d|^ff[0-9a-f]{2}:"),
    ("broadcast", r"^255\.255\.255\.255$"),
    ("link_local", r"^169\.254\.|^fe[89ab][0-9a-f]:"),
)
# IANA, Protocol Numbers; and what netstat calls sockets of IPv6, and Zeek and others ICMP of IPv6.
_TRANSPORTS = {
    "1": "icmp", "2": "igmp", "4": "ipv4", "6": "tcp", "17": "udp", "41": "ipv6", "47": "gre", "50": "esp", "51": "ah",
    "58": "ipv6-icmp", "89": "ospf", "103": "pim", "112": "vrrp", "132": "sctp", "tcp6": "tcp", "tcp4": "tcp",
    "udp6": "udp", "udp4": "udp", "icmp6": "ipv6-icmp", "icmpv6": "ipv6-icmp",
}  # fmt: skip
_NOTHING = pl.DataFrame(schema={"reason": pl.String(), "count": pl.Int64()})


@dataclass(frozen=True, slots=True)
class Connections:
    """`claims`: edges.CLAIM_SCHEMA, equal ones counted. `left_out`: reason, count of the records that are no claim."""

    claims: pl.DataFrame
    left_out: pl.DataFrame


def text_of(frame: pl.DataFrame, column: str) -> pl.Expr:
    """A column as trimmed text, the first value of a list, null where blank or missing."""
    if column not in frame.columns:
        return pl.lit(None, pl.String)
    value = pl.col(column)
    if isinstance(frame.schema[column], pl.List):
        value = value.list.first()
    text = value.cast(pl.String).str.strip_chars()
    return pl.when(text.str.len_chars() > 0).then(text)


def plain_protocol(frame: pl.DataFrame) -> pl.Expr:
    """Protocols in lower case; IANA numbers of the common ones as their names."""
    text = text_of(frame, "protocol").str.to_lowercase().str.replace(r"^(\d+)\.0$", "${1}")
    return text.replace(_TRANSPORTS)


def exploded_ports(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per port of `destination_port` (a list, or a text as `389/443`, `https`), else of `open_ports`, in PORTS;
    null without any.
    """
    text = _ports_text(frame).str.to_lowercase()
    plain = frame.with_columns(text.cast(pl.Int64, strict=False).alias(PORTS), text.alias(_PORTS_TEXT))
    listed = pl.col("open_ports").list.len() > 0 if "open_ports" in frame.columns else pl.lit(False)
    # Most records name one port, by its number: nothing need be taken apart.
    more = pl.when(pl.col(_PORTS_TEXT).is_null()).then(listed).otherwise(pl.col(PORTS).is_null()).fill_null(False)
    valid = pl.when(pl.col(PORTS).is_between(0, 65_535)).then(PORTS).alias(PORTS)
    single = plain.filter(~more).with_columns(valid).drop(_PORTS_TEXT)
    rest = plain.filter(more)
    return single if rest.is_empty() else pl.concat([single, _several_ports(rest)])


def _ports_text(frame: pl.DataFrame) -> pl.Expr:
    """`destination_port` as one text, the members of a list with blanks between."""
    if isinstance(frame.schema.get("destination_port"), pl.List):
        joined = pl.col("destination_port").list.join(" ")
        return pl.when(joined.str.len_chars() > 0).then(joined)
    return text_of(frame, "destination_port")


def _several_ports(rows: pl.DataFrame) -> pl.DataFrame:
    """The ports of rows that name them in words, or several; their text stands in _PORTS_TEXT."""
    text = pl.col(_PORTS_TEXT)
    named = text.replace_strict(services()["names"], default=None, return_dtype=pl.String)
    written = pl.coalesce(named, text).str.extract_all(r"\d+")
    if "open_ports" in rows.columns:
        listed = pl.col("open_ports").cast(pl.List(pl.String)).list.eval(pl.element().str.extract(r"(\d+)"))
        written = pl.when(text.is_null()).then(listed).otherwise(written)
    ports = written.list.eval(pl.element().cast(pl.Int64, strict=False)).list.unique(maintain_order=True)
    valid = ports.list.eval(pl.element().filter(pl.element().is_between(0, 65_535)))
    split = rows.with_columns(valid.alias(PORTS)).drop(_PORTS_TEXT)
    single = split.filter(pl.col(PORTS).list.len().fill_null(0) < 2).with_columns(pl.col(PORTS).list.first())
    several = split.filter(pl.col(PORTS).list.len() > 1).explode(PORTS, empty_as_null=True)
    # How much went over which of them is not said.
    unknown = [pl.lit(None, several.schema[name]).alias(name) for name in ("bytes", "packets") if name in split.columns]
    return pl.concat([single, several.with_columns(unknown)])


def connection_records(records: pl.DataFrame) -> pl.DataFrame:
    """Connection records as they are summed: the columns of SUM_SCHEMA but `decided` and `day`.

    `records`: record_id and any of source_ip, destination_ip, source_port, destination_port, protocol,
    relationship_source, relationship_target (names of the same ends), source_process, target_process, count, bytes,
    packets, first_seen, last_seen, refused. A port 0, and any port of ICMP, is none.
    """
    rows = exploded_ports(records)
    source_name = pl.coalesce(text_of(rows, "relationship_source"), text_of(rows, "name"), text_of(rows, "hostname"))
    plain = rows.select(
        "record_id",
        text_of(rows, "source_ip").str.to_lowercase().alias("source_address"),
        source_name.alias("source_name"),
        text_of(rows, "source_port").cast(pl.Int64, strict=False).alias("source_port"),
        text_of(rows, "destination_ip").str.to_lowercase().alias("target_address"),
        text_of(rows, "relationship_target").alias("target_name"),
        pl.col(PORTS).alias("target_port"),
        plain_protocol(rows).alias("protocol"),
        *(pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in PROCESSES),
        (pl.col("count") if "count" in rows.columns else pl.lit(1)).alias("count"),
        *(pl.col(name) if name in rows.columns else pl.lit(None).alias(name) for name in SEEN),
        (pl.col("refused") if "refused" in rows.columns else pl.lit(False)).alias("refused"),
    )
    portless = pl.col("protocol").is_in(["icmp", "ipv6-icmp"]).fill_null(False)
    ports = [
        pl.when(~portless & pl.col(name).is_between(1, 65_535)).then(pl.col(name)).alias(name)
        for name in ("source_port", "target_port")
    ]
    wanted = {name: dtype for name, dtype in SUM_SCHEMA.items() if name not in ("decided", "day")}
    return plain.with_columns(ports).select(pl.col(name).cast(dtype) for name, dtype in wanted.items())


def connection_claims(records: pl.DataFrame, listening: pl.DataFrame | None = None) -> Connections:
    """Claims made by connection records: as connection_records wants them, with file_ref.

    `listening`: address, port of open services, and where it is known the process of each.
    """
    parts = [
        summed(connection_records(part)).with_columns(file_ref=pl.lit(name[0], pl.Int32))
        for name, part in records.partition_by("file_ref", as_dict=True).items()
    ]
    return directed_claims(pl.concat(parts), listening) if parts else Connections(shaped(pl.DataFrame()), _NOTHING)


def directed_claims(flows: pl.DataFrame, listening: pl.DataFrame | None = None) -> Connections:
    """Turn each flow so that it leads to the end that serves, and count equal ones.

    `flows`: SUM_SCHEMA and file_ref. Where it is not decided, the serving end is, in this order, the one whose port is
    listening, is known or a system port, is not ephemeral, is met by more distinct peers; else the target as written.
    A record without a source is an open service (`listening`: more of them, as address, port and, where it is known,
    process: that of an end which no record names).
    """
    reasons = flows.with_columns(reason=_reason())
    served = reasons.filter(pl.col("reason") == OPEN_SERVICE)
    opened = served.select(
        pl.col("target_address").alias("address"),
        pl.col("target_port").cast(pl.Int64).alias("port"),
        pl.col("target_process").alias("process"),
    )
    listening = opened if listening is None else pl.concat([opened, _with_process(listening).cast(opened.schema)])
    kept = _without_returns(_turned(reasons.filter(pl.col("reason").is_null()).drop("reason"), listening))
    left_out = pl.concat(
        [reasons.select("reason", "count").drop_nulls("reason"), kept.select("reason", "count").drop_nulls("reason")]
    )
    return Connections(
        claims=_counted(_folded(kept.filter(pl.col("reason").is_null()))),
        left_out=left_out.group_by("reason").agg(pl.col("count").sum()).sort("reason"),
    )


def _with_process(services: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("process") if "process" in services.columns else pl.lit(None, pl.String).alias("process")
    return services.select("address", "port", known)


def _reason() -> pl.Expr:
    """Why a flow joins no two assets; null where it does."""
    source, target = pl.col("source_address").fill_null(""), pl.col("target_address").fill_null("")
    no_source = pl.col("source_address").is_null() & pl.col("source_name").is_null()
    no_target = pl.col("target_address").is_null() & pl.col("target_name").is_null()
    served = no_source & pl.col("target_address").is_not_null() & pl.col("target_port").is_not_null()
    words = [
        pl.when("refused").then(pl.lit("refused")),
        pl.when(served).then(pl.lit(OPEN_SERVICE)),
        pl.when(no_source | no_target).then(pl.lit("one_end_missing")),
    ]
    words += [
        pl.when(source.str.contains(pattern) | target.str.contains(pattern)).then(pl.lit(word))
        for word, pattern in _LEFT_OUT
    ]
    return pl.coalesce(words)


def _grade(port: str, listening: str) -> pl.Expr:
    """How much a port looks like a service: 3 listening, 2 known, 1 registered, 0 ephemeral; null without a port."""
    number = pl.col(port)
    return (
        pl.when(number.is_null())
        .then(None)
        .when(pl.col(listening))
        .then(3)
        .when((number < SYSTEM_PORTS_END) | number.is_in(sorted(services()["known_ports"])))
        .then(2)
        .when(number < EPHEMERAL_FROM)
        .then(1)
        .otherwise(0)
    )


def _turned(flows: pl.DataFrame, listening: pl.DataFrame | None) -> pl.DataFrame:
    more, equal = pl.col("source_grade") > pl.col("target_grade"), pl.col("source_grade") == pl.col("target_grade")
    marked = _marked(_marked(flows, "source", listening), "target", listening).with_columns(
        source_grade=_grade("source_port", "source_listens"), target_grade=_grade("target_port", "target_listens")
    )
    graded = _peers(marked, needed=bool(marked.select(equal.any()).item()))
    # With one port only, the columns' own words say whose it is.
    turn = (more | (equal & (pl.col("source_peers") > pl.col("target_peers")))).fill_null(False)
    swapped = [
        pl.when(turn).then(f"{other}_{part}").otherwise(f"{side}_{part}").alias(f"{side}_{part}")
        for side, other in (("source", "target"), ("target", "source"))
        for part in ("address", "name", "port", "grade", "process")
    ]
    return graded.with_columns(swapped)


def _marked(flows: pl.DataFrame, side: str, listening: pl.DataFrame | None) -> pl.DataFrame:
    if listening is None or listening.is_empty():
        return flows.with_columns(pl.lit(False).alias(f"{side}_listens"))
    named = listening.rename({"address": f"{side}_address", "port": f"{side}_port"})
    # Of several processes on one port, which only an odd dump shows, the first in the alphabet.
    table = named.group_by(f"{side}_address", f"{side}_port").agg(pl.col("process").min().alias("served_by"))
    joined = flows.join(
        table.with_columns(pl.lit(True).alias(f"{side}_listens")),
        on=[f"{side}_address", f"{side}_port"],
        how="left",
        maintain_order="left",
    )
    process = pl.coalesce(f"{side}_process", "served_by").alias(f"{side}_process")
    return joined.with_columns(pl.col(f"{side}_listens").fill_null(False), process).drop("served_by")


def _peers(flows: pl.DataFrame, needed: bool) -> pl.DataFrame:
    """How many distinct other ends each end (address and port) meets, counted over both columns of the file."""
    ends = {side: (f"{side}_address", f"{side}_port") for side in ("source", "target")}
    if not needed:
        return flows.with_columns(source_peers=pl.lit(0), target_peers=pl.lit(0))
    meetings = pl.concat(
        [
            flows.select(
                *(pl.col(name).alias(alias) for name, alias in zip(ends[side], ("address", "port"), strict=True)),
                pl.struct(*ends[other]).hash(seed=0).alias("peer"),
            )
            for side, other in (("source", "target"), ("target", "source"))
        ]
    )
    peers = meetings.group_by("address", "port").agg(pl.col("peer").n_unique().alias("peers"))
    for side, columns in ends.items():
        renamed = peers.rename({"address": columns[0], "port": columns[1], "peers": f"{side}_peers"})
        flows = flows.join(renamed, on=list(columns), how="left", nulls_equal=True, maintain_order="left")
    return flows


def _without_returns(flows: pl.DataFrame) -> pl.DataFrame:
    """Mark answers: to an ephemeral port, without a source port, where the other way leads to a service."""
    services = flows.filter(pl.col("target_grade") > 0).select(
        pl.col("target_address").alias("source_address"), pl.col("source_address").alias("target_address"), "protocol"
    )
    suspects = (pl.col("target_grade") == 0) & pl.col("source_port").is_null()
    answers = (
        flows.filter(suspects)
        .select("source_address", "target_address", "protocol")
        .unique()
        .join(services.unique(), on=["source_address", "target_address", "protocol"], how="semi", nulls_equal=True)
        .with_columns(answer=pl.lit(True))
    )
    joined = flows.join(
        answers,
        on=["source_address", "target_address", "protocol"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return joined.with_columns(reason=pl.when(pl.col("answer") & suspects).then(pl.lit("return_traffic"))).drop(
        "answer"
    )


def _folded(flows: pl.DataFrame) -> pl.DataFrame:
    """Forget a serving port that changes all the time between the same two machines."""
    dynamic = (pl.col("target_grade") == 0) & (pl.col("target_port") >= DYNAMIC_FROM)
    pair = ("source_address", "source_name", "target_address", "target_name", "protocol")
    many = pl.col("target_port").filter(dynamic).n_unique().over(pair) > FOLD_ABOVE
    return flows.with_columns(pl.when(dynamic & many).then(None).otherwise("target_port").alias("target_port"))


def _counted(flows: pl.DataFrame) -> pl.DataFrame:
    """One claim per distinct pair, port and protocol of a file; a name goes before an address, which helps out."""
    ends = ("source_name", "source_address", "target_name", "target_address", "target_port", "protocol")
    key = (*ends, *PROCESSES, "file_ref")
    counted = flows.group_by(*key, "day").agg(pl.col("record_id").min(), pl.col("count").sum(), *seen_together())
    sides = [
        expression
        for side in ("source", "target")
        for expression in (
            pl.coalesce(f"{side}_name", f"{side}_address").alias(f"{side}_text"),
            pl.when(pl.col(f"{side}_name").is_not_null()).then(f"{side}_address").alias(f"{side}_other"),
        )
    ]
    claims = counted.with_columns(pl.lit("connection").alias("kind"), pl.col("target_port").alias("port"), *sides)
    return shaped(claims.sort("record_id", *key, "day"))
