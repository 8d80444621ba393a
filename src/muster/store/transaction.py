"""The only door to the database: what connects, begins, commits, and puts a transaction under its tenant's row security."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias, TypeVar

import asyncpg
import orjson

from muster.vocabulary.errors import IllegalTransition, MusterError, RecordsLost, StoreUnavailable, TransactionConflict
from muster.vocabulary.scope import Scope

Tx: TypeAlias = asyncpg.pool.PoolConnectionProxy
Found = TypeVar("Found")
SIGN_OF_LIFE = 60  # seconds; well below the time after which an idle session in a transaction is ended

SETTINGS = {
    "application_name": "muster",
    "jit": "off",  # compiling a plan cost 26-64 ms a claim
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "client_connection_check_interval": "2s",  # a statement ends soon after the process that asked for it was killed
    "statement_timeout": "10min",
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
}
BEGIN_SCOPE = """select set_config('muster.client_account_id', $1, true), set_config('muster.engagement_id', $2, true),
    set_config('muster.actor', $3, true), set_config('muster.authority', $4, true)"""
UNAVAILABLE = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InternalClientError,  # what the driver says of a connection that is cut in the middle of an operation
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,  # too many connections, no memory, no space on the disk
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.QueryCanceledError,
)
CONFLICT = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


def _decode(text: str) -> Any:
    return orjson.loads(text)


def _encode(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


async def _prepare(connection: asyncpg.Connection) -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(name, encoder=_encode, decoder=_decode, schema="pg_catalog")


async def _prepare_app(connection: asyncpg.Connection) -> None:
    await _prepare(connection)
    await connection.execute("set role muster_app")  # a superuser would walk past row security


async def connect(url: str) -> asyncpg.Connection:
    """One connection of its own, as the user of the URL. The caller closes it. Raises StoreUnavailable."""
    try:
        connection = await asyncpg.connect(url, server_settings=SETTINGS, timeout=30)
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"The database did not answer: {error}") from error
    await _prepare(connection)
    return connection


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn the driver's errors into the product's: what may pass by itself, and what the database refuses."""
    try:
        yield
    except MusterError:
        raise
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"The database did not answer: {error}") from error
    except CONFLICT as error:
        raise TransactionConflict(str(error)) from error
    except asyncpg.CheckViolationError as error:
        if error.constraint_name != "every_record_has_one_disposition":
            raise
        raise RecordsLost(str(error)) from error
    except asyncpg.ForeignKeyViolationError as error:
        if error.constraint_name and not error.constraint_name.startswith("legal_"):
            raise
        raise IllegalTransition(str(error)) from error


@asynccontextmanager
async def closed_as_unavailable(connection: asyncpg.Connection | Tx) -> AsyncIterator[None]:
    """The driver says InterfaceError both for a connection that is gone and for a call that is wrong; only the first may pass."""
    try:
        yield
    except asyncpg.InterfaceError as error:
        if not _gone(connection):
            raise
        raise StoreUnavailable(f"The database did not answer: {error}") from error


def _gone(connection: asyncpg.Connection | Tx) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has taken the dead connection back and says so at any call
        return True


class _Discarded(Exception):
    """Ends a transaction that was only to be looked at."""


async def drop_temporary(tx: Tx) -> None:
    """Drop the temporary tables of this session: what made them may be done once more in the same transaction."""
    await tx.execute("discard temp")


async def computed_beside(tx: Tx, computing: "asyncio.Future[Found]") -> Found:
    """What is being computed for a transaction that stays open; its session is not taken for a forgotten one."""
    while not (await asyncio.wait([computing], timeout=SIGN_OF_LIFE))[0]:
        await tx.execute("select 1")
    return computing.result()


@asynccontextmanager
async def savepoint(tx: Tx) -> AsyncIterator[None]:
    """What fails inside is taken back alone; the transaction around it goes on."""
    async with tx.transaction():
        yield


@asynccontextmanager
async def hash_joins(tx: Tx) -> AsyncIterator[None]:
    """For queries that join all rows of an engagement with each other.

    Of a tenant that has just come, the planner's statistics know nothing: it expects one row where there are a hundred
    thousand, and would loop over one side for every row of the other. Without nested loops it hashes, whatever it expects.
    """
    await tx.execute("set local enable_nestloop = off")
    yield
    await tx.execute("set local enable_nestloop = on")


class Database:
    """A pool of connections under the application's ordinary role."""

    def __init__(self, pool: asyncpg.Pool, url: str) -> None:
        self._pool = pool
        self.url = url

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, size: int = 10) -> AsyncIterator["Database"]:
        """Connect; close every connection at the end. Raises StoreUnavailable."""
        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=size,
                init=_prepare_app,
                server_settings=SETTINGS,
                timeout=30,
                command_timeout=None,
            )
        except UNAVAILABLE as error:
            raise StoreUnavailable(f"The database did not answer: {error}") from error
        try:
            yield cls(pool, url)
        finally:
            pool.terminate()

    @asynccontextmanager
    async def transaction(
        self,
        scope: Scope | None,
        *,
        actor: str = "muster",
        authority: str = "",
        snapshot: bool = False,
        discard: bool = False,
    ) -> AsyncIterator[Tx]:
        """Everything inside commits together, or none of it does.

        `authority` is 'tenancy' to look up names and 'engine' to see every tenant's queue; `snapshot` reads one moment only;
        `discard` takes everything back at the end, so that what a change would lead to can be looked at.
        """
        with suppress(_Discarded):
            async with self._begun(scope, actor, authority, "repeatable_read" if snapshot else "read_committed") as tx:
                yield tx
                if discard:
                    raise _Discarded

    @asynccontextmanager
    async def _begun(self, scope: Scope | None, actor: str, authority: str, isolation: str) -> AsyncIterator[Tx]:
        client, engagement = ("", "") if scope is None else (str(scope.client_account_id), str(scope.engagement_id))
        async with (
            translated(),
            self._pool.acquire(timeout=60) as connection,
            closed_as_unavailable(connection),
            connection.transaction(isolation=isolation),
        ):
            await connection.execute(BEGIN_SCOPE, client, engagement, actor, authority)
            yield connection
