"""What the bench measures against: plain tables without a product around them, in the same database."""

import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import asyncpg

from muster.store.transaction import connect, translated

Hand: TypeAlias = asyncpg.Connection
COPIED, CLAIMED = "yardstick_copied", "yardstick_claimed"
CLAIM = f"select id from {CLAIMED} where state = 'ready' order by id limit 1 for update skip locked"
FINISH = f"update {CLAIMED} set state = 'done', finished_at = clock_timestamp() where id = $1"


@dataclass(frozen=True, slots=True)
class Copied:
    """What COPY of a file cost. `seconds` is the median of the runs, `table_bytes` what the table then takes on the disk."""

    seconds: float
    runs: tuple[float, ...]
    table_bytes: int


async def copy_file(owner_url: str, path: Path, columns: int, runs: int = 3) -> Copied:
    """COPY a CSV file with a header into a table of text columns, each time into the emptied table, and drop the table.

    The file goes through the driver's COPY protocol from the disk, as psql's \\copy does it; the table stands before, so
    that its pages are logged as anybody's would be.
    """
    names = ", ".join(f"c{number} text" for number in range(1, columns + 1))
    connection = await connect(owner_url)
    seconds = []
    try:
        async with translated():
            await connection.execute(f"create table {COPIED} ({names})")
            for _ in range(runs):
                await connection.execute(f"truncate {COPIED}")
                began = time.perf_counter()
                await connection.copy_to_table(COPIED, source=path, format="csv", header=True)
                seconds.append(time.perf_counter() - began)
            size = int(await connection.fetchval("select pg_total_relation_size($1::text::regclass)", COPIED))
            await connection.execute(f"drop table {COPIED}")
    finally:
        await connection.close()
    return Copied(statistics.median(seconds), tuple(seconds), size)


async def database_bytes(owner_url: str) -> int:
    """What the whole database takes on the disk, without its log."""
    connection = await connect(owner_url)
    try:
        async with translated():
            return int(await connection.fetchval("select pg_database_size(current_database())"))
    finally:
        await connection.close()


async def keep_statistics(owner_url: str) -> None:
    """From now on nothing looks at the tables of this database but `look_at_tables`."""
    await _each_table(owner_url, "alter table %s set (autovacuum_enabled = false)")


async def look_at_tables(owner_url: str) -> None:
    """Make the statistics know what stands in the tables now."""
    await _each_table(owner_url, "analyze %s")


async def _each_table(owner_url: str, statement: str) -> None:
    connection = await connect(owner_url)
    try:
        async with translated():
            tables = await connection.fetch(
                "select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)'"
            )
            for table in tables:
                await connection.execute(statement % table["name"])
    finally:
        await connection.close()


@asynccontextmanager
async def claimable(owner_url: str, items: int, connections: int) -> AsyncIterator[list[Hand]]:
    """A plain table of ready items, analysed, and connections to it; both are gone afterwards."""
    opened = [await connect(owner_url) for _ in range(connections)]
    try:
        async with translated():
            await opened[0].execute(
                f"create table {CLAIMED} (id bigint primary key, state text not null, finished_at timestamptz) with (fillfactor = 70)"
            )
            await opened[0].execute(
                f"insert into {CLAIMED} select n, 'ready' from generate_series(1, $1::int) n", items
            )
            await opened[0].execute(f"create index on {CLAIMED} (id) where state = 'ready'")
            await opened[0].execute(f"analyze {CLAIMED}")
        yield opened
        async with translated():
            await opened[0].execute(f"drop table {CLAIMED}")
    finally:
        for connection in opened:
            await connection.close()


async def claim_and_finish(connection: Hand) -> bool:
    """Claim one item and finish it in one transaction; False when none is left."""
    async with translated(), connection.transaction():
        item = await connection.fetchval(CLAIM)
        if item is None:
            return False
        await connection.execute(FINISH, item)
    return True
