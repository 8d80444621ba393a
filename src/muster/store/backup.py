"""The whole database in one file and back, through PostgreSQL's own programs."""

import subprocess
from pathlib import Path

from muster.store import postgres_programs
from muster.vocabulary.errors import BackupFailed


def _run(program: str, *words: str) -> None:
    found = postgres_programs.find(None).directory / program
    done = subprocess.run([str(found), *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.strip()[-600:]}")


def write(url: str, file: Path) -> None:
    """Dump the database at `url` into `file` (pg_dump's custom format). Raises BackupFailed.

    The user of the URL must be able to read past row security: a superuser, or the embedded server's administrator.
    """
    _run("pg_dump", "--format=custom", f"--file={file}", url)


def read(url: str, file: Path) -> None:
    """Restore a dump into the empty database at `url`, all or nothing. Raises BackupFailed."""
    _run("pg_restore", "--single-transaction", "--exit-on-error", f"--dbname={url}", str(file))
