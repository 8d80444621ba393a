"""A session of its own that holds a worker's life lock and hears the notices that wake it."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from muster.store.transaction import closed_as_unavailable, connect, translated

# One statement: a worker that can be seen holds its lock already, else a neighbour could take it for dead and forget it.
REGISTER = """with me as (insert into worker (host, pid) values ($2, $3) returning id)
    select id, pg_advisory_lock($1::int, id::int) from me"""


class Listener:
    """Lives exactly as long as its connection; so does the lock that tells others this worker is alive."""

    def __init__(self, connection: asyncpg.Connection, number: int) -> None:
        self._connection = connection
        self.number = number

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, lock: int, channel: str, wake: asyncio.Event) -> AsyncIterator["Listener"]:
        """Register a worker, take the session lock (lock, its number) and set `wake` at every notice. Raises StoreUnavailable."""
        connection = await connect(url)
        try:
            async with translated():
                await connection.execute("set role muster_app")
                await connection.execute("set idle_in_transaction_session_timeout = 0")
                number = int(await connection.fetchval(REGISTER, lock, socket.gethostname(), os.getpid()))
                await connection.add_listener(channel, lambda *_: wake.set())
            yield cls(connection, number)
        finally:
            connection.terminate()

    async def check(self) -> None:
        """Raise StoreUnavailable once the connection, and with it the lock, is gone."""
        async with translated(), closed_as_unavailable(self._connection):
            await self._connection.execute("select 1", timeout=10)
