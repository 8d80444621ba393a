"""muster db: the database under the inventory."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.options import HERE, Output, Place
from muster.cli.output import Format, write_json, write_result
from muster.cli.session import database_urls
from muster.settings import read as read_settings
from muster.store import backup as stored_backup
from muster.store import embedded, tenants
from muster.store.schema import migrate, version
from muster.store.transaction import Database

Role = Literal["muster_app", "muster_owner", "muster_admin"]


@command
async def upgrade(
    *, to: Annotated[str, Parameter(help="Revision; the newest by default.")] = "head", format: Output = Format.TABLE
) -> None:
    """Bring the schema up to this version."""
    async with database_urls(read_settings()) as urls:
        await migrate.upgrade(urls.owner, to)
        revision = await version.current(urls.owner)
    _said(revision, format)


@command
async def downgrade(
    to: Annotated[str, Parameter(help="Revision, -1 for one step, or base.")], /, *, format: Output = Format.TABLE
) -> None:
    """Take the schema back. What a revision added goes with it."""
    async with database_urls(read_settings()) as urls:
        await migrate.downgrade(urls.owner, to)
        revision = await version.current(urls.owner)
    _said(revision, format)


def _said(revision: str | None, format: Format) -> None:
    write_result(
        {"revision": revision, "newest": version.newest()},
        format,
        f"The schema is at {revision or 'base'}; {version.newest()} is the newest.",
    )


@command
async def url(
    *,
    role: Annotated[
        Role, Parameter(help="Of the embedded server: the application's role, the owner's, or the administrator's.")
    ] = "muster_app",
    place: Place = HERE,
) -> None:
    """Start the database and print its address for psql. With a tenant named or set, the session sees its rows.

    The embedded server stays up for half an hour, or as long as another muster process uses it; muster db stop ends it.
    """
    settings = read_settings()
    named = place.client or settings.client, place.engagement or settings.engagement
    if settings.database_url:
        address = settings.database_url
    else:
        attachment = await asyncio.to_thread(embedded.attach, settings.home)
        address = attachment.url(role)
        attachment.leave_running()
    if named[0] and named[1]:
        async with Database.open(address, 1) as database:
            scope = await tenants.find(database, named[0], named[1])
        tenant = f"-c muster.client_account_id={scope.client_account_id} -c muster.engagement_id={scope.engagement_id}"
        # A user who walks past row security would see every tenant's rows.
        options = f"-c role=muster_app {tenant}" if role == "muster_app" else tenant
        address += f"{'&' if '?' in address else '?'}options={quote(options)}"
    if place.format is Format.JSON:
        write_json({"url": address})
    else:
        sys.stdout.write(address + "\n")


@command
async def backup(
    file: Annotated[Path, Parameter(help="The file to write.")], /, *, format: Output = Format.TABLE
) -> None:
    """Write the whole database, every client's data included, to one file."""
    await _whole(file, stored_backup.write, "is the backup", format)


@command
async def restore(
    file: Annotated[Path, Parameter(help="A file that muster db backup wrote.")], /, *, format: Output = Format.TABLE
) -> None:
    """Read a backup into an empty database: a new MUSTER_HOME, or a new database of your own."""
    await _whole(file, stored_backup.read, "is restored", format)


async def _whole(file: Path, act: Callable[[str, Path], None], done: str, format: Format) -> None:
    settings = read_settings()
    async with database_urls(settings) as urls:
        await asyncio.to_thread(act, urls.admin, file)
    write_result({"file": str(file)}, format, f"{file} {done}.")


@command
async def stop(*, format: Output = Format.TABLE) -> None:
    """Stop the embedded server; work that is under way goes on after the next start."""
    stopped = await asyncio.to_thread(embedded.stop, read_settings().home)
    write_result(
        {"stopped": stopped},
        format,
        "The embedded database is stopped." if stopped else "The embedded database was not running.",
    )
