"""A folder as one upload: the files in it packed so that the same folder gives the same bytes on any machine."""

import os
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.archive_unpacking import is_system_file
from muster.vocabulary.errors import FileEmpty, FileMissing, FileTooLarge

REGULAR = 0o100644 << 16


def as_one_file(path: Path, limits: Limits, to: Path) -> Path:
    """The path itself, or for a folder a ZIP of its files, written to the folder `to` under the folder's name.

    Hidden files, what operating systems leave behind and links are left out. Raises FileEmpty, FileMissing where a file
    is gone or cannot be read, and FileTooLarge.
    """
    if not path.is_dir():
        return path
    files = sorted(_files(path))
    if not files:
        raise FileEmpty(f"The folder {path} holds no files.")
    if len(files) > limits.max_members:
        raise FileTooLarge(f"{path} holds {len(files)} files; max_members is {limits.max_members}.")
    size = sum(file.stat().st_size for _name, file in files)
    if size > min(limits.max_bytes, limits.max_unpacked_bytes):
        raise FileTooLarge(
            f"The files in {path} have {size} bytes; max_bytes is {limits.max_bytes} and max_unpacked_bytes "
            f"{limits.max_unpacked_bytes}.",
            hint="Give the files one by one, or raise the limit named in the message.",
        )
    to.mkdir(parents=True, exist_ok=True)
    packed = to / (path.resolve().name or "folder")
    with zipfile.ZipFile(packed, "w") as archive:
        for name, file in files:
            _add(archive, name, file)
    return packed


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Names in one spelling of an accent: file systems differ in it."""
    for place, _folders, names in os.walk(folder):
        for name in names:
            file = Path(place, name)
            within = PurePosixPath(*file.relative_to(folder).parts)
            if not is_system_file(within) and not file.is_symlink() and file.is_file():
                yield unicodedata.normalize("NFC", str(within)), file


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> None:
    """Stored and without its time: compressed bytes differ from one release of the compressor to the next."""
    entry = zipfile.ZipInfo(name)
    entry.external_attr = REGULAR
    entry.create_system = 3
    entry.file_size = file.stat().st_size
    try:
        with file.open("rb") as content, archive.open(entry, "w") as out:
            shutil.copyfileobj(content, out, 1 << 20)
    except PermissionError as error:
        raise FileMissing(f"{file} cannot be read: {error.strerror}.") from error
