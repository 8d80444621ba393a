"""muster run: take files through all six phases and say what came of them."""

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import author_of
from muster.cli.changed import IN_EARNEST, Trial
from muster.cli.command import command
from muster.cli.criteria import Wanted, criteria_asked
from muster.cli.options import HERE, Place
from muster.cli.output import Format, write_json
from muster.cli.progress import Progress
from muster.cli.review import ask_to_approve
from muster.cli.run_at_once import Approve, Asked, Batch, Source, at_once, exit_code, home_of, offered_file
from muster.cli.session import engine, opened, tenant_names
from muster.cli.summary import show_summary, summary
from muster.flow import control
from muster.flow.states import AT_REST, Status
from muster.flow.worker import Worker
from muster.phases.data_import.begin import begin
from muster.settings import Settings
from muster.settings import read as read_settings
from muster.store import flows, imports, tenants
from muster.store.flows import FlowRow
from muster.store.transaction import Database
from muster.vocabulary.errors import FileRefused, UsageError
from muster.what_if.deciding import believe

Corrects = Annotated[
    str | None, Parameter(help="The files must correct bad records of this import (id or file name) and no other.")
]
Require = Annotated[
    list[str] | None,
    Parameter(help="TARGET or KIND:TARGET that a mapping must have, several times; a|b: either.", negative=()),
]


@command
async def run(
    files: Annotated[
        list[Path],
        Parameter(help="Files to import: exports, workbooks, dumps, archives; a folder of them is one.", negative=()),
    ],
    /,
    *,
    approve: Annotated[
        Approve,
        Parameter(help="Who accepts the mapping: auto (nobody; what is likely is taken, and told), ask here, or stop."),
    ] = "auto",
    require: Require = None,
    minimum_score: Annotated[
        float | None, Parameter(help="Least score, 0 to 1, of what is accepted; default MUSTER_MINIMUM_SCORE.")
    ] = None,
    sure_only: Annotated[
        bool, Parameter(help="Take only columns that need nobody's look (accept: auto).", negative=())
    ] = False,
    source: Annotated[
        str | None, Parameter(help="Name of the tool the files come from; default is each file's name.")
    ] = None,
    precedence: Annotated[
        int | None, Parameter(help="Of the source: the lower number wins a conflict; default what it has, else 100.")
    ] = None,
    as_of: Annotated[
        date | None, Parameter(help="The day the files tell about, YYYY-MM-DD; the newer wins a conflict.")
    ] = None,
    corrects: Corrects = None,
    trial: Trial = IN_EARNEST,
    progress: Annotated[bool, Parameter(help="Show progress bars on a terminal.")] = True,
    place: Place = HERE,
) -> int:
    """Import files and take them through all six phases; the same command again goes on, or changes nothing.

    With --preview, or --expect and the digest of a preview, all files are imported together in one transaction, with
    the mappings that are suggested.
    """
    said = Source(source, precedence, as_of, corrects)
    bars = progress and place.format is Format.TABLE
    asked = Asked(files, said, approve, trial.preview, trial.expect, bars, place.format)
    return await _imported(asked, place, Wanted(require or [], minimum_score, sure_only))


async def _imported(asked: Asked, place: Place, wanted: Wanted) -> int:
    if (asked.preview or asked.expect) and asked.approve != "auto":
        raise UsageError("--preview and --expect go with --approve auto: they ask nobody on the way.")
    settings = read_settings()
    names = tenant_names(settings, place.client, place.engagement)
    criteria = criteria_asked(settings, wanted)
    async with opened(settings) as database:
        batch = Batch(*names, await tenants.find_or_create(database, *names), criteria=criteria)
        if asked.said.corrects is not None:
            async with database.transaction(batch.scope, actor="run") as tx:
                batch.corrects = await imports.named(tx, batch.scope, asked.said.corrects)
        if asked.preview or asked.expect:
            return await at_once(settings, database, batch, asked)
        result = await _by_workers(settings, database, batch, asked)
    if asked.format is Format.JSON:
        write_json(result)
    else:
        show_summary(result)
    return exit_code(result)


async def _by_workers(settings: Settings, database: Database, batch: Batch, asked: Asked) -> dict[str, Any]:
    for path in asked.files:
        await _begin(database, settings, batch, path, asked.said, asked.approve)
    await _work(settings, database, batch, asked.approve, asked.bars)
    return await summary(
        database, batch.client, batch.engagement, batch.scope, batch.begun, batch.refused, batch.settled_before
    )


async def _begin(database: Database, settings: Settings, batch: Batch, path: Path, said: Source, approve: str) -> None:
    try:
        with TemporaryDirectory(dir=home_of(settings), prefix="packing-") as packing:
            offered = await offered_file(settings, path, said, batch, packing, approve)
            async with database.transaction(batch.scope, actor="run") as tx:
                begun = await begin(tx, batch.scope, offered)
                await believe(tx, batch.scope, offered, begun, said.precedence, author_of(None))
                row = await flows.read(tx, begun.flow)
                if row.status == Status.FAILED:
                    await control.retry(tx, begun.flow)
    except FileRefused as error:
        batch.refused.append(
            {"file": str(path), "code": error.code, "message": str(error), "hint": error.recovery_hint}
        )
        return
    batch.begun.append(begun)
    if begun.known and row.status == Status.COMPLETED:
        batch.settled_before.add(str(begun.import_id))


async def _work(settings: Settings, database: Database, batch: Batch, approve: Approve, bars: bool) -> None:
    """Run a worker in this process until every flow of the batch has come to rest."""
    async with engine(settings, database) as ready:
        worker = Worker(ready, settings.workers, settings.lease_seconds)
        working = asyncio.create_task(worker.run())
        try:
            with Progress(bars) as shown:
                while not working.done():
                    rows = await _rows(database, batch)
                    shown.update(rows, await _runs(database, batch))
                    if not await _go_on(database, batch, rows, approve):
                        break
                    await asyncio.sleep(0.1)
            if working.done():
                await working
        finally:
            worker.stop()
            await working


async def _rows(database: Database, batch: Batch) -> list[FlowRow]:
    async with database.transaction(batch.scope, actor="run") as tx:
        return [await flows.read(tx, begun.flow) for begun in batch.begun]


async def _runs(database: Database, batch: Batch) -> list[list[dict[str, Any]]]:
    async with database.transaction(batch.scope, actor="run") as tx:
        return [await flows.runs(tx, begun.flow) for begun in batch.begun]


async def _go_on(database: Database, batch: Batch, rows: Sequence[FlowRow], approve: Approve) -> bool:
    """True while there is something to wait for."""
    waiting = [begun for begun, row in zip(batch.begun, rows, strict=True) if row.status == Status.WAITING_FOR_APPROVAL]
    moving = [row for row in rows if Status(row.status) not in AT_REST]
    asking = [row.configuration.get("criteria", {}).get("human_approval") for row in rows]
    if approve == "stop" or not waiting or (approve == "auto" and any(asking)):
        return bool(moving)
    for begun in waiting:
        answer: dict[str, object] | None = {"person": False, "waive": True}
        if approve == "ask":
            answer = await ask_to_approve(database, batch.scope, begun, batch.criteria["minimum_score"])
        if answer is None:
            return bool(moving)
        async with database.transaction(batch.scope, actor="run") as tx:
            author = author_of(None) if approve == "ask" else "run"
            await control.approve(tx, begun.flow, author, f"approve={approve}", answer)
    return True


@command
async def preview(
    files: Annotated[list[Path], Parameter(help="Files to look at; with several, what they do together.", negative=())],
    /,
    *,
    source: Annotated[str | None, Parameter(help="Name of the tool the files come from.")] = None,
    precedence: Annotated[int | None, Parameter(help="Of the source: the lower number wins a conflict.")] = None,
    as_of: Annotated[date | None, Parameter(help="The day the files tell about, YYYY-MM-DD.")] = None,
    place: Place = HERE,
) -> int:
    """Show exactly what importing files would do, and the digest it would lead to. Nothing is stored."""
    asked = Asked(files, Source(source, precedence, as_of, None), "auto", True, None, False, place.format)
    return await _imported(asked, place, Wanted([], None, False))
