"""The pipeline and the commands inside the test's own process: without the price of a process per command."""

import asyncio
import io
import json
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from muster.cli.main import app
from muster.flow.compute import Compute
from muster.flow.run import Engine
from muster.flow.states import AT_REST, Status
from muster.flow.worker import Worker
from muster.phases.data_import.begin import Begun, begin, offer
from muster.pipeline import pipeline
from muster.recompute import recompute, undo_import
from muster.store import decisions, flows, tenants, validation
from muster.store.digest import digest
from muster.store.flows import FlowRow
from muster.store.transaction import Database, Tx
from muster.vocabulary.scope import Scope

Result = TypeVar("Result")
STEP_SETTINGS = {"span_bytes": 1 << 12, "minimum_score": 0.6, "limits": {}, "chunk_records": 50_000}


@dataclass(frozen=True)
class Upload:
    """A file as somebody offers it."""

    path: Path
    source: str = ""
    precedence: int = 100
    as_of: date | None = None
    approve: str = "auto"


class Pipeline:
    """A database, an engine on it, and the doors' own functions, called from tests that know nothing of event loops."""

    def __init__(self, loop: asyncio.AbstractEventLoop, engine: Engine) -> None:
        self._loop, self.engine, self.database = loop, engine, engine.database

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of a coroutine that runs on the pipeline's own thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    def inside(self, scope: Scope | None, act: Callable[[Tx], Awaitable[Result]], authority: str = "") -> Result:
        """What `act` returns from a transaction of its own."""

        async def run() -> Result:
            async with self.database.transaction(scope, actor="test", authority=authority) as tx:
                return await act(tx)

        return self.wait(run())

    def fetch(self, scope: Scope | None, sql: str, *values: object) -> list[dict[str, Any]]:
        """Rows, as the application's role under a tenant's scope sees them."""

        async def act(tx: Tx) -> list[dict[str, Any]]:
            return [dict(row) for row in await tx.fetch(sql, *values)]

        return self.inside(scope, act)

    def scope(self, client: str, engagement: str) -> Scope:
        """A tenant, made on first use."""
        return self.wait(tenants.find_or_create(self.database, client, engagement))

    def begin(self, scope: Scope, upload: Upload) -> Begun:
        """Record a file and its first work."""
        path = upload.path
        offered = offer(path, upload.source or path.name, upload.precedence, upload.as_of, upload.approve, 1 << 30)
        return self.inside(scope, lambda tx: begin(tx, scope, offered))

    def rest(self, scope: Scope, begun: Sequence[Begun]) -> list[FlowRow]:
        """The flows of these imports, once each has come to rest. A worker must be running."""

        async def run() -> list[FlowRow]:
            while True:
                async with self.database.transaction(scope, actor="test") as tx:
                    rows = [await flows.read(tx, each.flow) for each in begun]
                if all(Status(row.status) in AT_REST | {Status.WAITING_FOR_APPROVAL} for row in rows):
                    return rows
                await asyncio.sleep(0.02)

        return self.wait(run())

    def take(self, scope: Scope, *uploads: Upload) -> list[Begun]:
        """Import files at the same time, to the end of their flows."""
        begun = [self.begin(scope, upload) for upload in uploads]
        told = [(row.status, row.error_details) for row in self.rest(scope, begun)]
        assert told == [("completed", None)] * len(begun)
        return begun

    def decide(self, scope: Scope, kind: str, records: Sequence[tuple[str, str, int]], **body: object) -> None:
        """Record a decision about records (file hash, table, row number) and compute everything again."""
        names = ("file_sha256", "table_name", "row_number")
        subject = {"records": [dict(zip(names, record, strict=True)) for record in records]}

        async def act(tx: Tx) -> None:
            await decisions.add(tx, scope, kind, subject, body, "test", "")
            await recompute(tx, scope)

        self.inside(scope, act)

    def undo(self, scope: Scope, import_id: UUID) -> bool:
        """Take an import back."""
        return self.inside(scope, lambda tx: undo_import(tx, scope, import_id, "test", ""))

    def digest(self, scope: Scope) -> str:
        """The engagement's digest."""
        return self.inside(scope, lambda tx: digest(tx, scope))

    def violations(self, scope: Scope) -> dict[str, int]:
        """Every broken rule with its count; empty where all is well."""

        async def act(tx: Tx) -> dict[str, int]:
            found: dict[str, int] = {}
            for check in validation.CHECKS:
                found |= await validation.violations(tx, scope, check)
            return found

        return {rule: count for rule, count in self.inside(scope, act).items() if count}

    @contextmanager
    def working(self) -> Iterator[Worker]:
        """A worker on this pipeline until the block ends."""
        worker = Worker(self.engine, slots=2)
        running = asyncio.run_coroutine_threadsafe(worker.run(), self._loop)
        try:
            yield worker
        finally:
            self._loop.call_soon_threadsafe(worker.stop)
            running.result(60)


@contextmanager
def pipeline_on(url: str, spool: Path) -> Iterator[Pipeline]:
    """A pipeline on a migrated database, without a worker yet."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="pipeline", daemon=True)
    thread.start()
    spool.mkdir(parents=True, exist_ok=True)
    opened = Database.open(url, 10)
    database = asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(60)
    try:
        with Compute("threads", 2) as compute:
            yield Pipeline(loop, Engine(database, pipeline(), compute, spool, STEP_SETTINGS, 60.0))
    finally:
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Commands:
    """The command line without its processes, for one tenant of one database."""

    url: str
    home: Path
    client: str = "Acme"
    engagement: str = "Datacentre exit"

    def as_tenant(self, client: str, engagement: str) -> "Commands":
        """The same installation, for somebody else."""
        return Commands(self.url, self.home, client, engagement)

    def call(self, *words: object, **more: str) -> Said:
        """A command to its end."""
        own = {
            "MUSTER_DATABASE_URL": self.url,
            "MUSTER_HOME": str(self.home),
            "MUSTER_CLIENT": self.client,
            "MUSTER_ENGAGEMENT": self.engagement,
            "MUSTER_COMPUTE": "threads",
        }
        out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("MUSTER_")]:
                patch.delenv(name)
            for name, value in (own | more).items():
                patch.setenv(name, value)
            with redirect_stdout(out), redirect_stderr(err):
                code = _ended([str(word) for word in words])
        out.flush()
        return Said(code, out.buffer.getvalue().decode(), err.getvalue())

    def json(self, *words: object, code: int = 0) -> Any:
        """What a command says to programs, and nothing beside it."""
        said = self.call(*words, "--format", "json")
        assert said.code == code, f"exit {said.code}\n{said.out}\n{said.err}"
        return said.json


def _ended(words: list[str]) -> int:
    try:
        result = app(words, result_action="return_value")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    return result if isinstance(result, int) else 0
