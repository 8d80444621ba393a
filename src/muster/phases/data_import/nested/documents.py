"""A format whose file is a document: its lists of records become tables of flat rows, piece by piece if it is long."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.nested.pieces import WHOLE, Cut, Cuts, is_worth_it, piece, without_list
from muster.phases.data_import.nested.record_lists import (
    Flat,
    Record,
    RecordList,
    blocks,
    columns_of,
    described_list,
    flat,
    record_lists,
)
from muster.vocabulary.errors import FileEmpty, FileRefused, FileTooLarge
from muster.vocabulary.table import Json, Table

Parse = Callable[[Path], Sequence[RecordList]]
LIST = "[]"
LOOKED_AT = 1_000  # records by which a table is described


def document_format(
    name: str, recognise: Callable[[Path, bytes], float], parse: Parse, example: Example, cut: Cut | None = None
) -> Format:
    """The format of documents that `parse` reads; it raises FileDamaged where it cannot.

    A large document is read in the pieces that `cut` finds. One that has none is held in memory, and has one span.
    """

    def tables(path: Path, limits: Limits) -> tuple[Table, ...]:
        size = path.stat().st_size
        cuts = cut(path) if cut is not None and size > WHOLE else None
        if cuts is not None and is_worth_it(path, cuts):
            return _tables(name, path, _of_pieces(path, parse, cuts), limits)
        if size > limits.max_document_bytes:
            raise FileTooLarge(f"{path.name} has {size} bytes; max_document_bytes is {limits.max_document_bytes}.")
        return _tables(name, path, _of_whole(parse(path)), limits)

    def read(path: Path, table: Table, span: Span) -> Iterator[Block]:
        rows = (flat(record) for record in _records(path, parse, table, span))
        yield from blocks(_renamed(rows, table.columns) if table.locator.get("varying") else rows, table.columns)

    return Format(name, recognise, tables, _spans, read, example)


@dataclass(slots=True)
class _Surveyed:
    """A list of records as far as it was read: how many there are, the names in them, and the first rows."""

    path: str
    locator: dict[str, Json]
    records: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    first: list[Flat] = field(default_factory=list)

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            row = flat(record)
            self.records += 1
            self.seen.update(row.keys())
            if len(self.first) < LOOKED_AT:
                self.first.append(row)


def _of_whole(lists: Sequence[RecordList]) -> list[_Surveyed]:
    found = []
    for number, one in enumerate(lists):
        found.append(_Surveyed(one.path, {"list": number}))
        found[-1].add(one.records)
    return found


def _of_pieces(path: Path, parse: Parse, cuts: Cuts) -> list[_Surveyed]:
    """Every list of every piece by its path. One that all pieces repeat stands around the long list: it counts once."""
    found: dict[str, _Surveyed] = {}
    around = _around(path, parse, cuts)
    for number in range(cuts.pieces):
        with piece(path, cuts, number) as part:
            for one in parse(part):
                if one.path in around and number:
                    continue
                place = {"path": one.path, **cuts.as_json(), "once": one.path in around}
                found.setdefault(one.path, _Surveyed(one.path, place)).add(one.records)
    return list(found.values())


def _around(path: Path, parse: Parse, cuts: Cuts) -> frozenset[str]:
    """The paths of lists that the document would have without its long one."""
    with without_list(path, cuts) as rest:
        try:
            return frozenset(one.path for one in parse(rest) if one.path and one.records)
        except FileRefused:
            return frozenset()


def _records(path: Path, parse: Parse, table: Table, span: Span) -> Iterator[Record]:
    cuts = Cuts.of_json(dict(table.locator))
    if cuts is None:
        yield from parse(path)[int(str(table.locator["list"]))].records[span.start : span.end]
        return
    for number in range(span.start, span.end):
        with piece(path, cuts, number) as part:
            for one in parse(part):
                if one.path == table.locator["path"]:
                    yield from one.records


def _tables(name: str, path: Path, lists: Sequence[_Surveyed], limits: Limits) -> tuple[Table, ...]:
    tables = []
    for one in lists:
        names = _names(one.seen) if one.locator.get("varying") else {}
        seen = Counter[str]()
        for said, count in one.seen.items():
            seen[names.get(said, said)] += count
        columns = columns_of(seen, one.records)
        if columns:
            place: dict[str, Json] = {**one.locator, "records": one.records}
            first = [{names.get(said, said): text for said, text in row.items()} for row in one.first]
            tables.append(described_list(name, one.path, columns, first, place, limits))
    if not tables:
        raise FileEmpty(f"{path.name} holds no records.")
    return tuple(tables)


def _names(seen: Iterable[str]) -> dict[str, str]:
    """One name for those that differ only in what is a list: 'ip' and 'ip[]' are 'ip[]'."""
    alike: dict[str, list[str]] = {}
    for name in seen:
        alike.setdefault(name.replace(LIST, ""), []).append(name)
    return {name: _as_lists(names) for names in alike.values() for name in names}


def _as_lists(names: Sequence[str]) -> str:
    return ".".join(max(parts, key=len) for parts in zip(*(name.split(".") for name in names), strict=True))


def _renamed(rows: Iterator[Flat], columns: Sequence[str]) -> Iterator[Flat]:
    shown = {column.replace(LIST, ""): column for column in columns}
    for row in rows:
        yield {shown.get(name.replace(LIST, ""), name): text for name, text in row.items()}


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span for each piece; a document that is read whole, and a list around the long one, have one."""
    cuts = Cuts.of_json(dict(table.locator))
    if cuts is None:
        return (Span(0, 0, int(str(table.locator["records"]))),)
    return tuple(Span(number, number, number + 1) for number in range(1 if table.locator["once"] else cuts.pieces))


def merged_lists(documents: Iterable[Json]) -> tuple[RecordList, ...]:
    """The record lists of several documents in one file; lists at the same place (pages of one answer) become one."""
    by_path: dict[str, list[RecordList]] = {}
    for document in documents:
        for found in record_lists(document):
            by_path.setdefault(found.path, []).append(found)
    return tuple(
        found[0] if len(found) == 1 else RecordList(path, [record for part in found for record in part.records])
        for path, found in by_path.items()
    )
