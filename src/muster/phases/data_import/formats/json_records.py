"""A JSON document: an array of objects, an array inside an envelope, several such arrays, or one nested object."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from muster.phases.data_import import encoding
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.record_lists import RecordList, blocks, columns_of, described_list, flat, record_lists
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge
from muster.vocabulary.table import Table


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lstrip()
    inside = text[1:].lstrip()[:1]
    return (
        0.9
        if text.startswith("{") and inside in ('"', "}") or text.startswith("[") and inside in ("{", "]", "[")
        else 0.0
    )


def _document(path: Path) -> tuple[RecordList, ...]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    try:
        return record_lists(orjson.loads(content[found.mark :].decode(found.name)))
    except UnicodeError as error:
        raise FileDamaged(f"{path.name} is JSON with a character that is not {found.name}: {error}.") from error
    except orjson.JSONDecodeError as error:
        raise FileDamaged(f"{path.name} is JSON that cannot be read to its end: {error}.") from error


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    size = path.stat().st_size
    if size > limits.max_document_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; max_document_bytes is {limits.max_document_bytes}.")
    tables = []
    for number, found in enumerate(_document(path)):
        rows = [flat(record) for record in found.records]
        if columns := columns_of(rows):
            tables.append(
                described_list(
                    "json_records", found.path, columns, rows, {"list": number, "records": len(rows)}, limits
                )
            )
    if not tables:
        raise FileEmpty(f"{path.name} holds no records.")
    return tuple(tables)


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span: a part of a JSON document cannot be read by itself."""
    return (Span(0, 0, int(str(table.locator["records"]))),)


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    found = _document(path)[int(str(table.locator["list"]))]
    yield from blocks((flat(record) for record in found.records[span.start : span.end]), table.columns)


FORMAT = Format(
    name="json_records",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b'{"count": 2, "results": [{"hostname": "web01", "os": {"name": "Debian"}, "nics":'
        b' [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},'
        b' {"hostname": "db01", "os": {"name": "AIX"}}]}',
        (
            (
                "server",
                ("hostname", "os.name", "nics[].ip"),
                (("web01", "Debian", "10.0.0.1;10.0.0.2"), ("db01", "AIX", "")),
            ),
        ),
    ),
)
