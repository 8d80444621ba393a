"""muster asset and muster why: the inventory, and what each of its values was made of."""

import re
from typing import Annotated, Any

from cyclopts import Parameter

from muster.assessment.reading import of_asset
from muster.cli.command import command
from muster.cli.moments import seen
from muster.cli.options import HERE, Place
from muster.cli.output import SCREEN, Format, say, shown, write_json, write_rows
from muster.cli.session import tenant, tenant_database
from muster.phases.field_mapping.criteria import no_attribute
from muster.phases.tech_debt_assessment.scores import NUMBERS
from muster.store import custom_attributes, lineage
from muster.vocabulary import clock
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.errors import UsageError
from muster.why import why as replay

Name = Annotated[str, Parameter(help="Id of the asset, or its name where only one has it.")]
OWN = re.compile(r"custom\.[a-z][a-z0-9_]{0,57}")
VANISHED = ("presence", "presence_reason")
FILTERED = ("asset_type", "environment", "os_name", "criticality", "lifecycle_status", "application_name", "name")


@command
async def list_(
    *,
    where: Annotated[
        list[str] | None,
        Parameter(help="ATTRIBUTE=VALUE, several times; name=TEXT finds TEXT anywhere in the name.", negative=()),
    ] = None,
    limit: Annotated[int, Parameter(help="Assets a page, 1 to 10000.")] = 100,
    after: Annotated[str | None, Parameter(help="Id of the last asset of the page before.")] = None,
    as_of_time: Annotated[str | None, Parameter(help="The assets of a past moment, see muster history.")] = None,
    place: Place = HERE,
) -> None:
    """The assets of the engagement by name, a page at a time."""
    conditions = _conditions(where or [])
    if not 1 <= limit <= 10_000:
        raise UsageError(f"--limit is {limit}; it must be from 1 to 10000.")
    async with tenant_database(place) as (database, scope), seen(database, scope, as_of_time, "--as-of-time") as tx:
        rows = await lineage.assets(tx, scope, conditions, limit, after)
    write_rows(
        rows,
        (
            "asset_id",
            "name",
            "asset_type",
            "environment",
            "os_name",
            "ip_address",
            "cpu_cores",
            "memory_mb",
            "presence",
        ),
        place.format,
        "Assets",
    )
    if len(rows) == limit:
        say(f"More may follow: --after {rows[-1]['asset_id']}")


def _conditions(where: list[str]) -> dict[str, str]:
    found = {}
    for condition in where:
        name, equals, text = condition.partition("=")
        if OWN.fullmatch(name) and equals:
            found[name] = text
            continue
        if not equals or name not in attributes() or attributes()[name].multi_valued:
            raise UsageError(
                f"--where {condition!r}: write ATTRIBUTE=VALUE, with an attribute of one value, such as asset_type."
            )
        found[name] = text
    return found


@command
async def show(asset: Name, /, *, place: Place = HERE) -> None:
    """One asset: every value, its scores and strategy as of today, and the records it was made of."""
    async with tenant(place, snapshot=True) as (tx, scope):
        found = await lineage.find_asset(tx, scope, asset)
        described = await lineage.asset(tx, scope, found)
        records = await lineage.records_of(tx, scope, found)
        judged = await of_asset(tx, scope, found, clock.today())
    described["assessment"] = judged
    described["records"] = [_record(record) for record in records]
    if place.format is Format.JSON:
        write_json(described)
        return
    values = [{"attribute": name, "value": described[name]} for name in attributes() if described.get(name) is not None]
    values += [{"attribute": name, "value": described[name]} for name in VANISHED if name in described]
    own = sorted((described.get("custom") or {}).items())
    values += [{"attribute": f"{CUSTOM}{name}", "value": value} for name, value in own]
    write_rows(values, ("attribute", "value"), place.format, described["name"])
    told = [{"attribute": name, "value": judged[name]} for name in (*NUMBERS, "strategy", "strategy_by", "proposed")]
    write_rows(told, ("attribute", "value"), place.format, "Assessment; muster debt explain tells what it is made of")
    write_rows(
        described["records"],
        ("record_id", "file", "sheet", "row_number", "file_row", "disposition", "rule", "score"),
        place.format,
        "Records",
    )


def _record(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "record_id": record["record_id"],
        "file": record["file"],
        "sheet": record["table_name"],
        "row_number": record["row_number"],
        "file_row": record["file_row"],
        "disposition": record["disposition"],
        "rule": record["rule"],
        "score": record["score"],
        "raw": {record["columns"][int(at) - 1]: value for at, value in record["raw"].items()},
        "mapping_version": record["mapping_version"],
        "mapping_sha256": record["mapping_sha256"],
        "rules_version": record["rules_version"],
    }


@command
async def why(
    asset: Name,
    attribute: Annotated[str, Parameter(help="Name of the attribute, such as os_name.")],
    /,
    *,
    place: Place = HERE,
) -> None:
    """Where a value comes from: file, sheet, row, column, raw text, rule, mapping, and the claims that lost to it."""
    async with tenant(place, snapshot=True) as (tx, scope):
        own = {one.name for one in await custom_attributes.known(tx, scope)}
        if attribute not in attributes() and attribute not in own:
            raise UsageError(
                no_attribute(attribute, [*attributes(), *own]),
                hint="muster asset show lists the attributes that an asset has.",
            )
        answer = await replay(tx, scope, await lineage.find_asset(tx, scope, asset), attribute)
    if place.format is Format.JSON:
        write_json(answer)
        return
    SCREEN.print(f"{answer['asset']}: {attribute} = {shown(answer['value'])}  ({answer['reason']})", markup=False)
    columns = ("standing", "value", "file", "sheet", "file_row", "column", "raw", "reason")
    write_rows(answer["claims"], columns, place.format, "Claims")
