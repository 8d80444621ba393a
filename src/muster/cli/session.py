"""What every command that touches data begins with: settings, a migrated database, and the tenant's scope."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muster.cli import log
from muster.cli.options import Place
from muster.flow.compute import Compute
from muster.flow.run import Engine
from muster.pipeline import pipeline
from muster.settings import Settings
from muster.settings import read as read_settings
from muster.store import tenants
from muster.store.embedded import attach
from muster.store.schema import version
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import TenantMissing
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the database is for the application, for whoever changes the schema, and for whoever may see everything."""

    app: str
    owner: str
    admin: str


@asynccontextmanager
async def database_urls(settings: Settings) -> AsyncIterator[Urls]:
    """The database that is set, or the embedded one, kept up until the block ends."""
    if settings.database_url:
        yield Urls(settings.database_url, settings.database_url, settings.database_url)
        return
    with await asyncio.to_thread(attach, settings.home) as attachment:
        yield Urls(*(attachment.url(role) for role in ("muster_app", "muster_owner", "muster_admin")))


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """A database at this program's schema."""
    log.configure(settings)
    async with database_urls(settings) as urls:
        await version.ensure(urls.owner)
        async with Database.open(urls.app, settings.workers * 2 + 4) as database:
            yield database


@asynccontextmanager
async def engine(settings: Settings, database: Database) -> AsyncIterator[Engine]:
    """All that a worker on this machine needs."""
    spool = Path(settings.home) / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    with Compute(settings.compute, settings.workers) as compute:
        yield Engine(database, pipeline(), compute, spool, step_settings(settings), settings.step_timeout)


def step_settings(settings: Settings) -> Mapping[str, Any]:
    """The settings that a phase is handed as plain values."""
    names = ("span_bytes", "minimum_score", "limits", "chunk_records", "chunk_policy", "chunk_retries")
    return {name: getattr(settings, name) for name in names}


def tenant_names(settings: Settings, client: str | None, engagement: str | None) -> tuple[str, str]:
    """The tenant that was named or set. Raises TenantMissing: there is no hidden default."""
    named = client or settings.client, engagement or settings.engagement
    if not named[0] or not named[1]:
        raise TenantMissing("No client and engagement were named.")
    return named[0], named[1]


@asynccontextmanager
async def tenant_database(place: Place) -> AsyncIterator[tuple[Database, Scope]]:
    """The database, and the scope of the tenant that was named or set. Raises TenantMissing."""
    settings = read_settings()
    async with opened(settings) as database:
        yield database, await scope_of(settings, database, place.client, place.engagement)


@asynccontextmanager
async def tenant(place: Place, *, snapshot: bool = False) -> AsyncIterator[tuple[Tx, Scope]]:
    """One transaction in the scope of a tenant; it has committed when the block has ended. Raises TenantMissing."""
    async with (
        tenant_database(place) as (database, scope),
        database.transaction(scope, actor="cli", snapshot=snapshot) as tx,
    ):
        yield tx, scope


async def scope_of(settings: Settings, database: Database, client: str | None, engagement: str | None) -> Scope:
    """The scope of the tenant that was named or set. Raises TenantMissing."""
    return await tenants.find(database, *tenant_names(settings, client, engagement))
