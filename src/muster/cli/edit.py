"""muster asset edit: say what a value is, whatever the files say."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from cyclopts import Parameter

from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, shown, write_json
from muster.cli.session import opened, scope_of
from muster.phases.data_cleansing.cleanse import replay
from muster.recompute import decide
from muster.settings import read as read_settings
from muster.store import custom_attributes, lineage
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.errors import UsageError, ValueRefused
from muster.vocabulary.table import Json, MappingEntry


def edit(
    asset: Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")],
    attribute: Annotated[str, Parameter(help="Name of the attribute, such as environment.")],
    value: Annotated[str, Parameter(help="What it is; read by the same rules as a file's values.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why; kept with the decision.")] = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Set a value and lock it: it wins over every file, now and after any later import, until another edit."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                typed = _read(attribute, value, await custom_attributes.offered(tx, scope))
                found = await lineage.find_asset(tx, scope, asset)
                record = (await lineage.records_of(tx, scope, found))[0]
                key = {name: record[name] for name in ("file_sha256", "table_name", "row_number")}
                body = {"attribute": attribute, "value": typed}
                number = await decide(tx, scope, "edit", {"records": [key]}, body, "cli", reason)
        if format is Format.JSON:
            write_json({"decision": number, "asset": asset, "attribute": attribute, "value": typed})
        else:
            say(f"{asset}: {attribute} is {shown(typed)}, and stays so.")
        return 0

    return conclude(command, format)


def _read(attribute: str, text: str, custom: Sequence[Attribute]) -> Json:
    """The value as the cleansing rules read it, as JSON. Raises UsageError or ValueRefused."""
    if attribute not in attributes() and attribute not in {own.name for own in custom}:
        raise UsageError(f"{attribute!r} is no attribute; muster asset show lists those an asset has.")
    read = replay(text, MappingEntry(1, attribute, attribute, 1.0), custom)
    if read.issue is not None:
        raise ValueRefused(f"{attribute} = {text!r}: {read.issue.message}", hint=read.issue.hint)
    if isinstance(read.value, date):
        return read.value.isoformat()
    return list(read.value) if isinstance(read.value, tuple) else read.value
