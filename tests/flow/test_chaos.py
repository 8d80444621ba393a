"""Processes and servers killed on purpose: nothing lost, nothing twice, and the inventory of an uncut run."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from muster.flow import control
from muster.phases.data_import.begin import begin, offer
from muster.pipeline import pipeline
from muster.store import embedded, flows, tenants, validation
from muster.store.digest import digest
from muster.store.flows import FlowKey
from muster.store.schema import migrate
from muster.store.transaction import Database
from muster.vocabulary.errors import StoreUnavailable
from muster.vocabulary.phases import PHASE_ORDER
from muster.vocabulary.scope import Scope
from small_pipeline import completed, eventually, row_of, until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
HERE = Path(__file__).parent
PHASES = [phase.value for phase in PHASE_ORDER]
ROWS = 1000


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of many parts: with spans of 4 KiB about fifteen."""
    pick = random.Random(7)
    systems, environments = ["RHEL 7.9", "Windows Server 2016", "Ubuntu 20.04"], ["prod", "Test", "DEV"]
    lines = ["Hostname,IP Address,Operating System,CPU,Memory (GB),Environment,Application"]
    for number in range(ROWS):
        values = [
            f"host-{number:04}",
            f"10.1.{number // 250}.{number % 250 + 1}",
            pick.choice(systems),
            pick.choice("248"),
        ]
        lines.append(",".join([*values, pick.choice(["8", "16"]), pick.choice(environments), f"app {number % 40}"]))
    path = tmp_path_factory.mktemp("estate") / "estate.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


async def begun(database: Database, scope: Scope, estate: Path) -> FlowKey:
    async with database.transaction(scope) as tx:
        return (await begin(tx, scope, offer(estate, "cmdb", 100, None, "auto", 1 << 24))).flow


Process = subprocess.Popen[bytes]


@contextmanager
def hands(url: str, spool: Path, *faults: str, lease: float = 15.0) -> Iterator[list[Process]]:
    """Worker processes, one for each fault, all killed at the end."""
    script = [sys.executable, str(HERE / "chaos_worker.py"), url, str(spool), str(lease)]
    with open(spool.with_suffix(".log"), "ab") as log:
        processes = [subprocess.Popen([*script, fault], stdout=log, stderr=log) for fault in faults]
        try:
            yield processes
        finally:
            finish(processes)


@contextmanager
def commands(url: str, home: Path, count: int, **settings: str) -> Iterator[list[Process]]:
    """As many `muster worker`, the command itself, all killed at the end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MUSTER_")} | {
        "MUSTER_DATABASE_URL": url, "MUSTER_HOME": str(home), "MUSTER_COMPUTE": "threads", "MUSTER_SPAN_BYTES": "4096",
    }  # fmt: skip
    command = [sys.executable, "-m", "muster.cli", "worker", "--slots", "2"]
    home.mkdir(exist_ok=True)
    with open(home / "log", "ab") as log:
        processes = [
            subprocess.Popen(command, env=environment | settings, stdout=log, stderr=log) for _ in range(count)
        ]
        try:
            yield processes
        finally:
            finish(processes)


def finish(processes: Sequence[Process]) -> None:
    for process in processes:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGCONT)
            process.kill()
        process.wait()


async def ended(process: Process) -> int:
    return await asyncio.wait_for(asyncio.to_thread(process.wait), 100)


@pytest.fixture(scope="module")
def uncut(server: str, template: str, estate: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of a run that nothing disturbed."""
    name = f"uncut_{uuid.uuid4().hex[:12]}"
    head, _, options = server.partition("?")
    url = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")

    async def run() -> str:
        connection = await asyncpg.connect(server)
        await connection.execute(f"create database {name} template {template}")
        try:
            async with Database.open(url) as database:
                scope = await tenants.find_or_create(database, "Acme", "Datacentre exit")
                flow = await begun(database, scope, estate)
                with hands(url, tmp_path_factory.mktemp("uncut") / "spool", "none"):
                    await completed(database, flow, 100)
                async with database.transaction(scope) as tx:
                    return await digest(tx, scope)
        finally:
            await connection.execute(f"drop database {name} with (force)")
            await connection.close()

    return asyncio.run(run())


async def whole(database: Database, flow: FlowKey, uncut: str) -> None:
    """Nothing lost, nothing twice, nothing different."""
    await completed(database, flow, 150)
    async with database.transaction(flow.scope) as tx:
        assert await digest(tx, flow.scope) == uncut
        broken = [await validation.violations(tx, flow.scope, check) for check in validation.CHECKS]
        assert {rule for rules in broken for rule, count in rules.items() if count} == set()
        done = await tx.fetch(
            """select phase, step, detail ->> 'part' as part, count(*) from flow_event
            where flow_id = $1 and outcome = 'done' group by 1, 2, 3 having count(*) > 1""",
            flow.id,
        )
        assert [tuple(row) for row in done] == [], "a step was committed twice"
        runs = {run["phase"]: run["rows_done"] for run in await flows.runs(tx, flow)}
        assert [runs[phase] for phase in ("data_import", "data_cleansing", "asset_inventory")] == [ROWS] * 3
        assert await tx.fetchval("select count(*) from work where state not in ('done', 'cancelled')") == 0


async def leased(database: Database) -> dict[int, int]:
    """Process id -> how many items it holds."""
    async with database.transaction(None, authority="engine") as tx:
        rows = await tx.fetch(
            "select pid, count(*) from work join worker on worker.id = worker_id where state = 'running' group by pid"
        )
    return {row["pid"]: row["count"] for row in rows}


async def let_go(database: Database, pid: int) -> bool:
    return pid not in await leased(database)


async def holding(database: Database, processes: Sequence[Process]) -> Process:
    """One of these processes that holds a lease now."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        held = await leased(database)
        for process in processes:
            if process.pid in held:
                return process
        await asyncio.sleep(0.01)
    raise AssertionError("no worker ever held a lease")


async def test_restart_each_phase_after_a_kill_in_the_middle_of_its_commit(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    for number, phase in enumerate(PHASES):
        with hands(url, tmp_path / "spool", f"die:{phase}:{1 + 2 * number}") as [victim]:
            assert await ended(victim) == -signal.SIGKILL
        row = await row_of(database, flow)
        assert (row.current_phase, row.status) == (phase, "running"), "in progress and visible"
    with hands(url, tmp_path / "spool", "none"):
        await whole(database, flow, uncut)


@pytest.mark.parametrize("statement", [2, 14, 22, 26])
async def test_a_kill_at_any_statement_of_the_inventory_leaves_all_or_nothing(
    url: str, database: Database, scope: Scope, tmp_path: Path, statement: int
) -> None:
    path = tmp_path / "two.csv"
    path.write_text("Hostname,IP Address\nalpha,10.0.0.1\nbeta,10.0.0.2\n")
    flow = await begun(database, scope, path)
    with hands(url, tmp_path / "spool", f"die:asset_inventory:{statement}") as [victim]:
        assert await ended(victim) == -signal.SIGKILL
    async with database.transaction(scope) as tx:
        state = (await flows.runs(tx, flow))[3]["state"]
        stored = [
            await tx.fetchval(f"select count(*) from {table}") for table in ("asset", "asset_link", "import_ledger")
        ]
    assert (state, stored) in [("running", [0, 0, 0]), ("completed", [2, 2, 1])]


ATOMIC = """
import asyncio, os, signal, sys
from uuid import UUID
from muster.flow.advance import advance_phase
from muster.store.flows import FlowKey
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope

async def main(statements):
    left = [statements]
    def count(record):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    async with Database.open(sys.argv[1], 1) as database:
        scope = Scope(int(sys.argv[2]), int(sys.argv[3]))
        async with database._pool.acquire() as connection:
            connection.add_query_logger(count)
            async with connection.transaction():
                for name, value in (("client_account_id", sys.argv[2]), ("engagement_id", sys.argv[3])):
                    await connection.execute("select set_config('muster.' || $1, $2, true)", name, value)
                flow = FlowKey(scope, UUID(sys.argv[4]))
                await advance_phase(connection, flow, "field_mapping", extra_updates={"name": "moved"})

for number in range(1, 99):
    child = os.fork()
    if not child:
        asyncio.run(main(number))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(number, code, flush=True)
    sys.stdin.readline()
    if code == 0:
        break
"""


async def test_advance_atomic_kill_between_any_two_statements(
    url: str, database: Database, scope: Scope, estate: Path
) -> None:
    flow = await begun(database, scope, estate)
    tables = ("flow where id", "phase_run where flow_id", "flow_event where flow_id")

    async def seen() -> list[tuple[Any, ...]]:
        async with database.transaction(scope) as tx:
            return [tuple(row) for table in tables for row in await tx.fetch(f"select * from {table} = $1", flow.id)]

    before, after, killed = await seen(), [], 0
    arguments = [url, str(scope.client_account_id), str(scope.engagement_id), str(flow.id)]
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", ATOMIC, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as script:
        assert script.stdin and script.stdout
        while told := await asyncio.to_thread(script.stdout.readline):
            code, now = int(told.split()[1]), await seen()
            killed += code == -signal.SIGKILL
            if now != before:
                row = await row_of(database, flow)
                assert (row.current_phase, row.name) == ("field_mapping", "moved")
                assert not after or now == after, "the same advance again writes nothing"
                after = now
            script.stdin.write("\n")
            script.stdin.flush()
    assert after, "the last one lived to commit"
    assert killed >= 6, "begin, scope, lock, two runs, flow"


async def test_a_killed_worker_is_taken_over_within_two_seconds(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path,
    record_property: Any,
) -> None:  # fmt: skip
    flow = await begun(database, scope, estate)
    took: list[float] = []
    with commands(url, tmp_path / "home", 3) as processes:
        for _ in range(2):
            victim = await holding(database, [process for process in processes if process.poll() is None])
            victim.kill()
            killed = time.monotonic()
            await ended(victim)
            await eventually(lambda pid=victim.pid: let_go(database, pid))  # type: ignore[misc]
            took.append(round(time.monotonic() - killed, 2))
        await whole(database, flow, uncut)
    record_property("takeover_seconds", took)
    sys.stdout.write(f"takeover after kill -9: {took} s\n")
    assert max(took) < 2.0 * float(os.environ.get("MUSTER_TEST_PATIENCE", "2"))


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    return [int(number) for path in Path(f"/proc/{pid}/task").glob("*/children") for number in path.read_text().split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for the children of a process")
async def test_a_killed_worker_leaves_no_compute_processes_behind(
    url: str, database: Database, scope: Scope, estate: Path, tmp_path: Path
) -> None:
    await begun(database, scope, estate)
    with commands(url, tmp_path / "home", 1, MUSTER_COMPUTE="processes") as [victim]:

        async def computing() -> bool:
            return len(children(victim.pid)) >= 2

        await eventually(computing)
        await asyncio.sleep(1.0)
        left = children(victim.pid)
        victim.kill()
        await ended(victim)

        async def gone() -> bool:
            return not any(alive(pid) for pid in left)

        await eventually(gone, 10)


def alive(pid: int) -> bool:
    """Neither gone nor only waiting for somebody to ask how it ended."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


async def test_retry_same_result_after_a_pause_a_restart_and_kills(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    with hands(url, tmp_path / "spool", "die:asset_inventory:3") as [victim]:
        assert await ended(victim) == -signal.SIGKILL
    async with database.transaction(scope) as tx:
        await control.restart(tx, flow, "data_cleansing", pipeline(), "test")
        await control.pause(tx, flow)
        await control.resume(tx, flow)
    with hands(url, tmp_path / "spool", "none"):
        await completed(database, flow, 100)
    async with database.transaction(scope) as tx:
        assert await digest(tx, scope) == uncut
        broken = [await validation.violations(tx, scope, check) for check in validation.CHECKS]
    assert {count for rules in broken for count in rules.values()} == {0}


async def test_a_worker_that_sleeps_past_its_lease_commits_nothing_when_it_wakes(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    with hands(url, tmp_path / "spool", "slow:data_cleansing:1.5", lease=1.0) as [zombie]:

        async def cleansing() -> bool:
            return (await row_of(database, flow)).current_phase == "data_cleansing" and bool(await leased(database))

        await eventually(cleansing)
        await asyncio.sleep(0.7)  # past the short load, into the long computation
        os.kill(zombie.pid, signal.SIGSTOP)
        with hands(url, tmp_path / "spool2", "none", lease=1.0):
            await until(database, flow, "completed", seconds=120)
            os.kill(zombie.pid, signal.SIGCONT)
            await asyncio.sleep(2.5)
            await whole(database, flow, uncut)
    assert b"superseded" in (tmp_path / "spool.log").read_bytes()


async def test_two_workers_that_race_for_short_leases_do_everything_once(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    with commands(url, tmp_path / "home", 2, MUSTER_LEASE_SECONDS="1"):
        await whole(database, flow, uncut)


async def test_lost_connections_are_made_again(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    cut = """select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()"""
    with commands(url, tmp_path / "home", 2) as processes:
        await holding(database, processes)
        for _ in range(3):  # at once and again: a fast machine is done with the flow before it could be waited for
            connection = await asyncpg.connect(url)
            assert await connection.fetchval(cut) >= 2
            await connection.close()
            await asyncio.sleep(0.5)
        await whole(database, flow, uncut)
        assert [process.poll() for process in processes] == [None, None], "no worker died of it"


async def test_a_wrong_clock_on_a_worker_does_no_harm(
    url: str, database: Database, scope: Scope, estate: Path, uncut: str, tmp_path: Path
) -> None:
    flow = await begun(database, scope, estate)
    with hands(url, tmp_path / "spool", "skew:90000", "skew:-90000", lease=1.0):
        await whole(database, flow, uncut)
    async with database.transaction(scope) as tx:
        assert await tx.fetchval("select sum(lost) from work where flow_id = $1", flow.id) == 0


@asynccontextmanager
async def own_server(home: Path) -> AsyncIterator[embedded.Attachment]:
    """A server that only this test uses, to be killed."""
    held = await asyncio.to_thread(embedded.attach, home)
    try:
        await migrate.upgrade(held.url("muster_owner"))
        yield held
    finally:
        await asyncio.to_thread(held.detach)


async def test_a_killed_database_comes_back_and_the_flow_goes_on(estate: Path, uncut: str, tmp_path: Path) -> None:
    async with own_server(tmp_path / "server") as held:
        url = held.url("muster_app")
        async with Database.open(url) as database:
            scope = await tenants.find_or_create(database, "Acme", "Datacentre exit")
            flow = await begun(database, scope, estate)
            with commands(held.url("muster_admin"), tmp_path / "home", 1) as processes:
                for _ in range(2):
                    await holding(database, processes)
                    number = embedded.status(tmp_path / "server").pid
                    assert number
                    os.kill(number, signal.SIGKILL)
                    await asyncio.sleep(0.5)
                    await asyncio.to_thread(held.ensure_running)
                    await answering(database, scope)
                await whole(database, flow, uncut)
                assert processes[0].poll() is None, "the worker waited for the database"


async def answering(database: Database, scope: Scope) -> None:
    for _ in range(100):
        try:
            async with database.transaction(scope) as tx:
                await tx.execute("select 1")
                return
        except StoreUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("the database did not come back")
