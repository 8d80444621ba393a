"""muster history and muster diff: when the inventory changed, and what is different between two moments or exports."""

from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Annotated

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.difference_table import show_difference
from muster.cli.options import HERE, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import tenant, tenant_database
from muster.store import moments
from muster.store.transaction import Database, Tx
from muster.vocabulary import clock
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if.difference import difference
from muster.what_if.past import as_of, between_exports, picture_at


def moment_of(text: str, option: str) -> datetime:
    """A moment as people write it: ISO 8601, UTC where no zone is said; a day alone is its first moment."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no moment; write 2026-03-01T12:00:00 or 2026-03-01.") from error
    moment = found if found.tzinfo else found.replace(tzinfo=UTC)
    if moment > clock.now() + timedelta(days=1):  # clocks differ, and so do days between zones
        raise UsageError(
            f"{option} {text!r} lies ahead; of the inventory only the past can be computed.",
            hint="muster history lists the moments at which the inventory changed.",
        )
    return moment


def seen(database: Database, scope: Scope, at: str | None, option: str) -> AbstractAsyncContextManager[Tx]:
    """A transaction that sees the inventory of a moment, or of now where none is named."""
    if at is None:
        return database.transaction(scope, actor="cli", snapshot=True)
    return as_of(database, scope, moment_of(at, option))


@command
async def history(*, place: Place = HERE) -> None:
    """Every change of the inventory with its time: imports, decisions, undos, mappings. --at takes any of the times."""
    async with tenant(place) as (tx, scope):
        rows = await moments.history(tx, scope)
    told = [{**row, "at": row["at"].isoformat()} for row in rows]
    write_rows(told, ("at", "what", "about", "author", "reason", "id"), place.format, "History")


@command
async def diff(
    imports: Annotated[
        list[str] | None, Parameter(help="Two imports of one source, older first: what the newer says differently.")
    ] = None,
    /,
    *,
    since: Annotated[str | None, Parameter(help="A moment: compare the inventory of then.")] = None,
    until: Annotated[str | None, Parameter(help="With the inventory of this moment; default now.")] = None,
    limit: Annotated[int, Parameter(help="Rows of each list, 1 to 100000.")] = 1000,
    place: Place = HERE,
) -> None:
    """What is different between two moments of the inventory, or between two exports of a source."""
    named = imports or []
    if (len(named), since is None) not in ((2, True), (0, False)):
        raise UsageError("Name either two imports, or --since and perhaps --until.")
    if not 1 <= limit <= 100_000:
        raise UsageError(f"--limit is {limit}; it must be from 1 to 100000.")
    async with tenant_database(place) as (database, scope):
        if named:
            changes = await between_exports(database, scope, named[0], named[1], limit)
        else:
            before = await picture_at(database, scope, moment_of(str(since), "--since"))
            last = None if until is None else moment_of(until, "--until")
            changes = difference(before, await picture_at(database, scope, last), limit).told
    if place.format is Format.JSON:
        write_json(changes)
        return
    show_difference(changes)
    sources = changes.get("sources", [])
    if len(set(sources)) > 1:
        say(
            f"These are exports of two sources, {' and '.join(sources)}: what the second never tells of stands here as "
            "vanished. Files run with the same --source count as exports of one."
        )
