"""Everything that an archive holds as plain files in one folder, however deep it is packed, within the limits."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

import orjson

from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.archive import BROKEN, Archive, Member
from muster.vocabulary.errors import FileTooLarge

CHUNK = 1 << 20
SMALL = 64 << 20  # below this unpacked size the ratio does not matter
INDEX = "index.json"
PASSWORD = "is protected by a password"
SYSTEM_NAMES = frozenset(("__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"))
PACKED_ENDINGS = (".gz", ".bz2", ".xz", ".zst")


class _Broken(Exception):
    """A member cannot be read to its end; its text says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A member that is no archive: its path in the archive ('' for that of a compressed file), and its file's name."""

    path: str
    file: str


@dataclass(frozen=True, slots=True)
class Index:
    """What was found in an archive, by path. `skipped` and `damaged` are (path, why)."""

    leaves: tuple[Leaf, ...]
    skipped: tuple[tuple[str, str], ...]
    damaged: tuple[tuple[str, str], ...]
    bytes: int


def is_system_file(path: PurePosixPath) -> bool:
    """True for what operating systems and office programs leave in folders, and for everything hidden."""
    return any(part.lower() in SYSTEM_NAMES or part.startswith((".", "~$")) for part in path.parts)


def read_index(folder: Path) -> Index:
    """The index of a folder that `unpack` has filled."""
    found = orjson.loads((folder / INDEX).read_bytes())
    return Index(
        tuple(Leaf(**leaf) for leaf in found["leaves"]),
        tuple((path, why) for path, why in found["skipped"]),
        tuple((path, why) for path, why in found["damaged"]),
        found["bytes"],
    )


def unpack(path: Path, archive: Archive, kind_of: Callable[[Path], Archive | None], limits: Limits, to: Path) -> None:
    """Write every member, numbered, and the index to the folder. `kind_of` tells which file is an archive itself.

    No member's name becomes a file's name, so none can lead out of the folder. Raises FileTooLarge.
    """
    unpacking = _Unpacking(path, limits, to, kind_of)
    unpacking.open(path, archive, "", 1)
    (to / INDEX).write_bytes(orjson.dumps(asdict(unpacking.index())))


@dataclass(slots=True)
class _Unpacking:
    upload: Path
    limits: Limits
    to: Path
    kind_of: Callable[[Path], Archive | None]
    members: int = 0
    written: int = 0
    work: int = 0
    leaves: list[Leaf] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[tuple[str, str]] = field(default_factory=list)

    def index(self) -> Index:
        """By path: an archive's own order is that of its making."""
        taken: dict[str, int] = {}
        leaves = []
        for leaf in sorted(self.leaves, key=lambda leaf: (leaf.path, leaf.file)):
            taken[leaf.path] = taken.get(leaf.path, 0) + 1
            path = leaf.path if taken[leaf.path] == 1 else f"{leaf.path} ({taken[leaf.path]})"
            leaves.append(Leaf(path, leaf.file))
        return Index(tuple(leaves), tuple(sorted(self.skipped)), tuple(sorted(self.damaged)), self.written)

    def open(self, path: Path, archive: Archive, within: str, depth: int) -> None:
        members = archive.members(path)
        while True:
            try:
                member = next(members, None)
            except BROKEN as error:
                self.damaged.append((within, _reason(error)))
                return
            if member is None:
                return
            self._take(member, within, depth)

    def _take(self, member: Member, within: str, depth: int) -> None:
        self.members += 1
        if self.members > self.limits.max_members:
            raise FileTooLarge(f"{self.upload.name} has more than {self.limits.max_members} members; see max_members.")
        path = _joined(within, member.path)
        if is_system_file(PurePosixPath(path)):
            return
        if member.open is None:
            self.skipped.append((path, member.why))
            return
        file = self.to / f"{self.members:06}"
        try:
            size = self._write(member, file)
        except _Broken as error:
            self.damaged.append((path, str(error)))
            file.unlink(missing_ok=True)
            return
        self._keep(file, path, size, depth)

    def _keep(self, file: Path, path: str, size: int, depth: int) -> None:
        """The file as it is, or what it holds if it is an archive again."""
        inner = self.kind_of(file) if size else None
        if not size:
            self.skipped.append((path, "is empty"))
        elif inner is None:
            self.leaves.append(Leaf(path, file.name))
            return
        elif depth >= self.limits.max_nesting:
            self.skipped.append((path, f"is packed more than {self.limits.max_nesting} times (max_nesting)"))
        else:
            self.open(file, inner, _without_ending(path) if inner.name == "compressed_file" else path, depth + 1)
        file.unlink()
        self.written -= size

    def _write(self, member: Member, file: Path) -> int:
        before = self.written
        with file.open("wb") as out:
            for chunk in _chunks(member):
                self._allow(len(chunk))
                out.write(chunk)
        return self.written - before

    def _allow(self, more: int) -> None:
        """Real bytes are counted, not what a header says that there are; and all work, also for what is thrown away."""
        self.written += more
        self.work += more
        most, ratio = self.limits.max_unpacked_bytes, self.limits.max_ratio
        if self.written > most or self.work > most * self.limits.max_nesting:
            raise FileTooLarge(f"{self.upload.name} unpacks to more than {most} bytes; that is max_unpacked_bytes.")
        if self.written > SMALL and self.written > ratio * max(self.upload.stat().st_size, 1):
            raise FileTooLarge(f"{self.upload.name} unpacks to more than {ratio} times its size; that is max_ratio.")


def _chunks(member: Member) -> Iterator[bytes]:
    """Errors of reading are the member's, and named so: those of writing are the disk's."""
    if member.open is None:
        return
    try:
        with member.open() as content:
            while chunk := content.read(CHUNK):
                yield chunk
    except BROKEN as error:
        raise _Broken(_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, RuntimeError) and "password" in str(error):
        return PASSWORD
    return str(error).splitlines()[0].rstrip(".") if str(error) else "it ends too early"


def _joined(within: str, path: str) -> str:
    """As a person writes it: forward slashes, no drive, no root, no steps upwards; one spelling of an accent."""
    parts = unicodedata.normalize("NFC", path).replace("\\", "/").replace("\x00", "").split("/")
    plain = [part for part in parts if part not in ("", ".", "..") and not (len(part) == 2 and part[1] == ":")]
    return "/".join(([within] if within else []) + plain)


def _without_ending(path: str) -> str:
    """servers.csv.gz holds servers.csv; servers.tgz holds what has no name of its own."""
    stem, dot, ending = path.rpartition(".")
    return stem if dot and f".{ending.lower()}" in PACKED_ENDINGS else path
