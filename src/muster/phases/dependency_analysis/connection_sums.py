"""Connection records summed to who talks to whom, by DuckDB and out of core; equal however the records are cut."""

import json
import os
from collections.abc import Collection, Iterator, Sequence
from functools import cache, reduce
from importlib import resources
from operator import xor
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from muster.phases.dependency_analysis.processes import PROCESSES

# A sum of sums is a sum, a least of leasts a least: parts may be summed anywhere, in any order, and then together.
SUM_SCHEMA = {
    "record_id": pl.Int64(),
    "source_address": pl.String(),
    "source_name": pl.String(),
    "source_port": pl.Int32(),
    "target_address": pl.String(),
    "target_name": pl.String(),
    "target_port": pl.Int32(),
    "protocol": pl.String(),
    "source_process": pl.String(),
    "target_process": pl.String(),
    "refused": pl.Boolean(),
    "decided": pl.Boolean(),
    "day": pl.Date(),
    "count": pl.Int64(),
    "bytes": pl.Int64(),
    "packets": pl.Int64(),
    "first_seen": pl.Datetime("us"),
    "last_seen": pl.Datetime("us"),
}
MEASURES = ("record_id", "count", "bytes", "packets", "first_seen", "last_seen")
KEY = tuple(name for name in SUM_SCHEMA if name not in MEASURES)
# Key columns that often say nothing, with what stands for that in SQL.
MAY_BE_SILENT = {
    **dict.fromkeys(("source_name", "target_name", *PROCESSES), "null::varchar"),
    "refused": "false",
}
# RFC 6335, 6: system ports end at 1023, dynamic ports begin at 49152; Linux hands out its own from 32768 on.
SYSTEM_PORTS_END = 1024
EPHEMERAL_FROM = 32_768
DYNAMIC_FROM = 49_152
PORTS_END = 65_536
ENDS = tuple(f"{side}_{part}" for side in ("source", "target") for part in ("address", "name", "port"))
AT_ONCE = 250_000  # sums that are added up at a time: of 500 bytes each, with room for long names, in MEMORY
MEMORY = "512MB"  # of DuckDB alone; the process that runs it stays under 1 GiB
RULES = "5"  # of what stands below; sums that other rules made are made anew
_ADDED = """min(record_id) as record_id, sum(count)::bigint as count, sum(bytes)::bigint as bytes,
  sum(packets)::bigint as packets, min(first_seen) as first_seen, max(last_seen) as last_seen"""


@cache
def services() -> dict[str, Any]:
    """Ports on which services commonly listen, and the names that are printed for ports."""
    text = resources.files("muster.phases.dependency_analysis").joinpath("services.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _grade(port: str) -> str:
    """3 a service for sure, 2 one on a port that may also be handed out, 1 registered, 0 handed out; null without."""
    return f"""case when {port} is null then null
      when {port} < {SYSTEM_PORTS_END} then 3
      when {port} >= {PORTS_END} then 0
      else 2 * get_bit('{_known_ports()}'::bit, {port}::integer) + ({port} < {EPHEMERAL_FROM})::integer end"""


@cache
def _known_ports() -> str:
    """One bit for each port, 1 where a service is known. DuckDB looks through a list for every record, which took a
    quarter of the time of a sum.
    """
    known = frozenset(services()["known_ports"])
    return "".join("1" if port in known else "0" for port in range(PORTS_END))


def sum_query(records: str, silent: Collection[str] = ()) -> str:
    """SQL that sums records, itself SQL: a table or query with the columns of SUM_SCHEMA but `decided`, `day` and those
    that are `silent`: of MAY_BE_SILENT those in which nothing is said.

    Where one port is a service and the other one is none, the serving end becomes the target and the other port, which
    differs from connection to connection, is forgotten: `decided`. Where that is open, both ports are kept. What a
    firewall `refused` is summed by itself.
    """
    graded = (
        f"select *, {_grade('source_port')} as source_grade, {_grade('target_port')} as target_grade from {records}"
    )
    # A registered port gives way only to a sure service: 50000 against 12345 may be either.
    judged = f"""select *,
        coalesce(target_grade > source_grade and (source_grade = 0 or target_grade = 3), false) as target_serves,
        coalesce(source_grade > target_grade and (target_grade = 0 or source_grade = 3), false) as source_serves
      from ({graded})"""
    ends = ", ".join(
        f"case when source_serves then {other}_{part} else {side}_{part} end as {side}_{part}"
        for side, other in (("source", "target"), ("target", "source"))
        for part in ("address", "name", "process")
        if f"{side}_{part}" not in silent
    )
    turned = f"""select record_id, {ends},
        case when source_serves or target_serves then null else source_port end as source_port,
        case when source_serves then source_port else target_port end as target_port,
        protocol, {"" if "refused" in silent else "refused,"} source_serves or target_serves as decided,
        last_seen::date as day, count, bytes, packets, first_seen, last_seen
      from ({judged})"""
    return _grouped(f"({turned})", silent)


def _grouped(rows: str, silent: Collection[str]) -> str:
    """SQL that adds rows up. Columns that say nothing are no key: they would be hashed for every row."""
    key = [name for name in KEY if name not in silent]
    said = [name if name in key else f"{MAY_BE_SILENT[name]} as {name}" for name in KEY]
    return f"select {', '.join(said)}, {_ADDED} from {rows} group by {', '.join(key)}"


def together_query(sums: str, moved: str, silent: Collection[str] = ()) -> str:
    """SQL that adds sums up; `silent` as in `sum_query`. The day is kept only where an end's address is in
    `moved` (column address).
    """
    plain = [name for name in KEY if name != "day"]
    day = f"""case when source_address in (select address from {moved})
      or target_address in (select address from {moved}) then day end"""
    dated = f"select {', '.join(plain)}, {day} as day, {', '.join(MEASURES)} from {sums}"
    return _grouped(f"({dated})", silent)


def summed(records: pl.DataFrame) -> pl.DataFrame:
    """The sums (SUM_SCHEMA) of some records: columns as `sum_query` wants them."""
    return ordered(_asked(sum_query("part_0", silent([records])), [records]))


def silent(parts: Sequence[pl.DataFrame]) -> frozenset[str]:
    """The columns of MAY_BE_SILENT in which none of these frames says anything; in pairs, since ends may be turned."""
    quiet = {name for name in MAY_BE_SILENT if not any(_says(part[name]) for part in parts)}
    pairs = (("source_name", "target_name"), PROCESSES)
    half = {name for pair in pairs if not quiet.issuperset(pair) for name in pair}
    return frozenset(quiet - half)


def _says(column: pl.Series) -> bool:
    return bool(column.any()) if column.dtype == pl.Boolean else column.null_count() < column.len()


def together(sums: Sequence[pl.DataFrame], moved: pl.Series | None = None, at_once: int = AT_ONCE) -> pl.DataFrame:
    """Sums of several parts as those of all, in no order; `moved` are the addresses of which it matters when they were
    seen. About `at_once` of them are added up at a time.
    """
    addresses = pl.DataFrame({"address": [] if moved is None else moved}, schema={"address": pl.String})
    if not sums:
        return pl.DataFrame(schema=SUM_SCHEMA)
    every = " union all ".join(f"select * from part_{at}" for at in range(1, len(sums) + 1))
    query = together_query(f"({every})", "part_0", silent(sums))
    return pl.concat([_asked(query, [addresses, *share]) for share in _shares(sums, at_once)])


def _shares(sums: Sequence[pl.DataFrame], at_once: int) -> Iterator[Sequence[pl.DataFrame]]:
    """The rows in shares of about `at_once` that have no key in common: each can be added up by itself."""
    count = 1 + sum(part.height for part in sums) // at_once
    if count == 1:
        yield sums
        return
    mixed = reduce(xor, (pl.col(name).hash(seed) for seed, name in enumerate(ENDS)))
    numbers = [part.select(mixed % count).to_series() for part in sums]
    for number in range(count):
        yield [part.filter(of == number) for part, of in zip(sums, numbers, strict=True)]


def connected(
    memory: str = MEMORY, folder: Path | None = None, threads: int | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB of its own in memory: bounded, without extensions from elsewhere. What does not fit goes to `folder`."""
    settings: dict[str, Any] = {
        "memory_limit": memory,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "threads": threads or os.cpu_count() or 1,
        "temp_directory": "" if folder is None else str(folder),
    }
    database = duckdb.connect(config=settings)
    # In a process that was spawned DuckDB takes itself for interactive, and writes to stdout how far it has got.
    return database.execute("set enable_progress_bar = false")


class _Stream:
    """A frame as DuckDB reads it without a further library: the Arrow C stream."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _asked(query: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    with connected() as database:
        for at, part in enumerate(parts):
            database.register(f"part_{at}", _Stream(part))
        return framed(database.sql(query))


def framed(answer: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    """Sums as a frame, in the order of the answer."""
    return pl.DataFrame(answer).select(pl.col(name).cast(dtype) for name, dtype in SUM_SCHEMA.items())


def ordered(sums: pl.DataFrame) -> pl.DataFrame:
    """Sums in an order of their own, since DuckDB's differs from run to run."""
    # Columns that say nothing would take more memory to be compared than the sums do.
    telling = [name for name in KEY if _says(sums[name])]
    return sums.sort(telling) if telling else sums
