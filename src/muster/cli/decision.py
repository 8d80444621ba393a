"""muster decision: what people decided, and taking it back."""

from typing import Annotated, Any

import orjson
from cyclopts import Parameter

from muster.cli.author import Author, Reason, author_of
from muster.cli.changed import Expect, Preview, conclude_change
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import SCREEN, Format, conclude, shown, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.recompute import revoke
from muster.settings import read as read_settings
from muster.store import decisions
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

Number = Annotated[int, Parameter(help="Number of the decision, as muster decision list shows it.")]


def list_(
    *,
    kind: Annotated[str | None, Parameter(help="Only decisions of this kind, such as merge or edit.")] = None,
    standing: Annotated[bool, Parameter(help="Only those that nobody revoked.", negative=())] = False,
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Every decision of the engagement, oldest first."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = await decisions.every(tx, scope)
        wanted = [row for row in rows if kind in (None, row["kind"]) and (row["standing"] or not standing)]
        if format is Format.JSON:
            write_json(wanted)
            return 0
        told = [{**row, "about": _about(row), "standing": "yes" if row["standing"] else "revoked"} for row in wanted]
        write_rows(told, ("id", "kind", "about", "author", "reason", "made_at", "standing"), format, "Decisions")
        return 0

    return conclude(command, format)


def _about(row: dict[str, Any]) -> str:
    """The subject in short: records counted, conditions written out."""
    if row["revokes"] is not None:
        return f"decision {row['revokes']}"
    subject = row["subject"]
    told = [f"{name} {value}" for name, value in subject.items() if value is not None and not isinstance(value, list)]
    told += [f"{len(subject[name])} {name}" for name in ("records", "others") if subject.get(name)]
    told += [f"{one['name']}{one['sign']}{one['text']}" for one in subject.get("where", ())]
    return "; ".join([*told, *(f"{name} {shown(value)}" for name, value in row["body"].items() if value is not None)])


def show_(
    number: Number, /, *, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE
) -> int:
    """One decision in full."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                row = await decisions.read(tx, scope, number)
        if format is Format.JSON:
            write_json(row)
            return 0
        for name, value in row.items():
            text = orjson.dumps(value).decode() if isinstance(value, dict) else shown(value)
            SCREEN.print(f"{name}: {text}", markup=False)
        return 0

    return conclude(command, format)


def revoke_(
    number: Number,
    /,
    *,
    preview: Preview = False,
    expect: Expect = None,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take a decision back: all is as if it had not been made. Revoking a revocation makes it stand again."""

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        return {"decision": number, "revoked": await revoke(tx, scope, number, author_of(author), reason)}

    return conclude_change(
        act,
        lambda told: f"Decision {number} {'is' if told['revoked'] else 'was already'} revoked.",
        client,
        engagement,
        format,
        preview=preview,
        expect=expect,
        code=lambda told: 0 if told["revoked"] else 1,
    )
