"""muster debt: what is wrong with the technology of the estate."""

from typing import Annotated

from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.settings import read as read_settings
from muster.store import debt


def list_(
    *,
    severity: Annotated[str | None, Parameter(help="Only findings of this severity.")] = None,
    check: Annotated[str | None, Parameter(help="Only findings of this check.")] = None,
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Every finding with its asset, worst first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                rows = await debt.listing(tx, scope)
        kept = [row for row in rows if row["severity"] == (severity or row["severity"])]
        kept = [row for row in kept if row["check"] == (check or row["check"])]
        write_rows(kept, ("severity", "asset", "check", "message", "remedy", "confidence"), format, "Findings")
        return 0

    return conclude(command, format)


def summary(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """How many findings there are of each severity and check."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli", snapshot=True) as tx:
                severities = await debt.by_severity(tx, scope)
                checks = await debt.by_check(tx, scope)
        if format is Format.JSON:
            write_json({"by_severity": severities, "by_check": checks})
        else:
            write_rows(checks, ("severity", "check", "findings"), format, "Findings")
        return 0

    return conclude(command, format)
