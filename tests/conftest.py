"""One real PostgreSQL for all tests, a database of its own for each test that asks, and the product's own doors."""

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import settings

from muster.store import tenants
from muster.store.embedded import attach
from muster.store.schema import migrate
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope

# The checks draw the same examples each time, so that what fails is the change's doing; a search draws others.
settings.register_profile("checks", derandomize=True)
settings.register_profile("search", print_blob=True)
settings.load_profile("checks")


def _named(url: str, name: str) -> str:
    """The same server, another database."""
    head, _, options = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server's administrator: MUSTER_TEST_DATABASE_URL if set, else an embedded one of this run."""
    given = os.environ.get("MUSTER_TEST_DATABASE_URL")
    if given:
        yield given
        return
    home = tmp_path_factory.getbasetemp() / "home"
    with attach(home) as attachment:
        yield attachment.url("muster_admin")


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """Name of a migrated database that every test's own is copied from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name}"))
    asyncio.run(migrate.upgrade(_named(server, name)))
    return name


@pytest.fixture
def url(server: str, template: str) -> Iterator[str]:
    """Address of an empty, migrated database that only this test uses. Its user may do anything."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The product's own pool on this test's database, under the application's ordinary role."""
    async with Database.open(url) as opened:
        yield opened


@pytest.fixture
async def scope(database: Database) -> Scope:
    """A client and an engagement of this test's own."""
    return await tenants.find_or_create(database, "Acme", "Datacentre exit")


class Muster:
    """The command line as a user has it: a process of its own, JSON in, exit code out."""

    def __init__(self, url: str, home: Path, client: str = "Acme", engagement: str = "Datacentre exit") -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")},
            "MUSTER_DATABASE_URL": url,
            "MUSTER_HOME": str(home),
            "MUSTER_CLIENT": client,
            "MUSTER_ENGAGEMENT": engagement,
            "MUSTER_COMPUTE": "threads",
        }
        self.url, self.home = url, home

    def as_tenant(self, client: str, engagement: str) -> "Muster":
        """The same installation, for somebody else."""
        return Muster(self.url, self.home, client, engagement)

    def start(self, *words: str | Path, **more: str) -> "subprocess.Popen[str]":
        """A command that runs on while the test does something to it."""
        return subprocess.Popen(
            [sys.executable, "-m", "muster.cli", *map(str, words)],
            env=self.environment | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, *words: str | Path, code: int | None = 0, **more: str) -> "subprocess.CompletedProcess[str]":
        """A command to its end, with the exit code it must have (None: any)."""
        process = self.start(*words, **more)
        out, err = process.communicate(timeout=280)
        done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
        assert code is None or done.returncode == code, f"exit {done.returncode}\n{out}\n{err}"
        return done

    def json(self, *words: str | Path, code: int | None = 0) -> Any:
        """What a command says to programs."""
        return json.loads(self.call(*words, "--format", "json", code=code).stdout)


@pytest.fixture
def muster(url: str, tmp_path: Path) -> Muster:
    """The command line on this test's own database and home."""
    return Muster(url, tmp_path / "home")
