"""muster bench: how fast is it here, against a yardstick measured in the same run?"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import msgspec
import orjson
from cyclopts import Parameter
from cyclopts.validators import Number

from muster.bench import connections as connections_bench
from muster.bench import files as files_bench
from muster.bench import inspect as inspect_bench
from muster.bench import inventory as inventory_bench
from muster.bench import pipeline as pipeline_bench
from muster.bench import second as second_bench
from muster.bench import state as state_bench
from muster.bench.pipeline import Hands, Place
from muster.cli.command import command
from muster.cli.options import Output
from muster.cli.output import Format, say, write_json, write_rows
from muster.cli.session import database_urls, engine, opened
from muster.settings import Settings
from muster.settings import read as read_settings
from muster.store import tenants
from muster.store.embedded import status

Rows = Annotated[int, Parameter(help="Records of the file.", validator=Number(gte=1))]
Flows = Annotated[int, Parameter(help="Flows that move at the same time.", validator=Number(gte=1))]
Report = Annotated[Path | None, Parameter(help="Also write the figures to this file, as JSON.")]


@command
async def pipeline(*, rows: Rows = 100_000, report: Report = None, format: Output = Format.TABLE) -> None:
    """A messy file through all six phases, against COPY of the same file; in a database made for it."""
    async with _empty() as (settings, place):
        result = await pipeline_bench.measure(place, _hands(settings, place), rows)
    _tell(result, report, format)


@command
async def state(
    *,
    flows: Flows = 100,
    assert_p99_ms: Annotated[
        float | None, Parameter(name="--assert-p99-ms", help="Exit with 1 if p99_ms is above this.")
    ] = None,
    report: Report = None,
    format: Output = Format.TABLE,
) -> int:
    """Moves of flows from phase to phase, against claim and finish on a plain table; in a database made for it."""
    async with _empty() as (settings, place):
        result = await state_bench.measure(place, flows, _connections(settings))
    _tell(result, report, format)
    if assert_p99_ms is not None and result["p99_ms"] > assert_p99_ms:
        say(f"p99 is {result['p99_ms']:.1f} ms; {assert_p99_ms:g} ms were asked for.")
        return 1
    return 0


@command
async def inventory(*, rows: Rows = 100_000, report: Report = None, format: Output = Format.TABLE) -> None:
    """A second import taken back, against its own inventory phase, and small files after it; in a new database."""
    async with _empty() as (settings, place):
        result = await inventory_bench.measure(place, _hands(settings, place), rows)
    _tell(result, report, format)


@command
async def connections(*, rows: Rows = 1_000_000, report: Report = None, format: Output = Format.TABLE) -> None:
    """A flow log to edges, against a bare group-by of the same file; and a part of it through all six phases."""
    async with _empty() as (settings, place):
        result = await connections_bench.measure(place, _hands(settings, place), rows)
    _tell(result, report, format)


@command
async def files(
    *,
    rows: Rows = 100_000,
    files: Annotated[int, Parameter(help="Small files, each of 100 records.", validator=Number(gte=1))] = 10,
    report: Report = None,
    format: Output = Format.TABLE,
) -> None:
    """Small files onto a large engagement, against the same into an empty one; in a database made for it."""
    async with _empty() as (settings, place):
        result = await files_bench.measure(place, _hands(settings, place), rows, files)
    _tell(result, report, format)


@command
async def second(
    *,
    rows: Rows = 100_000,
    read: Annotated[
        list[str] | None,
        Parameter(help="Only this command, as 'debt list'; may be repeated. By default all that read."),
    ] = None,
    limit_seconds: Annotated[
        float, Parameter(help="A command is stopped after this long.", validator=Number(gt=0))
    ] = 300,
    report: Report = None,
    format: Output = Format.TABLE,
) -> None:
    """What a client reads who came after a larger one, against the same once statistics know it; in a new database."""
    async with _empty() as (settings, place):
        result = await second_bench.measure(
            place, _hands(settings, place), rows, limit_seconds, read or second_bench.READING
        )
    _tell(result, report, format)


@command
async def inspect(*, rows: Rows = 1_000_000, report: Report = None, format: Output = Format.TABLE) -> None:
    """A messy file inspected whole, against polars' own read of it; both as processes of their own."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        result = await asyncio.to_thread(inspect_bench.measure, Path(folder), rows)
    _tell(result, report, format)


def _hands(settings: Settings, place: Place) -> Hands:
    return Hands(partial(engine, settings, place.database), settings.workers, settings.lease_seconds)


def _connections(settings: Settings) -> int:
    """As many as `opened` lets a process of the product have."""
    return settings.workers * 2 + 4


@asynccontextmanager
async def _empty() -> AsyncIterator[tuple[Settings, Place]]:
    """An embedded database in a temporary home, whatever is set: the bench touches nobody's data."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as home:
        settings = msgspec.structs.replace(read_settings(), home=Path(home) / "home", database_url=None)
        async with database_urls(settings) as urls, opened(settings) as database:
            scope = await tenants.find_or_create(database, "Bench", "Bench")
            yield settings, Place(database, scope, urls.owner, status(settings.home).pid, Path(home))


def _tell(result: dict[str, Any], report: Path | None, format: Format) -> None:
    if report is not None:
        report.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    if format is Format.JSON:
        write_json(result)
        return
    rows = [{"figure": name, "value": value} for name, value in _flat(result).items()]
    write_rows(rows, ("figure", "value"), format, f"Bench {result['name']}")


def _flat(result: dict[str, Any]) -> dict[str, Any]:
    """Nested figures by dotted names; the list of steps by phase and step."""
    flat: dict[str, Any] = {}
    for name, value in result.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": figure for inner, figure in value.items()}
        elif name == "steps":
            flat |= {f"step {step['phase']}.{step['step']} x {step['parts']}": step["seconds"] for step in value}
        else:
            flat[name] = value
    return flat
