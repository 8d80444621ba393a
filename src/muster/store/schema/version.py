"""Which revision a database is at, and which one this program knows; asked at every start, so without Alembic."""

import re
from importlib import import_module, resources

from muster.store.transaction import connect, translated


def newest() -> str:
    """The newest revision of this program: the last file of the chain."""
    names = [entry.name for entry in resources.files("muster.store.schema").joinpath("versions").iterdir()]
    return max(name.removesuffix(".py") for name in names if re.match(r"\d{4}_", name))


async def current(url: str) -> str | None:
    """The revision that a database is at; None where it is empty. Raises StoreUnavailable."""
    connection = await connect(url)
    try:
        async with translated():
            if await connection.fetchval("select to_regclass('public.alembic_version')") is None:
                return None
            found = await connection.fetchval("select version_num from alembic_version")
            return None if found is None else str(found)
    finally:
        await connection.close()


async def ensure(url: str) -> None:
    """Migrate if the database is behind. The migration's libraries cost more to import than most commands take, so only then."""
    if await current(url) != newest():
        await import_module("muster.store.schema.migrate").upgrade(url)
