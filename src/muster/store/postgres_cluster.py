"""One PostgreSQL data directory and the server over it: create, start, stop, and ask whether it answers."""

import os
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from muster.store.postgres_programs import Account, Programs, run
from muster.vocabulary.errors import DatabaseTooOld, StoreUnavailable

ADMINISTRATOR = "muster_admin"
OWNER = "muster_owner"
APPLICATION = "muster_app"
DATABASE = "muster"
PORT = 5432  # names the socket file; nothing listens on a network port

# Two ordinary roles, so that row security holds for both: a superuser or BYPASSRLS role would pass it by.
FIRST_STATEMENTS = f"""
create role {OWNER} login nosuperuser nocreatedb nocreaterole nobypassrls;
create role {APPLICATION} login nosuperuser nocreatedb nocreaterole nobypassrls;
create database {DATABASE} owner {OWNER};
revoke all on database {DATABASE} from public;
grant connect, temporary on database {DATABASE} to {APPLICATION};
"""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    # Every commit is on disk before it is reported.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_compression": "on",
    # No replica hangs off this server. Minimal lets COPY into a table made in the same transaction skip the log
    # and flush the table itself at commit, which is as durable.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",  # it cost 26-64 ms per short statement
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_FLOOR = 256 << 20  # containers often have 64 MB there, which one parallel hash join can fill
START_SECONDS = 120  # recovery after a crash replays up to max_wal_size
STOP_SECONDS = 120  # the last checkpoint writes up to shared_buffers and waits for the disk
LOG_LIMIT = 10 << 20


@dataclass(frozen=True, slots=True)
class Cluster:
    """`root` holds data/ and server.log; `socket` is the 0700 directory of the server's socket."""

    root: Path
    socket: Path
    programs: Programs
    account: Account | None

    @property
    def data(self) -> Path:
        """The data directory; it exists only when it is complete."""
        return self.root / "data"

    @property
    def log(self) -> Path:
        """What the server wrote to its standard error."""
        return self.root / "server.log"


def create(cluster: Cluster) -> None:
    """Make the data directory with its roles and database, unless it exists; DatabaseTooOld if of another version."""
    if cluster.data.exists():
        _check_version(cluster)
        return
    fresh = cluster.root / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _own(cluster, fresh)
    arguments = ["-U", ADMINISTRATOR, "-A", "trust", "-E", "UTF8", "-k", *_locale(cluster.programs)]
    _must(cluster, "initdb", ["-D", _inside(cluster, fresh), *arguments], fresh)
    single = ["--single", "-j", "-D", _inside(cluster, fresh), "-c", "exit_on_error=on", "postgres"]
    _must(cluster, "postgres", single, fresh, FIRST_STATEMENTS.replace(";\n", ";\n\n"))
    fresh.rename(cluster.data)
    _sync(cluster.root)


def start(cluster: Cluster) -> None:
    """Start the server and wait until it answers; StoreUnavailable with the end of its log where it does not."""
    _own(cluster, cluster.socket)
    _open_log(cluster)
    _forget_the_dead(cluster)
    options = " ".join(f"-c {name}={_quoted(value)}" for name, value in _settings(cluster).items())
    arguments = ["start", "-w", "-s", "-t", str(START_SECONDS), "-l", f"../{cluster.log.name}", "-o", options]
    deadline = time.monotonic() + START_SECONDS
    while _pg_ctl(cluster, *arguments) != 0:
        tail = cluster.log.read_text(errors="replace")[-2000:]
        # After kill -9 of the postmaster its sessions live on until they notice; wait for them to be gone.
        if "shared memory block" not in tail or time.monotonic() > deadline:
            raise StoreUnavailable(f"The embedded database did not start. The end of {cluster.log} says:\n{tail}")
        _open_log(cluster, empty=True)
        time.sleep(0.2)


def stop(cluster: Cluster) -> None:
    """End all sessions, write a checkpoint and stop; no error where no server runs."""
    number = pid(cluster)
    # Only a server that answers proves that its pid file is not a dead one's, whose number may be anybody's by now.
    if number is None or not answers(cluster):
        return
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGINT)  # fast shutdown
    deadline = time.monotonic() + STOP_SECONDS
    while pid(cluster) == number:
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"The embedded database did not stop within {STOP_SECONDS} s; see {cluster.log}.")
        time.sleep(0.01)


def answers(cluster: Cluster) -> bool:
    """Whether a server takes connections on the socket. The pid file is not asked: a dead server leaves it behind.

    A server that is still recovering is waited for.
    """
    deadline = time.monotonic() + START_SECONDS
    while (state := _ready(cluster)) == 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    return state == 0


def pid(cluster: Cluster) -> int | None:
    """The process the data directory's pid file names; it may be dead."""
    try:
        return int((cluster.data / "postmaster.pid").read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def _forget_the_dead(cluster: Cluster) -> None:
    """Remove the lock files of a server that is dead although the process table has an entry with its number.

    PostgreSQL takes such an entry for the server: a killed one that nobody waited for (in a container without an init
    process), or another program that got the number after the machine started again. A live server's working directory
    is the data directory. Sessions left behind still keep a new server from starting: they hold its shared memory.
    """
    number = pid(cluster)
    if number is None or not Path("/proc/self/cwd").exists():
        return
    with suppress(OSError):
        if Path("/proc", str(number), "cwd").samefile(cluster.data):
            return
    (cluster.data / "postmaster.pid").unlink()
    (cluster.socket / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)


def _ready(cluster: Cluster) -> int:
    """0 answers, 1 is starting or stopping, 2 no server (the exit codes of pg_isready)."""
    if not (cluster.socket / f".s.PGSQL.{PORT}").exists():
        return 2
    where = ["-q", "-h", str(cluster.socket), "-p", str(PORT), "-d", "postgres", "-U", ADMINISTRATOR]
    return run(cluster.programs, "pg_isready", where, account=None, folder=cluster.root).returncode


def _check_version(cluster: Cluster) -> None:
    found = (cluster.data / "PG_VERSION").read_text().strip()
    if found != str(cluster.programs.major):
        raise DatabaseTooOld(
            f"The data directory {cluster.data} is of PostgreSQL {found}; the programs in"
            f" {cluster.programs.directory} are version {cluster.programs.version}. Nothing was changed."
        )


def _locale(programs: Programs) -> list[str]:
    """C.UTF-8: one order on every machine, letters of all scripts known. Built into PostgreSQL from 17 on."""
    if programs.major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C.UTF-8"]


def _settings(cluster: Cluster) -> dict[str, str]:
    inside = cluster.socket.parent == cluster.root
    socket = f"../{cluster.socket.name}" if inside else str(cluster.socket)
    return {**SETTINGS, "unix_socket_directories": socket, "dynamic_shared_memory_type": _shared_memory()}


def _shared_memory() -> str:
    if not SHARED_MEMORY.is_dir():
        return "sysv"
    room = os.statvfs(SHARED_MEMORY)
    return "posix" if room.f_frsize * room.f_blocks >= SHARED_MEMORY_FLOOR else "mmap"


def _inside(cluster: Cluster, data: Path) -> str:
    """How a program that runs in `data` names it.

    Started by root, the server's account may not be let through the parents of MUSTER_HOME (/root is closed to all).
    Every process of the server has the data directory as its working directory, and this name needs no parent.
    """
    return "/proc/self/cwd" if cluster.account and cluster.programs.major >= 16 else str(data)


def _pg_ctl(cluster: Cluster, *arguments: str) -> int:
    named = [*arguments, "-D", _inside(cluster, cluster.data)]
    return run(cluster.programs, "pg_ctl", named, account=cluster.account, folder=cluster.data).returncode


def _must(cluster: Cluster, name: str, arguments: list[str], folder: Path, text: str = "") -> None:
    answer = run(cluster.programs, name, arguments, account=cluster.account, folder=folder, text=text)
    if answer.returncode != 0:
        raise StoreUnavailable(f"The embedded database could not be made: {name} said: {answer.stderr.strip()[-2000:]}")


def _own(cluster: Cluster, folder: Path) -> None:
    """Make `folder` private to the account the server runs as."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if cluster.account:
        os.chown(folder, cluster.account.uid, cluster.account.gid)


def _open_log(cluster: Cluster, *, empty: bool = False) -> None:
    """The log is opened by the server's account, so it must exist before; it starts anew when it has grown large."""
    cluster.log.touch(mode=0o600)
    if empty or cluster.log.stat().st_size > LOG_LIMIT:
        os.truncate(cluster.log, 0)
    if cluster.account:
        os.chown(cluster.log, cluster.account.uid, cluster.account.gid)


def _quoted(value: str) -> str:
    """One word for the shell that pg_ctl starts the server with."""
    return "'" + value.replace("'", "'\\''") + "'"


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
