"""muster digest, validate and doctor: is everything as it should be?"""

import platform
import sys
from typing import Annotated, Any, Literal

from cyclopts import Parameter

import muster
from muster.cli.command import command
from muster.cli.moments import seen
from muster.cli.options import HERE, Output, Place
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import database_urls, tenant, tenant_database
from muster.phases.asset_inventory import waiting
from muster.settings import Settings
from muster.settings import read as read_settings
from muster.store import digest as stored_digest
from muster.store import validation
from muster.store.schema import version as schema_version
from muster.store.transaction import connect
from muster.vocabulary.errors import MusterError, UsageError

Check = Literal["relationships", "lineage", "audit", "all"]


@command
async def digest(
    *,
    at: Annotated[str | None, Parameter(help="The digest of a past moment, such as muster history shows.")] = None,
    place: Place = HERE,
) -> None:
    """The digest of the engagement's inventory: equal for equal inventories."""
    async with tenant_database(place) as (database, scope), seen(database, scope, at, "--at") as tx:
        value = await stored_digest.digest(tx, scope)
    if place.format is Format.JSON:
        write_json({"digest": value})
    else:
        sys.stdout.write(value + "\n")


@command
async def validate(
    check: Annotated[Check, Parameter(help="Which rules to check.")] = "all",
    /,
    *,
    all_: Annotated[bool, Parameter(name="--all", help="The same as 'all'.", negative=())] = False,
    replay: Annotated[
        bool, Parameter(help="With audit alone: it always rebuilds every state from the trail.", negative=())
    ] = False,
    place: Place = HERE,
) -> int:
    """Count what breaks a rule; exit 1 on any. Records that wait for the asset they belong to are counted beside."""
    if replay and check != "audit":
        raise UsageError("--replay belongs to muster validate audit.")
    wanted = list(validation.CHECKS) if all_ or check == "all" else [check]
    async with tenant(place, snapshot=True) as (tx, scope):
        counts = {name: await validation.violations(tx, scope, name) for name in wanted}
        beside = {"waiting": await waiting.count(tx, scope)} if "lineage" in wanted else {}
    found = sum(sum(rules.values()) for rules in counts.values())
    if place.format is Format.JSON:
        write_json({"violations": found, **counts, **beside})
    else:
        rows = [
            {"check": name, "rule": rule, "violations": n}
            for name, rules in counts.items()
            for rule, n in rules.items()
        ]
        write_rows(rows, ("check", "rule", "violations"), place.format, f"{found} violations")
        if without_owner := beside.get("waiting"):
            say(f"{without_owner} records wait for the asset they belong to; no rule is broken: muster import waiting")
    return 1 if found else 0


async def _database(settings: Settings) -> list[dict[str, Any]]:
    async with database_urls(settings) as urls:
        connection = await connect(urls.app)
        try:
            version = await connection.fetchval("show server_version")
            fsync = await connection.fetchval("show fsync")
        finally:
            await connection.close()
        revision = await schema_version.current(urls.owner)
    where = "MUSTER_DATABASE_URL" if settings.database_url else "embedded"
    newest = schema_version.newest()
    return [
        {"what": "database", "value": f"PostgreSQL {version}, {where}", "ok": True},
        {"what": "fsync", "value": fsync, "ok": fsync == "on"},
        {"what": "schema", "value": f"{revision or 'empty'} (newest is {newest})", "ok": revision in (None, newest)},
    ]


@command
async def doctor(*, format: Output = Format.TABLE) -> int:
    """Look at this installation: program, settings, database, schema; exit 1 if something needs mending."""
    settings = read_settings()
    rows: list[dict[str, Any]] = [
        {"what": "muster", "value": muster.__version__, "ok": True},
        {"what": "python", "value": platform.python_version(), "ok": sys.version_info >= (3, 11)},
        {"what": "home", "value": str(settings.home), "ok": True},
    ]
    try:
        rows += await _database(settings)
    except MusterError as error:
        rows.append({"what": "database", "value": f"{error} {error.recovery_hint}", "ok": False})
    if format is Format.JSON:
        write_json({"healthy": all(row["ok"] for row in rows), "checks": rows})
    else:
        write_rows(
            [{**row, "ok": "yes" if row["ok"] else "no"} for row in rows], ("what", "value", "ok"), format, "Doctor"
        )
    return 0 if all(row["ok"] for row in rows) else 1
