"""An XML document of records: the like children of the outermost element that holds more than one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import parse  # type: ignore[import-untyped]

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.clixml import shell_objects
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import RecordList
from muster.phases.data_import.nested.xml_cuts import xml_cuts
from muster.phases.data_import.text import encoding
from muster.vocabulary.errors import FileDamaged, FormatUnknown
from muster.vocabulary.table import Json

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
    if (known := _known(root)) is not None:
        return known
    while len(root) == 1 and len(root[0]) and any(len(child) for child in root[0]):
        root = root[0]
    return tuple(_lists(root))


def _known(root: Element) -> tuple[RecordList, ...] | None:
    """Documents whose root tells what their records are, whatever else stands beside them."""
    name = _name(root.tag)
    if name == "Objs":
        return (RecordList("Obj", shell_objects(root)),)
    if name == "nmaprun":  # what the scan was called with stands beside the hosts it met
        return (_list(root, "host"),)
    if name == "REQUEST" and root.find("CONTENT") is not None:  # one machine, as OCS and the GLPI agent report it
        return (RecordList("CONTENT", (_member(root, _repeated((root,))),)),)
    return None


def _lists(root: Element) -> Iterator[RecordList]:
    """One list for each kind of child that has content of its own; an element of plain children is one record."""
    kinds = dict.fromkeys(child.tag for child in root if len(child) or child.attrib)
    wrapping = [child for child in root if _is_wrapping(child)]
    if wrapping and len(wrapping) == len(kinds) and max(map(len, wrapping)) > 1:
        for child in wrapping:
            yield replace(_list(child, child[0].tag), path=_name(child.tag))
        return
    if not kinds or len(kinds) > len(root) / 2 and len(root) > 2:
        yield RecordList(_name(root.tag), (_member(root, _repeated((root,))),))
        return
    for kind in kinds:
        yield _list(root, kind)


def _is_wrapping(element: Element) -> bool:
    """True for <hosts><host>..</host><host>..</host></hosts>: it says nothing itself."""
    kinds = {child.tag for child in element}
    return len(kinds) == 1 and not element.attrib and all(len(child) or child.attrib for child in element)


def _list(root: Element, kind: str) -> RecordList:
    entries = [child for child in root if child.tag == kind]
    several = _repeated(entries)
    return RecordList(_name(kind), [_member(child, several) for child in entries])


def _repeated(entries: Sequence[Element]) -> frozenset[str]:
    """Paths of elements that one parent has several of: they are lists everywhere, also where there is only one."""
    found: set[str] = set()
    level = [("", entry) for entry in entries]
    for _depth in range(DEEPEST):
        below = []
        for path, element in level:
            names = Counter(_name(child.tag) for child in element)
            found.update(f"{path}/{name}" for name, count in names.items() if count > 1)
            below += [(f"{path}/{_name(child.tag)}", child) for child in element if len(child)]
        level = below
    return frozenset(found)


def _member(element: Element, several: frozenset[str]) -> dict[str, Json]:
    content = _content(element, several, "", 0)
    return content if isinstance(content, dict) else {_name(element.tag): content}


def _content(element: Element, several: frozenset[str], path: str, depth: int) -> Json:
    """Text for a plain element; else its attributes (as '@id') and children by name, several of one name as a list."""
    text = (element.text or "").strip()
    if not len(element) and not element.attrib or depth > DEEPEST:
        return text
    content: dict[str, Json] = {f"@{_name(name)}": value for name, value in element.attrib.items()}
    lists: dict[str, list[Json]] = {}
    for child in element:
        name = _name(child.tag)
        below = f"{path}/{name}"
        value = _content(child, several, below, depth + 1)
        if below in several:
            content[name] = lists.setdefault(name, [])
            lists[name].append(value)
        else:
            content[name] = value
    if text:
        content["#text"] = text
    return content


def _name(tag: str) -> str:
    """Without the namespace."""
    return str(tag).rpartition("}")[2]


FORMAT = document_format(
    name="xml_records",
    recognise=_recognise,
    parse=_document,
    cut=xml_cuts,
    example=Example(
        b'<?xml version="1.0"?><Export><Server id="7"><hostname>web01</hostname>'
        b"<ip>10.0.0.1</ip><ip>10.0.0.2</ip></Server>"
        b'<Server id="8"><hostname>db01</hostname></Server></Export>',
        (("server", ("@id", "hostname", "ip[]"), (("7", "web01", "10.0.0.1;10.0.0.2"), ("8", "db01", ""))),),
    ),
)
