"""Folders in which what a file holds is kept unpacked: written whole or not at all, by any number of processes."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from muster.vocabulary.errors import SpoolUnavailable

LAYOUT = 1  # raise it when what is written changes: folders that an earlier release left behind are not read again


@contextmanager
def scratch_folder(scratch: Path | None) -> Iterator[Path]:
    """The folder that was given, or one that lives as long as the block."""
    if scratch is not None:
        yield scratch
        return
    with tempfile.TemporaryDirectory(prefix="muster-") as folder:
        yield Path(folder)


def unpacked(scratch: Path, name: str, unpack: Callable[[Path], None]) -> Path:
    """The folder `name` in `scratch`, filled by `unpack`. Raises SpoolUnavailable, and what `unpack` raises.

    It is filled under a name of its own and renamed: whoever is killed leaves no half-filled folder, and of two that
    fill it at the same time one wins and the other finds the same content.
    """
    folder = scratch / f"{name}.{LAYOUT}"
    if folder.is_dir():
        return folder
    with _writable(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=scratch))
    try:
        with _writable(scratch):
            unpack(unfinished)
        _rename(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _rename(unfinished: Path, folder: Path) -> None:
    try:
        unfinished.rename(folder)
    except OSError as error:
        if not folder.is_dir():
            raise SpoolUnavailable(f"{folder} cannot be written: {error}") from error


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SpoolUnavailable(f"{folder} cannot be written: {error}") from error
