"""One compressed file (gzip, bzip2, xz, zstd): a table, a dump, or an archive again."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, cast

import zstandard

from muster.phases.data_import.packed.archive import Archive, Member, Packed


def _gzip(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path))


def _zstd(path: Path) -> IO[bytes]:
    return cast(
        IO[bytes],
        zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True),
    )


OPENERS: dict[bytes, Callable[[Path], IO[bytes]]] = {
    b"\x1f\x8b\x08": _gzip,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
    b"\x28\xb5\x2f\xfd": _zstd,
}


def _recognise(_path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(tuple(OPENERS)) else 0.0


def _members(path: Path) -> Iterator[Member]:
    with path.open("rb") as file:
        head = file.read(6)
    opener = next(opener for magic, opener in OPENERS.items() if head.startswith(magic))
    yield Member("", partial(opener, path))


ARCHIVE = Archive(
    name="compressed_file",
    recognise=_recognise,
    members=_members,
    example=Packed(
        gzip.compress(b"Name,IP\nweb01,10.0.0.1\n", mtime=0),
        (("", b"Name,IP\nweb01,10.0.0.1\n"),),
    ),
)
