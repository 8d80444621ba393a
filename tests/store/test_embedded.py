"""The embedded server on the real thing: started, shared, killed, refused."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from muster.store import embedded, postgres_programs
from muster.vocabulary.errors import DatabaseTooOld

HOLD = """
import sys, time
from pathlib import Path
from muster.store.embedded import attach
attach(Path(sys.argv[1]))
print("attached", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    embedded.stop(tmp_path / "home")


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last of these statements."""

    async def fetch() -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(url)
        try:
            return [[tuple(row) for row in await connection.fetch(statement)] for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(fetch())


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.05)
    return happens()


def holder(home: Path) -> subprocess.Popen[str]:
    """Another process that is attached, and stays so until it is killed."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "attached\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def is_up(home: Path) -> bool:
    return embedded.status(home).running


def test_the_first_attach_makes_a_database_with_two_ordinary_roles(home: Path) -> None:
    assert not is_up(home)
    assert not home.exists(), "asking for the status writes nothing"
    with embedded.attach(home) as held:
        roles = run(
            held.url("muster_admin"),
            "select rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole from pg_roles"
            " where rolname !~ '^pg_' order by 1",
        )
        assert roles == [
            ("muster_admin", True, True, True, True),
            ("muster_app", True, False, False, False),
            ("muster_owner", True, False, False, False),
        ]
        owner = "select current_user, pg_get_userbyid(datdba) from pg_database where datname = current_database()"
        assert run(held.url("muster_owner"), owner) == [("muster_owner", "muster_owner")]
        assert run(held.url(), "create temporary table t (a int)", "select current_user") == [("muster_app",)]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            run(held.url(), "create table t (a int)")


def test_the_server_is_durable_ordered_by_code_point_and_knows_the_letters_of_all_scripts(home: Path) -> None:
    with embedded.attach(home) as held:
        names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "jit", "listen_addresses")
        settings = run(held.url(), f"select name, setting from pg_settings where name in {names} order by name")
        assert dict(settings) == {
            "data_checksums": "on",
            "fsync": "on",
            "full_page_writes": "on",
            "jit": "off",
            "listen_addresses": "",
            "synchronous_commit": "on",
        }
        assert run(held.url(), "select upper('été ж'), 'Z' < 'a'") == [("ÉTÉ Ж", True)]


def test_only_the_account_of_the_server_reaches_data_and_socket(home: Path) -> None:
    with embedded.attach(home):
        found = embedded.status(home)
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in (found.data_directory, found.socket)}
        assert modes == {"data": "0o700", "socket": "0o700"}
        owners = {path.stat().st_uid for path in (found.data_directory, found.socket)}
        assert 0 not in owners


def test_a_second_attach_uses_the_same_server_and_the_last_to_leave_stops_it(home: Path) -> None:
    first = embedded.attach(home)
    server = embedded.status(home).pid
    second = embedded.attach(home)
    assert (embedded.status(home).pid, second.url()) == (server, first.url())
    first.detach()
    first.detach()
    assert embedded.status(home).pid == server
    second.detach()
    assert not is_up(home)


def test_a_warm_start_answers_the_first_query_in_under_two_seconds(home: Path) -> None:
    embedded.attach(home).detach()

    def seconds(act: Callable[[], object]) -> float:
        started = time.monotonic()
        act()
        return time.monotonic() - started

    def first_query() -> None:
        with embedded.attach(home) as held:
            assert run(held.url(), "select 1") == [(1,)]

    # A machine that is busy with something else starts everything slowly: measured beside an interpreter.
    yardstick = seconds(lambda: subprocess.run([sys.executable, "-c", "import asyncpg"], check=True))
    assert min(seconds(first_query) for _ in range(3)) < max(2, 10 * yardstick)


def test_a_killed_server_comes_back_with_everything_that_was_committed(home: Path) -> None:
    with embedded.attach(home) as held:
        owner = held.url("muster_owner")
        run(owner, "create table kept (a int)", "insert into kept select generate_series(1, 1000)")
        before = embedded.status(home).pid
        assert before
        os.kill(before, signal.SIGKILL)
        assert within(10, lambda: not is_up(home))
        held.ensure_running()
        assert embedded.status(home).pid != before
        assert run(owner, "select count(*) from kept") == [(1000,)]
    with embedded.attach(home) as held:
        assert run(held.url("muster_owner"), "select count(*) from kept") == [(1000,)]


def test_a_pid_file_that_names_another_living_process_is_not_in_the_way(home: Path) -> None:
    embedded.attach(home).detach()
    data = embedded.status(home).data_directory
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert not is_up(home)
    with embedded.attach(home) as held:
        assert run(held.url(), "select 1") == [(1,)]


def test_a_killed_process_does_not_keep_the_server_up(home: Path) -> None:
    other = holder(home)
    assert is_up(home)
    killed(other)
    assert within(15, lambda: not is_up(home)), "nobody is attached, so the server ends without anyone coming back"


def test_the_server_outlives_one_of_two_and_is_used_again(home: Path) -> None:
    other = holder(home)
    server = embedded.status(home).pid
    with embedded.attach(home) as held:
        killed(other)
        time.sleep(2.5)
        assert run(held.url(), "select 1") == [(1,)]
        assert embedded.status(home).pid == server
    assert not is_up(home)


def test_processes_that_start_at_once_share_one_server(home: Path) -> None:
    others = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.stdout.readline() for process in others if process.stdout]
    assert said == ["attached\n"] * 3
    server = embedded.status(home).pid
    for process in others:
        assert embedded.status(home).pid == server
        killed(process)


def test_a_data_directory_of_another_major_version_is_refused_untouched(home: Path) -> None:
    embedded.attach(home).detach()
    version = embedded.status(home).data_directory / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(DatabaseTooOld, match=r"is of PostgreSQL 12; the programs in .* Nothing was changed"):
        embedded.attach(home)
    assert not is_up(home)
    assert version.read_text() == "12\n"


def test_a_start_that_was_cut_short_leaves_nothing_in_the_way(home: Path) -> None:
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with embedded.attach(home) as held:
        assert run(held.url(), "select 1") == [(1,)]
    assert not half.exists()


def test_a_home_with_a_very_long_path_has_a_short_socket_and_leaves_nothing_outside(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 25)
    with embedded.attach(home) as held:
        socket = embedded.status(home).socket
        assert len(os.fsencode(socket)) < 85
        assert run(held.url(), "select 1") == [(1,)]
    assert not socket.parent.exists()


def test_a_folder_of_somebody_else_in_the_way_of_the_private_folder_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    name = postgres_programs.private_folder_name(home)
    name.mkdir()
    name.chmod(0o777)
    try:
        with pytest.raises(Exception, match="can be written by others"):
            postgres_programs.private_folder(home)
    finally:
        name.rmdir()


def test_no_programs_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DatabaseTooOld, match="No PostgreSQL 15 or later was found"):
        postgres_programs.find(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root must hand its server to another account")
def test_root_reaches_data_and_programs_through_folders_that_are_closed_to_the_server_s_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    installed = postgres_programs.find().directory
    if installed.parts[-3:-1] != postgres_programs.WHEEL_PREFIX.parts:
        pytest.skip("system programs are open to every account")
    site = tmp_path / "site"
    for folder in postgres_programs.WHEEL_FOLDERS:
        shutil.copytree(installed.parents[2] / folder, site / folder, symlinks=True)
    closed = site / postgres_programs.WHEEL_PREFIX / "bin"
    home = tmp_path / "home"
    with embedded.attach(home, programs=closed) as held:
        assert run(held.url(), "select 1") == [(1,)]
    assert not postgres_programs.private_folder_name(home).exists()


def test_system_programs_serve_as_well() -> None:
    system = [folder for folder in map(Path, postgres_programs.system_folders()) if (folder / "initdb").exists()]
    if not system:
        pytest.skip("no PostgreSQL is installed on this machine besides the wheel's")
    # Below a folder that every account may enter: PostgreSQL 15 needs that where root starts it.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chmod(folder, 0o711)
        with embedded.attach(Path(folder, "home"), programs=system[0]) as held:
            assert run(held.url("muster_owner"), "create table t (a int)", "select count(*) from t") == [(0,)]
