"""muster value: every different value of a column and what it becomes, and a person's word on what it means."""

from typing import Annotated, Any

from cyclopts import Parameter

from muster.cleansing_review import column_named, remember, revoke, says, set_value, value_map
from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Told, Trial, changed
from muster.cli.command import command
from muster.cli.issues import Import, Table
from muster.cli.options import HERE, Place
from muster.cli.output import say, write_rows
from muster.cli.session import tenant
from muster.phases.data_cleansing.choices import VALUE, Choice
from muster.pipeline import pipeline
from muster.store import cleansing_decisions, imports
from muster.store.transaction import Tx
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope

ColumnName = Annotated[str, Parameter(help="Name of the column, or of the attribute it is mapped to.")]

OnlyColumn = Annotated[
    bool, Parameter(help="Only in columns of this name, not wherever the attribute is.", negative=())
]
Remembered = Annotated[
    bool, Parameter(name="--remember", help="New engagements of the client begin with it.", negative=())
]


@command
async def list_(
    import_: Import,
    column: ColumnName,
    /,
    *,
    table: Table = None,
    issues: Annotated[bool, Parameter(help="Only values with an issue.", negative=())] = False,
    place: Place = HERE,
) -> None:
    """Every different raw value of a column, most frequent first: what it becomes, by which rule, and its issue."""
    async with tenant(place, snapshot=True) as (tx, scope):
        row = await imports.named(tx, scope, import_)
        rows = await value_map(tx, scope, row.id, await column_named(tx, scope, row, column, table))
    rows = [one for one in rows if one["code"] or not issues]
    write_rows(rows, ("raw", "value", "count", "rule", "code", "hint"), place.format, f"{row.filename}: {column}")


@command
async def set_(
    import_: Import,
    column: ColumnName,
    raw: Annotated[str, Parameter(help="The raw value, as muster value list shows it.")],
    value: Annotated[str | None, Parameter(help="What it means.")] = None,
    /,
    *,
    nothing: Annotated[bool, Parameter(help="It means no value at all.", negative=())] = False,
    accept: Annotated[bool, Parameter(help="It is right as it is.", negative=())] = False,
    only_column: OnlyColumn = False,
    remembered: Remembered = False,
    table: Table = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say what a raw value means, in every import of the engagement; it wins over the rules and can be revoked."""
    if (value is not None) + nothing + accept != 1:
        raise UsageError("Give the value that it means, or --nothing, or --accept.")

    async def act(tx: Tx, scope: Scope) -> Told:
        row = await imports.named(tx, scope, import_)
        found = await column_named(tx, scope, row, column, table)
        choice = Choice(VALUE, found.entry.target, found.entry.source if only_column else None, raw, value, accept)
        if not await says(tx, scope, row.id, found, raw):
            say(f"No record of {row.filename} says {raw!r} in {found.entry.source}; the word holds where one does.")
        number = await set_value(tx, scope, found, choice, saying.by, saying.reason, pipeline())
        version = await remember(tx, scope, choice, saying.by, saying.reason) if remembered else None
        means = None if value is None else found.means(value)
        said = {"attribute": choice.attribute, "raw": raw, "value": means, "accepted": accept}
        return {"decision": number, **said, "remembered": version}

    def told_of(told: Told) -> str:
        meant = "right as it is" if accept else told["value"] or "nothing"
        return f"{raw!r} is {meant} for {told['attribute']} (decision {told['decision']})."

    await changed(act, told_of, place, trial)


@command
async def revoke_(
    number: Annotated[int, Parameter(help="The decision that muster value set or muster value decisions shows.")],
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Take back what was said of a value, or the adoption of a recipe; the rules decide again."""

    async def act(tx: Tx, scope: Scope) -> Told:
        gone = await revoke(tx, scope, number, saying.by, saying.reason, pipeline())
        return {"decision": number, "kind": gone["kind"], "revoked": True}

    await changed(act, lambda _: f"Decision {number} holds no more.", place, trial)


@command
async def decisions_(*, place: Place = HERE) -> None:
    """What people decided about values in this engagement, and which recipes it goes by; oldest first."""
    async with tenant(place) as (tx, scope):
        rows = [_decision(row) for row in await cleansing_decisions.standing(tx, scope)]
    columns = ("id", "attribute", "column", "raw", "value", "recipe", "version", "author", "reason", "made_at")
    write_rows(rows, columns, place.format, "Decisions about values")


def _decision(row: dict[str, Any]) -> dict[str, Any]:
    said = row["body"].get("choice", {"recipe": row["body"].get("recipe"), "version": row["body"].get("version")})
    return {**{name: row[name] for name in ("id", "author", "reason", "made_at")}, **said}
