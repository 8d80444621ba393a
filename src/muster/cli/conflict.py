"""muster conflict: where an import contradicts what was known, and who is to be believed."""

from typing import Annotated, Literal

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, decided
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import say, write_rows
from muster.cli.session import tenant
from muster.store import imports, lineage
from muster.vocabulary.errors import UsageError
from muster.what_if import deciding
from muster.what_if.conflicts import conflicts

SAID = {
    "keep": "What was known holds.",
    "replace": "What the records say holds.",
    "create": "The records are things of their own.",
}


@command
async def list_(
    import_: Annotated[str, Parameter(help="Id of the import, the beginning of it, or its file's name.")],
    /,
    *,
    limit: Annotated[int, Parameter(help="Assets a page, 1 to 1000.")] = 100,
    after: Annotated[int, Parameter(help="Assets to pass over: those of the pages before.")] = 0,
    place: Place = HERE,
) -> None:
    """Every value of an import's records that differs from what other imports say of the same asset."""
    if not 1 <= limit <= 1000:
        raise UsageError(f"--limit is {limit}; it must be from 1 to 1000.")
    async with tenant(place, snapshot=True) as (tx, scope):
        row = await imports.named(tx, scope, import_)
        shared = await lineage.shared_assets(tx, scope, row.id, limit, after)
        rows = await conflicts(tx, scope, shared, row.id)
    columns = ("record_id", "asset", "attribute", "record_says", "others_say", "holds")
    write_rows(rows, columns, place.format, f"Conflicts of {row.filename}")
    if len(shared) == limit:
        say(f"More may follow: --after {after + limit}")


@command
async def decide(
    records: Annotated[list[int], Parameter(help="Numbers of the records, as muster conflict list shows them.")],
    /,
    *,
    action: Annotated[
        Literal["keep", "replace", "create"],
        Parameter(help="keep what was known, replace it by what the records say, or create assets of their own."),
    ],
    attribute: Annotated[
        list[str] | None,
        Parameter(help="Only of this attribute, several times: merge field by field; default all.", negative=()),
    ] = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Decide who is believed, by the number of the record. A newer decision about a field goes before an older one."""
    if action == "create" and attribute:
        raise UsageError("--attribute belongs to keep and replace; create is about the whole record.")
    await decided(
        lambda tx, scope: deciding.choose(tx, scope, records, action, attribute or []),
        SAID[action],
        place, saying, trial,
    )  # fmt: skip
