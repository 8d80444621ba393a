"""Files of one `muster run` imported in one transaction: to be looked at, or only if they do what was looked at."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from muster.bad_records import refuse_other
from muster.cli.author import author_of
from muster.cli.difference_table import show_difference
from muster.cli.output import Format, say, write_json
from muster.cli.session import engine
from muster.cli.summary import show_summary, summary_in
from muster.flow.states import Status
from muster.phases.data_import import intake
from muster.phases.data_import.begin import Begun, Offer, offer
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.packed_folder import as_one_file
from muster.settings import Settings
from muster.store.imports import ImportRow
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import FileRefused
from muster.vocabulary.scope import Scope
from muster.what_if.changing import change
from muster.what_if.importing import import_at_once

Approve = Literal["auto", "ask", "stop"]
DEFAULT_PRECEDENCE = 100


@dataclass
class Batch:
    """What one call of `muster run` is about."""

    client: str
    engagement: str
    scope: Scope
    begun: list[Begun] = field(default_factory=list)
    settled_before: set[str] = field(default_factory=set)
    refused: list[dict[str, str]] = field(default_factory=list)
    criteria: dict[str, Any] = field(default_factory=dict)
    corrects: ImportRow | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody says of the files: the tool, how far it is believed, the day, and which import they correct."""

    name: str | None
    precedence: int | None
    day: date | None
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call of `muster run` asks for."""

    files: Sequence[Path]
    said: Source
    approve: Approve
    preview: bool
    expect: str | None
    bars: bool
    format: Format


def home_of(settings: Settings) -> Path:
    """The data directory, made when needed."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return settings.home


async def offered_file(settings: Settings, path: Path, said: Source, batch: Batch, packing: str, approve: str) -> Offer:
    """A file looked at before anything is written; a folder is packed first. Raises FileRefused."""
    limits = Limits(**settings.limits)
    file = await asyncio.to_thread(as_one_file, path, limits, Path(packing))
    intake.recognise(file, limits)
    if batch.corrects is not None:
        refuse_other(file, batch.corrects, limits, Path(packing))
    number = DEFAULT_PRECEDENCE if said.precedence is None else said.precedence
    found = offer(file, said.name or file.name, number, said.day, approve, limits.max_bytes)
    return replace(found, criteria=batch.criteria)


async def at_once(settings: Settings, database: Database, batch: Batch, asked: Asked) -> int:
    """Import the files together, or show what that would do. Raises PreviewDiffers where it is not as expected."""
    with ExitStack() as stack:
        offers = []
        for path in asked.files:
            packing = stack.enter_context(TemporaryDirectory(dir=home_of(settings), prefix="packing-"))
            try:
                offers.append(await offered_file(settings, path, asked.said, batch, packing, "auto"))
            except FileRefused as error:
                told = {"code": error.code, "message": str(error), "hint": error.recovery_hint}
                batch.refused.append({"file": str(path), **told})
        async with engine(settings, database) as ready:

            async def act(tx: Tx) -> dict[str, Any]:
                done = await import_at_once(ready, tx, batch.scope, offers, author_of(None), asked.said.precedence)
                refused = [*batch.refused, *done.refused]
                return await summary_in(
                    tx, batch.client, batch.engagement, batch.scope, done.begun, refused, done.settled_before
                )

            outcome = await change(database, batch.scope, act, preview=asked.preview, expect=asked.expect)
    result: dict[str, Any] = outcome.told
    if asked.format is Format.JSON:
        write_json({**result, **({"preview": True, "changes": outcome.changes} if asked.preview else {})})
        return exit_code(result)
    show_summary(result)
    if outcome.changes is not None:
        show_difference(outcome.changes)
        say(f"Nothing was stored. To do exactly this: the same command with --expect {outcome.digest} for --preview.")
    return exit_code(result)


def exit_code(result: dict[str, Any]) -> int:
    """0 if all is imported, 3 where trying again may help, 1 for all else that is not."""
    failed = [entry for entry in result["imports"] if entry["status"] == Status.FAILED]
    if any(entry["error"]["error_class"] == "retryable" for entry in failed):
        return 3
    waiting = [entry for entry in result["imports"] if entry["status"] != Status.COMPLETED]
    for entry in waiting:
        say(f"{entry['file']}: {entry['status']}; muster flow show {entry['flow_id']} says why.")
    return 1 if waiting or result["refused"] else 0
