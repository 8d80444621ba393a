"""Bring a database to this version's schema, or back: roles first, then the Alembic chain, under one advisory lock."""

from importlib import resources
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from muster.store.transaction import connect
from muster.vocabulary.errors import DatabaseTooOld

OLDEST_SERVER = 150000
LOCK = 7330

ROLE = """
do $$ begin
  create role muster_app nosuperuser nobypassrls nologin;
exception when duplicate_object or unique_violation then null; end $$;
"""
GRANTS = "grant usage on schema public to muster_app"
# Whoever made the role may also become it; the embedded server's owner needs not, since the application signs in itself.
MAY_JOIN = """select rolcreaterole and not pg_has_role(current_user, 'muster_app', 'member') from pg_roles
    where rolname = current_user"""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(str(resources.files("muster.store.schema")))))
    return config


async def _prepare(url: str) -> None:
    """Refuse an old server; make the application's role where it is missing and this user may."""
    connection = await connect(url)
    try:
        version = int(await connection.fetchval("show server_version_num"))
        if version < OLDEST_SERVER:
            raise DatabaseTooOld(f"The server is PostgreSQL {version // 10000}; 15 is the oldest that works.")
        if not await connection.fetchval("select 1 from pg_roles where rolname = 'muster_app'"):
            await connection.execute(ROLE)
        await connection.execute(GRANTS)
        if await connection.fetchval(MAY_JOIN):
            await connection.execute("grant muster_app to current_user")
    finally:
        await connection.close()


def _run(connection: Connection, target: str, downgrade: bool) -> None:
    config = _config()
    config.attributes["connection"] = connection
    connection.execute(text(f"select pg_advisory_lock({LOCK})"))
    try:
        (command.downgrade if downgrade else command.upgrade)(config, target)
        connection.commit()
    finally:
        connection.rollback()  # what failed leaves a transaction in which nothing else runs, and must be seen itself
        connection.execute(text(f"select pg_advisory_unlock({LOCK})"))
        connection.commit()


async def _migrate(url: str, target: str, *, downgrade: bool) -> None:
    # SQLAlchemy reads URLs its own way; the driver is handed the URL untouched instead.
    engine = create_async_engine(
        "postgresql+asyncpg://", poolclass=NullPool, async_creator=lambda: asyncpg.connect(url)
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run, target, downgrade)
    finally:
        await engine.dispose()


async def upgrade(url: str, target: str = "head") -> None:
    """Migrate up to `target` as the owner of the database; safe to call from many processes at once."""
    await _prepare(url)
    await _migrate(url, target, downgrade=False)
    connection = await connect(url)
    try:
        await connection.execute("grant select on alembic_version to muster_app")
    finally:
        await connection.close()


async def downgrade(url: str, target: str) -> None:
    """Migrate down to `target` ('-1' is one step, 'base' is empty)."""
    await _migrate(url, target, downgrade=True)
