"""What a stretch of work costs: wall time, processor time of this program and of the database, and memory."""

import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    """Filled in when the stretch ends. `server_cpu_seconds` is None where the system does not tell."""

    seconds: float = 0.0
    client_cpu_seconds: float = 0.0
    server_cpu_seconds: float | None = None

    @property
    def cpu_seconds(self) -> float:
        """Of all processes that could be seen."""
        return self.client_cpu_seconds + (self.server_cpu_seconds or 0.0)


@contextmanager
def measured(server_pid: int | None = None) -> Iterator[Cost]:
    """Measure what happens inside. Processes that this one started count once they have ended inside."""
    cost = Cost()
    began, client, server = time.perf_counter(), _client_cpu(), _server_cpu(server_pid)
    yield cost
    cost.seconds = time.perf_counter() - began
    cost.client_cpu_seconds = _client_cpu() - client
    after = _server_cpu(server_pid)
    if server is not None and after is not None:
        cost.server_cpu_seconds = after - server


def peak_rss_bytes() -> int:
    """The most memory that this process, or any one process it started and saw ending, ever held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@dataclass
class Peaks:
    """The most memory that each kind of process was seen to hold, in bytes; Linux only.

    It is the system's own high-water mark of each process, so only what a process did after the last look is missed.
    """

    server_pid: int | None
    worker: int = 0
    compute: int = 0
    server: int = 0

    def look(self) -> None:
        """Ask for every process that there is now. A server's process counts the memory that all of them share."""
        own = os.getpid()
        self.worker = max(self.worker, _high_water(own))
        self.compute = max([self.compute, *map(_high_water, _children(own))])
        if self.server_pid is not None:
            self.server = max([self.server, *map(_high_water, _children(self.server_pid))])


def _children(parent: int) -> list[int]:
    """The processes that any thread of this one started; a walk through all of /proc took 13 ms each time."""
    found: list[int] = []
    for path in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            found += map(int, path.read_text().split())
    return found


def _high_water(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile, or the system tells none
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def _client_cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cpu_of_families(*parents: int) -> list[float]:
    """Processor seconds so far of each process with its children, those included that have ended; Linux only."""
    return [_family_cpu(parent) for parent in parents] if Path("/proc/self/stat").exists() else []


def _server_cpu(postmaster: int | None) -> float | None:
    found = [] if postmaster is None else cpu_of_families(postmaster)
    return found[0] if found else None


def _family_cpu(parent: int) -> float:
    # Fields of proc(5) after the name, the state first: times are fields 14 to 17, the last two of ended children.
    ticks = sum(map(int, _stat(parent)[11:15]))
    ticks += sum(sum(map(int, _stat(child)[11:13])) for child in _children(parent))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
        return []
