"""How every command that changes the inventory ends: the change made, or (--preview) only shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import Saying
from muster.cli.difference_table import show_difference
from muster.cli.options import Place
from muster.cli.output import Format, say, write_json, write_result
from muster.cli.session import tenant_database
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.what_if.changing import change
from muster.what_if.deciding import Decision, make

Preview = Annotated[bool, Parameter(help="Show all that would change, and change nothing.", negative=())]
Expect = Annotated[
    str | None, Parameter(help="Digest that a preview showed: change nothing if it would be another one now.")
]
Told = dict[str, Any]
Act = Callable[[Tx, Scope], Awaitable[Told]]


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Whether a change is only looked at, or made on the condition that it is the one that was looked at."""

    preview: Preview = False
    expect: Expect = None


IN_EARNEST = Trial()


async def changed(act: Act, said: Callable[[Told], str], place: Place, trial: Trial) -> Told:
    """Do it, or show what it would do, and say so with the digest; returns what the act told."""
    async with tenant_database(place) as (database, scope):
        outcome = await change(database, scope, lambda tx: act(tx, scope), preview=trial.preview, expect=trial.expect)
    told: Told = outcome.told
    if trial.preview and outcome.changes is not None:
        if place.format is Format.JSON:
            write_json({"preview": True, **told, "digest": outcome.digest, "changes": outcome.changes})
        else:
            show_difference(outcome.changes)
            say("Nothing was changed.")
    else:
        write_result({**told, "digest": outcome.digest}, place.format, said(told), f"Digest: {outcome.digest}")
    return told


async def decided(
    decision: Callable[[Tx, Scope], Awaitable[Decision]],
    said: str | Callable[[], str],
    place: Place,
    saying: Saying,
    trial: Trial,
    more: Told | None = None,
) -> None:
    """Make one decision, or show what it would do. `said` may depend on what the decision found."""

    async def act(tx: Tx, scope: Scope) -> Told:
        made = await decision(tx, scope)
        return {"decision": await make(tx, scope, made, saying.by, saying.reason), "kind": made.kind, **(more or {})}

    await changed(
        act, lambda told: f"{said if isinstance(said, str) else said()} Decision {told['decision']}.", place, trial
    )
