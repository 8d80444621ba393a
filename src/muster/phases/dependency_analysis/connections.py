"""Rows of flow logs and connection tables become claims: who asks, who serves, on which port."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from muster.phases.dependency_analysis.edges import shaped

PORTS = "service_port"
# RFC 6335, 6: system ports end at 1023, dynamic ports begin at 49152; Linux hands out its own from 32768 on.
SYSTEM_PORTS_END = 1024
EPHEMERAL_FROM = 32_768
DYNAMIC_FROM = 49_152
# More distinct dynamic ports than this between two machines are one service that changes its port (RPC, passive FTP).
FOLD_ABOVE = 3
_LEFT_OUT = (
    ("loopback", r"^(127\.|::1$|::ffff:127\.|localhost$)"),
    ("unspecified", r"^(0\.0\.0\.0|::|\*)$"),
    ("multicast", r"^(22[4-9]|23\d)\.\d|^ff[0-9a-f]{2}:"),
    ("broadcast", r"^255\.255\.255\.255$"),
    ("link_local", r"^169\.254\.|^fe[89ab][0-9a-f]:"),
)
_TRANSPORTS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "ipv6-icmp", "132": "sctp", "tcp6": "tcp", "udp6": "udp"}


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
    """Protocols in lower case; IANA numbers of the common transports as their names."""
    text = text_of(frame, "protocol").str.to_lowercase()
    return text.replace(_TRANSPORTS)


def exploded_ports(frame: pl.DataFrame, column: str = "destination_port") -> pl.DataFrame:
    """One row per port of `389/443`, in PORTS; null where there is none that can be read."""
    numbers = text_of(frame, column).str.extract_all(r"\d+")
    ports = numbers.list.eval(pl.element().cast(pl.Int64, strict=False)).list.unique(maintain_order=True)
    listed = frame.with_columns(ports.list.eval(pl.element().filter(pl.element().is_between(0, 65_535))).alias(PORTS))
    single = listed.filter(pl.col(PORTS).list.len().fill_null(0) < 2).with_columns(pl.col(PORTS).list.first())
    several = listed.filter(pl.col(PORTS).list.len() > 1).explode(PORTS, empty_as_null=True)
    return pl.concat([single, several])


def connection_claims(records: pl.DataFrame, listening: pl.DataFrame | None = None) -> Connections:
    """Claims made by connection records.

    `records`: record_id, file_ref and any of source_ip, destination_ip, source_port, destination_port, protocol,
    relationship_source, relationship_target (names of the same ends). `listening`: address, port of open services.
    The count of a claim is its number of records; traffic volumes have no common unit and are not added up.
    """
    rows = exploded_ports(records)
    source_name = pl.coalesce(text_of(rows, "relationship_source"), text_of(rows, "name"), text_of(rows, "hostname"))
    flows = rows.select(
        pl.col("record_id").cast(pl.Int64),
        pl.col("file_ref").cast(pl.Int32),
        text_of(rows, "source_ip").str.to_lowercase().alias("source_address"),
        source_name.alias("source_name"),
        text_of(rows, "source_port").cast(pl.Int64, strict=False).alias("source_port"),
        text_of(rows, "destination_ip").str.to_lowercase().alias("target_address"),
        text_of(rows, "relationship_target").alias("target_name"),
        pl.col(PORTS).alias("target_port"),
        plain_protocol(rows).alias("protocol"),
    )
    return directed_claims(flows, listening)


def directed_claims(flows: pl.DataFrame, listening: pl.DataFrame | None = None) -> Connections:
    """Turn each flow so that it leads to the end that serves, and count equal ones.

    `flows`: record_id, file_ref, and source_ and target_ address, name, port; protocol. The serving end is, in this
    order, the one whose port is listening, is known or a system port, is not ephemeral, is met by more distinct peers;
    else the target as written.
    """
    reasons = flows.with_columns(reason=_reason())
    kept = _without_returns(_turned(reasons.filter(pl.col("reason").is_null()).drop("reason"), listening))
    left_out = pl.concat([reasons.select("reason").drop_nulls(), kept.select("reason").drop_nulls()])
    return Connections(
        claims=_counted(_folded(kept.filter(pl.col("reason").is_null()))),
        left_out=left_out.group_by("reason").agg(pl.len().cast(pl.Int64).alias("count")).sort("reason"),
    )


def _reason() -> pl.Expr:
    """Why a flow joins no two assets; null where it does."""
    source, target = pl.col("source_address").fill_null(""), pl.col("target_address").fill_null("")
    no_source = pl.col("source_address").is_null() & pl.col("source_name").is_null()
    no_target = pl.col("target_address").is_null() & pl.col("target_name").is_null()
    words = [pl.when(no_source | no_target).then(pl.lit("one_end_missing"))]
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
        .when((number < SYSTEM_PORTS_END) | number.is_in(sorted(known_ports())))
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
        for part in ("address", "name", "port", "grade")
    ]
    return graded.with_columns(swapped)


def _marked(flows: pl.DataFrame, side: str, listening: pl.DataFrame | None) -> pl.DataFrame:
    if listening is None or listening.is_empty():
        return flows.with_columns(pl.lit(False).alias(f"{side}_listens"))
    table = listening.select(
        pl.col("address").alias(f"{side}_address"), pl.col("port").cast(pl.Int64).alias(f"{side}_port")
    ).unique()
    joined = flows.join(
        table.with_columns(pl.lit(True).alias(f"{side}_listens")),
        on=[f"{side}_address", f"{side}_port"],
        how="left",
        maintain_order="left",
    )
    return joined.with_columns(pl.col(f"{side}_listens").fill_null(False))


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
    key = ("source_name", "source_address", "target_name", "target_address", "target_port", "protocol", "file_ref")
    counted = flows.group_by(key).agg(pl.col("record_id").min(), pl.len().cast(pl.Int64).alias("count"))
    ends = [
        expression
        for side in ("source", "target")
        for expression in (
            pl.coalesce(f"{side}_name", f"{side}_address").alias(f"{side}_text"),
            pl.when(pl.col(f"{side}_name").is_not_null()).then(f"{side}_address").alias(f"{side}_other"),
        )
    ]
    claims = counted.with_columns(pl.lit("connection").alias("kind"), pl.col("target_port").alias("port"), *ends)
    return shaped(claims.sort("record_id", *key))


@cache
def known_ports() -> frozenset[int]:
    """Ports of 1024 and above on which a service commonly listens."""
    return frozenset(_services()["known_ports"])


@cache
def port_names() -> dict[str, int]:
    """Ports by the names that netstat prints for them."""
    return dict(_services()["names"])


@cache
def _services() -> dict[str, Any]:
    text = resources.files("muster.phases.dependency_analysis").joinpath("services.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
