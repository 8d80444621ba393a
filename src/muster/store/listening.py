"""A session of its own that holds a worker's life lock and hears the notices that wake it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from muster.store.transaction import connect, translated


class Listener:
    """Lives exactly as long as its connection; so does the lock that tells others this worker is alive."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(
        cls, url: str, lock: int, number: int, channel: str, wake: asyncio.Event
    ) -> AsyncIterator["Listener"]:
        """Take the session lock (lock, number) and set `wake` at every notice. Raises StoreUnavailable."""
        connection = await connect(url)
        try:
            async with translated():
                await connection.execute("set role muster_app")
                await connection.execute("set idle_in_transaction_session_timeout = 0")
                await connection.execute("select pg_advisory_lock($1::int, $2::int)", lock, number)
                await connection.add_listener(channel, lambda *_: wake.set())
            yield cls(connection)
        finally:
            connection.terminate()

    async def check(self) -> None:
        """Raise StoreUnavailable once the connection, and with it the lock, is gone."""
        async with translated():
            await self._connection.execute("select 1")
