"""An XML document of records: the like children of the outermost element that holds more than one."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import parse  # type: ignore[import-untyped]

from muster.phases.data_import import encoding
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.record_lists import RecordList, blocks, columns_of, described_list, flat
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge, FormatUnknown
from muster.vocabulary.table import Json, Table

NOT_DATA = ("<!doctype html", "<html", "<svg")
DEEPEST = 24


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lstrip().lower()
    if text.startswith(NOT_DATA) or "<html" in text[:1000]:
        return 0.0
    return 0.95 if text.startswith("<?xml") else 0.6 if text.startswith("<") and "</" in text else 0.0


def _document(path: Path) -> tuple[RecordList, ...]:
    try:
        root = parse(path).getroot()
    except ParseError as error:
        raise FileDamaged(f"{path.name} is XML that cannot be read to its end: {error}.") from error
    except DefusedXmlException as error:
        raise FormatUnknown(
            f"{path.name} declares entities, which are never resolved.", hint="Export it again without a DTD."
        ) from error
    while len(root) == 1 and len(root[0]) and any(len(child) for child in root[0]):
        root = root[0]
    return tuple(_lists(root))


def _lists(root: Element) -> Iterator[RecordList]:
    """One list for each kind of child that has content of its own; an element of plain children is one record."""
    kinds = dict.fromkeys(child.tag for child in root if len(child) or child.attrib)
    if not kinds or len(kinds) > len(root) / 2 and len(root) > 2:
        yield RecordList(_name(root.tag), (_member(root),))
        return
    for kind in kinds:
        yield RecordList(_name(kind), [_member(child) for child in root if child.tag == kind])


def _member(element: Element) -> dict[str, Json]:
    content = _content(element, 0)
    return content if isinstance(content, dict) else {_name(element.tag): content}


def _content(element: Element, depth: int) -> Json:
    """Text for a plain element; else its attributes (as '@id') and children by name, several of one name as a list."""
    text = (element.text or "").strip()
    if not len(element) and not element.attrib or depth > DEEPEST:
        return text
    content: dict[str, Json] = {f"@{_name(name)}": value for name, value in element.attrib.items()}
    for child in element:
        value, name = _content(child, depth + 1), _name(child.tag)
        before = content.get(name)
        if name not in content:
            content[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            content[name] = [before, value]
    if text:
        content["#text"] = text
    return content


def _name(tag: str) -> str:
    """Without the namespace."""
    return str(tag).rpartition("}")[2]


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    size = path.stat().st_size
    if size > limits.max_document_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; max_document_bytes is {limits.max_document_bytes}.")
    tables = []
    for number, found in enumerate(_document(path)):
        rows = [flat(record) for record in found.records]
        if columns := columns_of(rows):
            tables.append(
                described_list("xml_records", found.path, columns, rows, {"list": number, "records": len(rows)}, limits)
            )
    if not tables:
        raise FileEmpty(f"{path.name} holds no records.")
    return tuple(tables)


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span: a part of an XML document cannot be read by itself."""
    return (Span(0, 0, int(str(table.locator["records"]))),)


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    found = _document(path)[int(str(table.locator["list"]))]
    yield from blocks((flat(record) for record in found.records[span.start : span.end]), table.columns)


FORMAT = Format(
    name="xml_records",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b'<?xml version="1.0"?><Export><Server id="7"><hostname>web01</hostname>'
        b"<ip>10.0.0.1</ip><ip>10.0.0.2</ip></Server>"
        b'<Server id="8"><hostname>db01</hostname></Server></Export>',
        (("server", ("@id", "hostname", "ip[]"), (("7", "web01", "10.0.0.1;10.0.0.2"), ("8", "db01", ""))),),
    ),
)
