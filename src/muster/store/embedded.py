"""An embedded PostgreSQL below MUSTER_HOME: it runs while any process is attached, and the last to leave stops it."""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from muster.store import postgres_cluster, postgres_programs
from muster.store.postgres_cluster import APPLICATION, DATABASE, PORT, Cluster
from muster.vocabulary.errors import StoreUnavailable

SOCKET_PATH_LIMIT = 100  # bytes; the system's own limit is 104 to 108
LOCK_SECONDS = 180  # longer than a start with recovery takes
WATCH_SECONDS = 1.0
HELD_SECONDS = 1800.0
LOCKS = ("lock", "attached", "watched", "held")


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of the server below a home; `version` is that of the programs, `pid` None where nothing runs."""

    running: bool
    version: str
    bin: Path
    data_directory: Path
    socket: Path
    pid: int | None


class Attachment:
    """A hold on the server. It is a lock on a file, so the hold of a process that is killed ends by itself."""

    def __init__(self, cluster: Cluster, hold: int) -> None:
        self._cluster = cluster
        self._hold: int | None = hold
        self._process = os.getpid()
        atexit.register(self.detach)

    def url(self, role: str = APPLICATION, database: str = DATABASE) -> str:
        """The address for asyncpg, libpq or SQLAlchemy; it stays the same when the server is started again."""
        return f"postgresql://{role}@/{database}?host={quote(str(self._cluster.socket))}&port={PORT}"

    def answers(self) -> bool:
        """Whether the server takes connections."""
        return postgres_cluster.answers(self._cluster)

    def ensure_running(self) -> None:
        """Start the server again if it died under us; nothing to do when it answers."""
        with _locked(self._cluster.root):
            _run(self._cluster)

    def leave_running(self) -> None:
        """Keep the server up for HELD_SECONDS after this process, for a client that was only told its address."""
        _beside("hold", self._cluster.root.parent)
        deadline = time.monotonic() + LOCK_SECONDS
        while not _held_by_another(self._cluster.root) and time.monotonic() < deadline:
            time.sleep(0.02)

    def detach(self) -> None:
        """Let go; the last one stops the server. A second call does nothing, nor does a call in a forked child."""
        if self._hold is None or self._process != os.getpid():
            return
        hold, self._hold = self._hold, None
        atexit.unregister(self.detach)
        # Where the home was deleted under the server, it ends by itself within a minute.
        with suppress(FileNotFoundError), _locked(self._cluster.root):
            # A shared lock becomes exclusive only where nobody else holds one.
            if _try_lock(hold, fcntl.LOCK_EX):
                _stop(self._cluster)
        os.close(hold)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.detach()


def attach(home: Path, programs: Path | None = None) -> Attachment:
    """Hold the server below `home`, made and started when needed (first time about a second, then a fifth of one).

    `programs` is a directory with postgres in it, for those who want another than the installed one.
    Raises DatabaseTooOld for a data directory of another major version, StoreUnavailable where no server can be had.
    """
    cluster = _found(home, programs)
    cluster.root.mkdir(mode=0o711 if cluster.account else 0o700, parents=True, exist_ok=True)
    for name in LOCKS:
        (cluster.root / name).touch(mode=0o600)
    with _locked(cluster.root):
        hold = os.open(cluster.root / "attached", os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(hold, fcntl.LOCK_SH)  # never waits: the exclusive lock is only taken inside the other lock
            _run(cluster)
        except BaseException:
            os.close(hold)
            raise
    return Attachment(cluster, hold)


def stop(home: Path) -> bool:
    """Stop the server below `home` whoever is attached; False where none ran. Open transactions are rolled back."""
    cluster = _found(home, None)
    if not (cluster.root / "lock").exists():
        return False
    with _locked(cluster.root):
        running = postgres_cluster.answers(cluster)
        _stop(cluster)
    return running


def status(home: Path) -> ServerStatus:
    """What runs below `home`; starts nothing and writes nothing."""
    cluster = _found(home, None)
    running = cluster.root.exists() and postgres_cluster.answers(cluster)
    number = postgres_cluster.pid(cluster) if running else None
    programs = cluster.programs
    return ServerStatus(running, programs.version, programs.directory, cluster.data, cluster.socket, number)


def watch(home: Path) -> None:
    """Wait until nobody is attached, then stop the server: what the last one does by itself unless it was killed."""
    cluster = _found(home, None)
    with _opened(cluster.root / "watched") as watched, _opened(cluster.root / "attached") as attached:
        while _try_lock(watched, fcntl.LOCK_EX):
            time.sleep(WATCH_SECONDS)  # no waiting in flock: it would take the lock from one who is just leaving
            with _locked(cluster.root):
                if not os.path.samestat(os.fstat(attached), os.stat(cluster.root / "attached")):
                    return  # the home was deleted and made again; the server of the new one has its own watch
                if _try_lock(attached, fcntl.LOCK_EX):
                    _stop(cluster)
                    fcntl.flock(watched, fcntl.LOCK_UN)  # before the next server starts, with a watch of its own
                    return


def _found(home: Path, programs: Path | None) -> Cluster:
    home = home.absolute()
    root = home / "postgres"
    account = postgres_programs.account_for(root / "data", home)
    socket = root / "socket"
    if len(os.fsencode(socket / f".s.PGSQL.{PORT}")) > SOCKET_PATH_LIMIT:
        socket = postgres_programs.private_folder_name(home) / "socket"
    return Cluster(root, socket, postgres_programs.find(programs), account)


def _prepare(found: Cluster) -> Cluster:
    """The cluster with programs that its account can run, and room for its socket."""
    home = found.root.parent
    if found.socket.parent != found.root:
        postgres_programs.private_folder(home)
    return replace(found, programs=postgres_programs.open_to(found.programs, found.account, found.root, home))


def _run(cluster: Cluster) -> None:
    """Start the server unless it runs, and a process that stops it should all who are attached be killed."""
    if postgres_cluster.answers(cluster):
        return
    ready = _prepare(cluster)
    postgres_cluster.create(ready)
    postgres_cluster.start(ready)
    _beside("watch", cluster.root.parent)


def _beside(what: str, home: Path) -> None:
    """A process of our own, started through a shell that does not wait: nobody's child, it outlives whoever is killed."""
    words = [sys.executable, "-P", "-m", "muster.store.embedded", what, str(home)]
    subprocess.run(
        ["/bin/sh", "-c", '"$@" </dev/null >/dev/null 2>&1 &', "sh", *words], check=True, start_new_session=True
    )


def _stop(cluster: Cluster) -> None:
    postgres_cluster.stop(cluster)
    folder = postgres_programs.private_folder_name(cluster.root.parent)
    if folder.exists():
        shutil.rmtree(postgres_programs.private_folder(cluster.root.parent))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """One process at a time starts, stops, joins or leaves."""
    deadline = time.monotonic() + LOCK_SECONDS
    with _opened(root / "lock") as lock:
        while not _try_lock(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise StoreUnavailable(
                    f"Another process has been starting or stopping the database in {root} for {LOCK_SECONDS} s."
                )
            time.sleep(0.01)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """A file to lock, which exists since the first attach; closing it unlocks it."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _try_lock(handle: int, kind: int) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
        return True
    return False


def hold(home: Path) -> None:
    """Stay attached for a while, or until the server is stopped."""
    with attach(home) as attachment, _opened(home / "postgres" / "held") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        deadline = time.monotonic() + HELD_SECONDS
        while time.monotonic() < deadline and attachment.answers():
            time.sleep(WATCH_SECONDS)


def _held_by_another(root: Path) -> bool:
    with _opened(root / "held") as held:
        return not _try_lock(held, fcntl.LOCK_EX)


if __name__ == "__main__":
    {"watch": watch, "hold": hold}[sys.argv[1]](Path(sys.argv[2]))
