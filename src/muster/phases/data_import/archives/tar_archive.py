"""TAR archives; a compressed one is a compressed file that holds one."""

import io
import tarfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

from muster.phases.data_import.packed.archive import Archive, Member, Packed


def _recognise(_path: Path, head: bytes) -> float:
    """By the checksum of the first header: the oldest kind has no magic word."""
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return 0.0
    return 0.95


def _members(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r:") as archive:
        for entry in archive:
            name = entry.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            if entry.isreg():
                yield Member(name, partial(_content, archive, entry))
            elif not entry.isdir():
                yield Member(name, None, "is a link or a device")


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(entry)
    if content is None:
        raise tarfile.ExtractError(f"{entry.name} has no content")
    return content


def _example() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in (("servers.csv", b"Name,IP\nweb01,10.0.0.1\n"), ("dumps/web01", b"Netid State\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


ARCHIVE = Archive(
    name="tar_archive",
    recognise=_recognise,
    members=_members,
    example=Packed(_example(), (("dumps/web01", b"Netid State\n"), ("servers.csv", b"Name,IP\nweb01,10.0.0.1\n"))),
)
