"""How every command that changes the inventory ends: the change made, or (--preview) only shown."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import author_of
from muster.cli.difference_table import show_difference
from muster.cli.output import Format, conclude, say, write_json
from muster.cli.session import opened, scope_of
from muster.settings import read as read_settings
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


def conclude_change(
    act: Act,
    said: Callable[[Told], str],
    client: str | None,
    engagement: str | None,
    format: Format,
    *,
    preview: bool = False,
    expect: str | None = None,
    code: Callable[[Told], int] = lambda _: 0,
) -> int:
    """Do it, or show what it would do, and say so with the digest."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            outcome = await change(database, scope, lambda tx: act(tx, scope), preview=preview, expect=expect)
        told: Told = outcome.told
        if preview and outcome.changes is not None:
            if format is Format.JSON:
                write_json({"preview": True, **told, "digest": outcome.digest, "changes": outcome.changes})
            else:
                show_difference(outcome.changes)
                say("Nothing was changed.")
            return code(told)
        if format is Format.JSON:
            write_json({**told, "digest": outcome.digest})
        else:
            say(said(told))
            say(f"Digest: {outcome.digest}")
        return code(told)

    return conclude(command, format)


def conclude_decision(
    decision: Callable[[Tx, Scope], Awaitable[Decision]],
    said: str,
    client: str | None,
    engagement: str | None,
    format: Format,
    *,
    author: str | None = None,
    reason: str = "",
    preview: bool = False,
    expect: str | None = None,
    more: Told | None = None,
) -> int:
    """Make one decision, or show what it would do."""

    async def act(tx: Tx, scope: Scope) -> Told:
        made = await decision(tx, scope)
        return {"decision": await make(tx, scope, made, author_of(author), reason), "kind": made.kind, **(more or {})}

    return conclude_change(
        act,
        lambda told: f"{said} Decision {told['decision']}.",
        client,
        engagement,
        format,
        preview=preview,
        expect=expect,
    )
