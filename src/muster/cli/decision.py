"""muster decision: what people decided, and taking it back."""

from collections.abc import Mapping, Sequence
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
from muster.store import decisions, imports
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

NAMED = 3  # records of a decision that a list names
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
        files = await _files(tx, scope)
    wanted = [row for row in rows if kind in (None, row["kind"]) and (row["standing"] or not standing)]
    if place.format is Format.JSON:
        write_json(wanted)
        return
    told = [{**row, "about": _about(row, files), "standing": "yes" if row["standing"] else "revoked"} for row in wanted]
    write_rows(told, ("id", "kind", "about", "author", "reason", "made_at", "standing"), place.format, "Decisions")


async def _files(tx: Tx, scope: Scope) -> dict[str, str]:
    """The names of files by what decisions name them by: the hash of a record's file, the id of an import."""
    rows = await imports.listing(tx, scope)
    return {key: row["file"] for row in rows for key in (row["file_sha256"], str(row["import_id"]))}


def _about(row: dict[str, Any], files: Mapping[str, str]) -> str:
    """The subject in short: the first records as FILE:ROW, conditions written out."""
    if row["revokes"] is not None:
        return f"decision {row['revokes']}"
    subject = row["subject"]
    told = [
        f"{name} {files.get(str(value), value)}"
        for name, value in subject.items()
        if value is not None and not isinstance(value, list)
    ]
    told += [f"{name} {_places(subject[name], files)}" for name in ("records", "others") if subject.get(name)]
    told += [f"{one['name']}{one['sign']}{one['text']}" for one in subject.get("where", ())]
    return "; ".join([*told, *(f"{name} {shown(value)}" for name, value in row["body"].items() if value is not None)])


def _places(records: Sequence[Mapping[str, Any]], files: Mapping[str, str]) -> str:
    named = [f"{files.get(one['file_sha256'], one['file_sha256'][:12])}:{one['row_number']}" for one in records[:NAMED]]
    more = len(records) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


@command
async def show_(number: Number, /, *, place: Place = HERE) -> None:
    """One decision in full."""
    async with tenant(place) as (tx, scope):
        row = await decisions.read(tx, scope, number)
        files = await _files(tx, scope)
    if place.format is Format.JSON:
        write_json(row)
        return
    SCREEN.print(f"about: {_about(row, files)}", markup=False)
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
