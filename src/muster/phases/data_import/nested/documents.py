"""A format whose file is one document held in memory: its lists of records become tables of flat rows."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.nested.record_lists import RecordList, blocks, described_list, flat_table, record_lists
from muster.vocabulary.errors import FileEmpty, FileTooLarge
from muster.vocabulary.table import Json, Table

Parse = Callable[[Path], Sequence[RecordList]]


def document_format(name: str, recognise: Callable[[Path, bytes], float], parse: Parse, example: Example) -> Format:
    """The format of documents that `parse` reads; it raises FileDamaged where it cannot.

    A table has one span: a part of a document cannot be read by itself.
    """

    def tables(path: Path, limits: Limits) -> tuple[Table, ...]:
        size = path.stat().st_size
        if size > limits.max_document_bytes:
            raise FileTooLarge(f"{path.name} has {size} bytes; max_document_bytes is {limits.max_document_bytes}.")
        return _tables(name, path, parse(path), limits)

    def read(path: Path, table: Table, span: Span) -> Iterator[Block]:
        found = parse(path)[int(str(table.locator["list"]))]
        rows, _columns = flat_table(found.records[span.start : span.end])
        yield from blocks(iter(rows), table.columns)

    return Format(name, recognise, tables, _spans, read, example)


def _tables(name: str, path: Path, lists: Sequence[RecordList], limits: Limits) -> tuple[Table, ...]:
    tables = []
    for number, found in enumerate(lists):
        rows, columns = flat_table(found.records)
        if columns:
            place: dict[str, Json] = {"list": number, "records": len(rows)}
            tables.append(described_list(name, found.path, columns, rows, place, limits))
    if not tables:
        raise FileEmpty(f"{path.name} holds no records.")
    return tuple(tables)


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    return (Span(0, 0, int(str(table.locator["records"]))),)


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
