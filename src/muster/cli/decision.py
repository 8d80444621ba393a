"""muster decision: what people decided, and taking it back."""

from typing import Annotated, Any

import orjson
from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Trial, changed
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import SCREEN, Format, shown, write_json, write_rows
from muster.cli.session import tenant
from muster.recompute import revoke
from muster.store import decisions
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

Number = Annotated[int, Parameter(help="Number of the decision, as muster decision list shows it.")]


@command
async def list_(
    *,
    kind: Annotated[str | None, Parameter(help="Only decisions of this kind, such as merge or edit.")] = None,
    standing: Annotated[bool, Parameter(help="Only those that nobody revoked.", negative=())] = False,
    place: Place = HERE,
) -> None:
    """Every decision of the engagement, oldest first."""
    async with tenant(place) as (tx, scope):
        rows = await decisions.every(tx, scope)
    wanted = [row for row in rows if kind in (None, row["kind"]) and (row["standing"] or not standing)]
    if place.format is Format.JSON:
        write_json(wanted)
        return
    told = [{**row, "about": _about(row), "standing": "yes" if row["standing"] else "revoked"} for row in wanted]
    write_rows(told, ("id", "kind", "about", "author", "reason", "made_at", "standing"), place.format, "Decisions")


def _about(row: dict[str, Any]) -> str:
    """The subject in short: records counted, conditions written out."""
    if row["revokes"] is not None:
        return f"decision {row['revokes']}"
    subject = row["subject"]
    told = [f"{name} {value}" for name, value in subject.items() if value is not None and not isinstance(value, list)]
    told += [f"{len(subject[name])} {name}" for name in ("records", "others") if subject.get(name)]
    told += [f"{one['name']}{one['sign']}{one['text']}" for one in subject.get("where", ())]
    return "; ".join([*told, *(f"{name} {shown(value)}" for name, value in row["body"].items() if value is not None)])


@command
async def show_(number: Number, /, *, place: Place = HERE) -> None:
    """One decision in full."""
    async with tenant(place) as (tx, scope):
        row = await decisions.read(tx, scope, number)
    if place.format is Format.JSON:
        write_json(row)
        return
    for name, value in row.items():
        text = orjson.dumps(value).decode() if isinstance(value, dict) else shown(value)
        SCREEN.print(f"{name}: {text}", markup=False)


@command
async def revoke_(
    number: Number,
    /,
    *,
    trial: Trial = IN_EARNEST,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> int:
    """Take a decision back: all is as if it had not been made. Revoking a revocation makes it stand again."""

    async def act(tx: Tx, scope: Scope) -> dict[str, Any]:
        return {"decision": number, "revoked": await revoke(tx, scope, number, saying.by, saying.reason)}

    told = await changed(
        act,
        lambda told: f"Decision {number} {'is' if told['revoked'] else 'was already'} revoked.",
        place,
        trial,
    )
    return 0 if told["revoked"] else 1
