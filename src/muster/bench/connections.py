"""muster bench connections: connection records to edges, against a bare DuckDB group-by of the same file."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from muster.bench.cost import peak_rss_bytes
from muster.bench.messy import Chance
from muster.bench.pipeline import Hands, Place, run_file
from muster.phases.dependency_analysis.connection_sums import (
    MAY_BE_SILENT,
    connected,
    framed,
    sum_query,
    together_query,
)
from muster.phases.dependency_analysis.connections import directed_claims
from muster.phases.dependency_analysis.edges import edges
from muster.phases.dependency_analysis.ends import NAME_SCHEMA

Out = TypeVar("Out")
CHUNK = 500_000
PAIRS, CLIENTS, SERVERS = 200_000, 20_000, 2_000
PORTS = (443, 80, 5432, 1433, 445, 389, 8080, 3306, 9092, 22)
RUN = 200_000  # records of the part that goes through all six phases
NOBODY = "(select null::varchar as address limit 0)"  # whose address moved
FIELDS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def write(path: Path, rows: int, seed: int = 7) -> None:
    """Write a VPC flow log with a header: `rows` records of both ways of the talks of PAIRS pairs, in order of time."""
    with path.open("wb") as file:
        file.write(f"{FIELDS}\n".encode())
        for start in range(0, rows, CHUNK):
            chunk = _records(start, min(CHUNK, rows - start), seed)
            file.write(chunk.write_csv(include_header=False, separator=" ").encode())


def _pair(pair: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """The addresses of client and server of a pair, and the server's port: each server has one."""
    client, server = pair % CLIENTS, (pair // 7 + pair % 13) % SERVERS
    port = pl.lit(pl.Series(PORTS, dtype=pl.Int64).implode()).list.get((server % len(PORTS)).cast(pl.Int64))
    return (
        pl.format("10.1.{}.{}", client // 250, client % 250 + 1),
        pl.format("10.2.{}.{}", server // 250, server % 250 + 1),
        port,
    )


def _records(start: int, height: int, seed: int) -> pl.DataFrame:
    said = Chance(pl.col("row"), seed)
    client, server, port = _pair(pl.col("pair"))
    numbered = pl.select(pl.int_range(start, start + height, dtype=pl.UInt64).alias("row")).select(
        "row", said.number(PAIRS).alias("pair"), (said.number(28_000) + 32_768).alias("ephemeral"),
        (said.number(2) == 0).alias("asks"), (said.number(50) + 1).alias("packets"),
        (said.number(9_000) + 40).alias("bytes"),
    )  # fmt: skip
    ends = numbered.with_columns(client=client, server=server, port=port)
    seen = 1_760_000_000 + pl.col("row") // 100
    return ends.select(
        pl.lit(2).alias("version"), pl.lit("123456789012").alias("account"),
        pl.format("eni-{}", pl.col("pair") % 4_000).alias("interface"),
        pl.when("asks").then("client").otherwise("server").alias("srcaddr"),
        pl.when("asks").then("server").otherwise("client").alias("dstaddr"),
        pl.when("asks").then("ephemeral").otherwise("port").alias("srcport"),
        pl.when("asks").then("port").otherwise("ephemeral").alias("dstport"),
        pl.lit(6).alias("protocol"), "packets", "bytes", seen.alias("start"), (seen + 55).alias("end"),
        pl.lit("ACCEPT").alias("action"), pl.lit("OK").alias("status"),
    )  # fmt: skip


def _file(path: Path) -> str:
    """The file as a table of DuckDB, its types given: guessing them would be measured too."""
    names = [name.replace("-", "_") for name in FIELDS.split()]
    numbers = {
        "srcport": "integer",
        "dstport": "integer",
        "packets": "bigint",
        "bytes": "bigint",
        "start": "bigint",
        "end": "bigint",
    }
    types = ", ".join(f"'{name}': '{numbers.get(name, 'varchar')}'" for name in names)
    return f"read_csv('{path}', delim = ' ', header = true, columns = {{{types}}})"


def group_by(path: Path) -> int:
    """The yardstick: how many groups there are of who, whom, port and protocol.

    It adds nothing up and reads these four columns: asked for counts, bytes and times as well, DuckDB runs out of 1 GB
    over 50 million records. With 5.3 GB that took 1.04 times the processor time of this.
    """
    grouped = f"select srcaddr, dstaddr, dstport, protocol from {_file(path)} group by all"
    with connected(folder=path.parent / "spill") as database:
        return int(database.sql(f"select count(*) from ({grouped})").fetchall()[0][0])


def to_edges(path: Path) -> dict[str, Any]:
    """The file's records to edges between the assets of its hosts, by the product's own query and rules."""
    records = f"""(select null::bigint as record_id,
        srcaddr as source_address, srcport as source_port,
        dstaddr as target_address, dstport as target_port,
        case protocol when '6' then 'tcp' when '17' then 'udp' else protocol end as protocol,
        1::bigint as count, bytes, packets,
        make_timestamp("start" * 1000000) as first_seen, make_timestamp("end" * 1000000) as last_seen
      from {_file(path)})"""
    began = time.perf_counter()
    # One query for the sums and what they are together: those of each day, which are many, stay with DuckDB.
    query = together_query(f"({sum_query(records, MAY_BE_SILENT)})", NOBODY, MAY_BE_SILENT)
    with connected(folder=path.parent / "spill") as database:
        sums = framed(database.sql(query))
    summed_seconds = time.perf_counter() - began
    claims = directed_claims(sums.with_columns(file_ref=pl.lit(1, pl.Int32))).claims
    found = edges(_assets(), pl.DataFrame(schema=NAME_SCHEMA), claims).edges
    return {"sum_seconds": summed_seconds, "sums": sums.height, "edges": found.height, **_against_plan(found)}


def _assets() -> pl.DataFrame:
    pairs = pl.select(pl.int_range(PAIRS, dtype=pl.Int64).alias("pair"))
    client, server, _ = _pair(pl.col("pair"))
    addresses = (
        pl.concat([pairs.select(end.alias("ip_address")) for end in (client, server)]).unique().sort("ip_address")
    )
    return addresses.select(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("asset_no"), pl.lit("server").alias("asset_type"), "ip_address",
        pl.format("host-{}", "ip_address").alias("name"),
    )  # fmt: skip


def _against_plan(found: pl.DataFrame) -> dict[str, float]:
    """Precision and recall against the pairs that were written; with few records not every pair is."""
    numbers = _assets().select("asset_no", "ip_address")
    client, server, port = _pair(pl.col("pair"))
    planned = pl.select(pl.int_range(PAIRS, dtype=pl.Int64).alias("pair")).select(
        client.alias("c"), server.alias("s"), port.alias("port")
    )
    named = planned.unique().join(numbers.rename({"asset_no": "source_no", "ip_address": "c"}), on="c")
    wanted = named.join(numbers.rename({"asset_no": "target_no", "ip_address": "s"}), on="s")
    right = found.join(wanted, on=["source_no", "target_no", "port"], how="semi").height
    return {"precision": right / max(found.height, 1), "recall": right / wanted.height}


def alone(function: Callable[[Path], Out], path: Path) -> tuple[Out, float, int]:
    """What a function answers in a process of its own, its seconds, and that process's peak memory in bytes."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        process.submit(peak_rss_bytes).result()
        began = time.perf_counter()
        answer = process.submit(function, path).result()
        seconds = time.perf_counter() - began
        return answer, seconds, process.submit(peak_rss_bytes).result()


async def measure(place: Place, hands: Hands, rows: int) -> dict[str, Any]:
    """`ratio`: seconds from the file's records to edges over those of the group-by.

    `run_seconds`: `run_rows` of them through all six phases, every record kept in its place, for comparison.
    """
    path, part = place.folder / "flows.log", place.folder / "part.log"
    write(part, min(rows, RUN))
    began = time.perf_counter()
    await run_file(place, hands, part)
    run_seconds, run_peak = time.perf_counter() - began, peak_rss_bytes()
    write(path, rows)
    groups, yardstick, bare_peak = alone(group_by, path)
    found, seconds, peak = alone(to_edges, path)
    return {
        "name": "connections",
        "rows": rows,
        "file_bytes": path.stat().st_size,
        "ratio": seconds / yardstick,
        "seconds": seconds,
        "yardstick_seconds": yardstick,
        "yardstick": "DuckDB's count of the groups of source, target, target port and protocol in the same file",
        "yardstick_groups": groups,
        "yardstick_peak_rss_bytes": bare_peak,
        "peak_rss_bytes": peak,
        **found,
        "run_rows": min(rows, RUN),
        "run_seconds": run_seconds,
        "run_peak_rss_bytes": run_peak,
    }
