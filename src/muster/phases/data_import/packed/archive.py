"""What an archive is: how sure its kind is of a file, and the members in it, one after another."""

import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

# What the readers of archives raise over damaged bytes. OSError: a wrong checksum (gzip) or stream (bzip2).
BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    zstandard.ZstdError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive. `path` is '' where the archive is one compressed file.

    `open` gives its content, to be read before the next member is asked for; None for what is never unpacked, and
    `why` says why.
    """

    path: str
    open: Callable[[], IO[bytes]] | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    """A small archive and what must be found in it: (path, content) of every member."""

    content: bytes
    members: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """One kind of archive.

    `recognise` answers 0..1 from the first 64 KiB of content, never from the name. `members` raises one of
    BROKEN where the file is damaged; so does opening and reading a member.
    """

    name: str
    recognise: Callable[[Path, bytes], float]
    members: Callable[[Path], Iterator[Member]]
    example: Packed
