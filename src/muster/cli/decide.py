"""muster decide: one decision for all records that meet conditions, those of later files too."""

from typing import Annotated, Any, Literal

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, decided
from muster.cli.command import command
from muster.cli.edit import read_value
from muster.cli.options import HERE, Place
from muster.phases.asset_inventory.conditions import PLACES, Condition, read_condition
from muster.phases.asset_inventory.decisions import EDIT, KEEP, PREFER, REPLACE, UNLOCK
from muster.store import custom_attributes
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.scope import Scope
from muster.what_if import deciding
from muster.what_if.deciding import Decision

What = Literal["exclude", "include", "keep", "replace", "edit", "unlock"]
SAID = {
    "exclude": "They are left out.",
    "include": "They are taken in.",
    "keep": "They give way to what other records say.",
    "replace": "They hold against what other records say.",
    "edit": "The value holds against every file.",
    "unlock": "The files decide again.",
}


@command
async def decide(
    what: Annotated[
        What, Parameter(help="exclude, include; keep or replace (whether the records' values win); edit, unlock.")
    ],
    /,
    *,
    where: Annotated[
        list[str],
        Parameter(
            help="NAME=TEXT, several times: an attribute, source, table_name or record_kind; also != ~ < <= > >=.",
            negative=(),
        ),
    ],
    attribute: Annotated[
        list[str] | None,
        Parameter(help="The attributes it is about, several times; keep, replace: default all.", negative=()),
    ] = None,
    value: Annotated[str | None, Parameter(help="With edit: what the attribute is.")] = None,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Decide about every record that meets all conditions, now and in later files; a newer decision goes before it."""

    async def decision(tx: Tx, scope: Scope) -> Decision:
        own = [one.name for one in await custom_attributes.known(tx, scope)]
        conditions = [_condition(text, own) for text in where]
        named = attribute or []
        _refuse_unknown(named, own)
        body: dict[str, Any] = {}
        if what in (EDIT, UNLOCK):
            if len(named) != 1 or (what == EDIT) != (value is not None):
                raise UsageError(
                    f"{what} needs one --attribute{' and a --value' if what == EDIT else ' and no --value'}."
                )
            body = {"attribute": named[0]}
            if value is not None:
                body["value"] = read_value(named[0], value, await custom_attributes.offered(tx, scope))
        elif what in (KEEP, REPLACE):
            body = {"value": what, "attributes": named}
        return deciding.where(PREFER if what in (KEEP, REPLACE) else what, conditions, body)

    await decided(
        decision, SAID[what], place,
        saying, trial,
    )  # fmt: skip


def _condition(written: str, own: list[str]) -> Condition:
    try:
        condition = read_condition(written)
    except ValueError as error:
        raise UsageError(f"--where {error}") from error
    if condition.name not in (*PLACES, *attributes(), *own):
        raise UsageError(f"--where {written!r}: {condition.name} is no attribute, nor one of {', '.join(PLACES)}.")
    return condition


def _refuse_unknown(named: list[str], own: list[str]) -> None:
    unknown = [name for name in named if name not in attributes() and name not in own]
    if unknown:
        raise UsageError(f"No attribute is called {', '.join(unknown)}.")
