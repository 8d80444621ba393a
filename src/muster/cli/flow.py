"""muster flow: follow and steer discovery flows."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import SCREEN, Format, write_json, write_result, write_rows
from muster.cli.session import tenant, tenant_database
from muster.flow import control
from muster.flow.states import AT_REST, Status
from muster.pipeline import pipeline
from muster.store import flows, imports
from muster.store.flows import FlowKey
from muster.store.transaction import Tx
from muster.vocabulary.errors import UsageError

FlowId = Annotated[UUID, Parameter(help="The flow id that muster run and muster flow list show.")]
Act = Callable[[Tx, FlowKey], Awaitable[object]]


@command
async def list_(*, place: Place = HERE) -> None:
    """Every flow of the engagement, newest first."""
    async with tenant(place) as (tx, scope):
        rows = await flows.listing(tx, scope)
    columns = ("flow_id", "file", "status", "current_phase", "progress_percentage", "error_message")
    write_rows(rows, columns, place.format, "Flows")


async def _described(tx: Tx, flow: FlowKey) -> dict[str, Any]:
    row = await flows.read(tx, flow)
    runs = await flows.runs(tx, flow)
    done = sum(run["state"] == "completed" for run in runs)
    return {
        "flow_id": row.id,
        "import_id": (await imports.of_flow(tx, flow)).id,
        "name": row.name,
        "status": row.status,
        "current_phase": row.current_phase,
        "progress_percentage": round(done * 100 / len(runs), 2),
        "flags": control.flags(runs),
        "error": row.error_details,
        "state_data": row.state_data,
        "phases": runs,
        "history": await flows.history(tx, flow),
    }


@command
async def show_(flow: FlowId, /, *, place: Place = HERE) -> None:
    """One flow: where it is, what each phase did, and its whole history."""
    async with tenant(place) as (tx, scope):
        described = await _described(tx, FlowKey(scope, flow))
    if place.format is Format.JSON:
        write_json(described)
    else:
        _print(described)


def _print(described: dict[str, Any]) -> None:
    SCREEN.print(f"{described['name']}: {described['status']} in {described['current_phase']}", markup=False)
    gates = [(run["cursor"] or {}).get("gate") for run in described["phases"] if run["state"] == "running"]
    for gate in filter(None, gates):
        SCREEN.print(gate, markup=False)
    if described["error"]:
        SCREEN.print(f"{described['error']['message']}\n{described['error']['recovery_hint']}", markup=False)
    write_rows(
        described["phases"], ("phase", "state", "attempt", "rows_done", "rows_total", "seconds"), Format.TABLE, "Phases"
    )
    columns = (
        "at",
        "actor",
        "from_node",
        "to_node",
        "from_status",
        "to_status",
        "phase",
        "step",
        "outcome",
        "attempt",
        "seconds",
    )
    write_rows(described["history"], columns, Format.TABLE, "History")


@command
async def watch_(flow: FlowId, /, *, place: Place = HERE) -> int:
    """Say every change of a flow as it happens, until it rests; exit 1 unless it completed."""
    async with tenant_database(place) as (database, scope):
        key, seen = FlowKey(scope, flow), 0
        while True:
            async with database.transaction(scope, actor="cli") as tx:
                row = await flows.read(tx, key)
                events = [event for event in await flows.history(tx, key) if event["id"] > seen]
            for event in events:
                seen = event["id"]
                _say_event(event, place.format)
            if Status(row.status) in AT_REST:
                return 0 if row.status == Status.COMPLETED else 1
            await asyncio.sleep(0.3)


def _say_event(event: dict[str, Any], format: Format) -> None:
    if format is Format.JSON:
        write_json(event)
        return
    told = [f"{key}={value}" for key, value in event.items() if value is not None and key not in ("id", "at", "detail")]
    SCREEN.print(f"{event['at']:%H:%M:%S.%f} {' '.join(told)}", markup=False)


async def _act(flow: UUID, place: Place, act: Act, idle: str) -> int:
    """Do one thing to a flow and say how it stands then; exit 1 where there was nothing to do."""
    async with tenant(place) as (tx, scope):
        key = FlowKey(scope, flow)
        done = await act(tx, key)
        row = await flows.read(tx, key)
    result = {"flow_id": row.id, "status": row.status, "current_phase": row.current_phase, "changed": bool(done)}
    write_result(
        result, place.format, f"{row.id}: {row.status} in {row.current_phase}" if done else f"{row.id}: {idle}"
    )
    return 0 if done else 1


@command
async def approve_(
    flow: FlowId,
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> int:
    """Accept what a flow waits for; the next worker or run goes on with it."""
    return await _act(
        flow,
        place,
        lambda tx, key: control.approve(tx, key, saying.by, saying.reason or "approved"),
        "it waits for no approval",
    )


@command
async def pause_(flow: FlowId, /, *, place: Place = HERE) -> int:
    """Let what is running finish and begin nothing more."""
    return await _act(flow, place, control.pause, "it was paused already")


@command
async def resume_(flow: FlowId, /, *, place: Place = HERE) -> int:
    """Go on after a pause."""
    return await _act(flow, place, control.resume, "it was not paused")


@command
async def retry_(flow: FlowId, /, *, place: Place = HERE) -> int:
    """Take a failed flow up where it stopped."""
    return await _act(flow, place, control.retry, "it had not failed")


@command
async def cancel_(flow: FlowId, /, *, place: Place = HERE) -> int:
    """End a flow for good."""
    return await _act(flow, place, control.cancel, "it was cancelled already")


@command
async def restart_(
    flow: FlowId,
    /,
    *,
    from_: Annotated[
        str | None, Parameter(name="--from", help="The phase to begin from; it must have been reached.")
    ] = None,
    place: Place = HERE,
) -> int:
    """Do a phase, and all after it, anew."""

    async def restart(tx: Tx, key: FlowKey) -> str:
        row = await flows.read(tx, key)
        phase = from_ or (row.current_phase if row.current_phase != "pending" else "data_import")
        try:
            return await control.restart(tx, key, phase, pipeline(), "cli")
        except ValueError as error:
            raise UsageError(str(error)) from error

    return await _act(flow, place, restart, "nothing to restart")
