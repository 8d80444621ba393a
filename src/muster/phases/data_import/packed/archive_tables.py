"""The tables of all members of an archive: their names, and what was left out or could not be read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath

from muster.phases.data_import.format import Format
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.archive import Archive
from muster.phases.data_import.packed.archive_unpacking import PASSWORD, Index, Leaf, read_index, unpack
from muster.phases.data_import.packed.member_names import is_companion, short_names, tells_nothing, title
from muster.phases.data_import.packed.unpacked import unpacked
from muster.phases.data_import.placed import Placed
from muster.phases.data_import.recognition import archive_of, recognise
from muster.phases.data_import.tables.table_found import entitled
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileMissing, FileRefused, FormatUnknown
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table

MEMBERS = "members"
NAMELESS = "records"  # what a format calls a table that has no name in its file
NAMED_AT_MOST = 10
LOOKED_AT = 1_000
LITTLE = 1 << 18


@dataclass(frozen=True, slots=True)
class Found:
    """The tables of one member."""

    leaf: Leaf
    tables: tuple[Table, ...]


def member_place(path: Path, member: str, limits: Limits, scratch: Path) -> Placed:
    """A member of an archive as a file. Raises FileDamaged where the archive has none of this name."""
    kind = archive_of(path)
    if kind is not None:
        folder = _unpacked(path, kind, limits, scratch)
        for leaf in read_index(folder).leaves:
            if leaf.path == member:
                return Placed(folder / leaf.file, scratch, leaf.file)
    raise FileDamaged(f"{path.name} has no member {member} any more.")


def archive_tables(path: Path, archive: Archive, limits: Limits, scratch: Path) -> tuple[Table, ...]:
    """Every table of every member, by the members' paths. Raises FileRefused and its kinds where there is none."""
    folder = _unpacked(path, archive, limits, scratch)
    index = read_index(folder)
    found: list[Found] = []
    skipped, damaged = list(index.skipped), list(index.damaged)
    left = limits.max_unpacked_bytes - index.bytes
    for leaf in index.leaves:
        placed = Placed(folder / leaf.file, scratch, leaf.file)
        try:
            found.append(Found(leaf, _tables(placed, leaf, replace(limits, max_unpacked_bytes=max(left, 0)))))
        except (FormatUnknown, FileEmpty) as error:
            skipped.append((leaf.path, _reason(error, leaf)))
        except FileRefused as error:
            damaged.append((leaf.path, _reason(error, leaf)))
        left -= _bytes_below(scratch, leaf)
    if not found:
        raise _without_tables(path, index, skipped, damaged)
    return _with_issues(_named(found), sorted(skipped), sorted(damaged))


def _unpacked(path: Path, archive: Archive, limits: Limits, scratch: Path) -> Path:
    return unpacked(scratch, MEMBERS, lambda folder: unpack(path, archive, archive_of, limits, folder))


def _tables(placed: Placed, leaf: Leaf, limits: Limits) -> tuple[Table, ...]:
    if is_companion(leaf.path):
        raise FormatUnknown(f"{placed.file.name} is no table.")
    format = recognise(placed.file, limits)
    if not isinstance(format, Format):
        raise FileMissing(f"{placed.file.name} is packed once more.")
    return tuple(
        replace(_titled(placed, table, title(leaf.path)), locator={**table.locator, "member": leaf.path})
        for table in placed.tables(format, limits)
    )


def _titled(placed: Placed, table: Table, said: str) -> Table:
    """A table without a telling name of its own is about what the member's name says."""
    if not said or not tells_nothing(table.name):
        return table
    return entitled(table, list(islice(_first_records(placed, table), LOOKED_AT)), said)


def _first_records(placed: Placed, table: Table) -> Iterator[tuple[str, ...]]:
    for span in placed.spans(table, LITTLE)[:1]:
        for block in placed.read(table, span):
            yield from block.frame.iter_rows()


def _bytes_below(scratch: Path, leaf: Leaf) -> int:
    """What a workbook has been unpacked to: it counts as the archive's own."""
    return sum(file.stat().st_size for folder in scratch.glob(f"{leaf.file}.*") for file in folder.iterdir())


def _reason(error: FileRefused, leaf: Leaf) -> str:
    return str(error).replace(leaf.file, PurePosixPath(leaf.path).name or "The content").rstrip(".")


def _named(found: Sequence[Found]) -> tuple[Table, ...]:
    """One member's tables keep their names; those of several are named after their member as well."""
    if len(found) == 1:
        return found[0].tables
    names = short_names([member.leaf.path for member in found])
    return tuple(
        replace(table, name=_joined(name, table.name))
        for member, name in zip(found, names, strict=True)
        for table in member.tables
    )


def _joined(member: str, table: str) -> str:
    """A table without a name has its member's; so has a second one, which is 'records (2)'."""
    number = table.removeprefix(NAMELESS)
    return f"{member}{number}" if table == NAMELESS or number.startswith(" (") else f"{member} / {table}"


def _with_issues(
    tables: tuple[Table, ...], skipped: Sequence[tuple[str, str]], damaged: Sequence[tuple[str, str]]
) -> tuple[Table, ...]:
    issues = [_unreadable(path, why) for path, why in damaged[:NAMED_AT_MOST]]
    if len(damaged) > NAMED_AT_MOST:
        issues.append(_unreadable(f"{len(damaged) - NAMED_AT_MOST} more members", damaged[NAMED_AT_MOST][1]))
    if skipped:
        issues.append(
            Issue(
                "member_skipped",
                f"Left out, for they hold no table: {_listed([path for path, _why in skipped])}.",
                "If one of them does hold a table, save it as CSV or XLSX and import that.",
            )
        )
    return (replace(tables[0], warnings=(*tables[0].warnings, *issues)), *tables[1:])


def _unreadable(path: str, why: str) -> Issue:
    return Issue(
        "member_unreadable",
        f"{path or 'The archive'} cannot be read: {why}. The other members were.",
        "Export that member again and import it by itself.",
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED_AT_MOST} more" if len(names) > NAMED_AT_MOST else ""
    return f"{', '.join(names[:NAMED_AT_MOST])}{more}"


def _without_tables(
    path: Path, index: Index, skipped: Sequence[tuple[str, str]], damaged: Sequence[tuple[str, str]]
) -> FileRefused:
    """Why an archive gives nothing: damage first, then a password, then what it holds instead."""
    if damaged:
        member, why = damaged[0]
        return FileDamaged(f"{path.name} cannot be unpacked: {f'{member}: ' if member else ''}{why}.")
    locked = [member for member, why in skipped if why == PASSWORD]
    if locked:
        return FormatUnknown(
            f"{path.name} {PASSWORD}: {_listed(locked)}.", hint="Pack it again without the password and import that."
        )
    if not index.leaves and all(why == "is empty" for _member, why in skipped):
        return FileEmpty(f"{path.name} holds no files, or only empty ones.")
    about = [f"{member}: {why}" if member else why for member, why in skipped]
    return FormatUnknown(f"{path.name} holds no table: {_listed(about)}.")
