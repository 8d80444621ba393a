"""YAML documents: facts, host variables and inventories, of Ansible, Facter and Puppet; every value as its text."""

import importlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.documents import document_format, merged_lists
from muster.phases.data_import.nested.record_lists import RecordList
from muster.phases.data_import.nested.yaml_cuts import yaml_cuts
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.text_lines import lines_of_head
from muster.vocabulary.errors import FileDamaged, FileTooLarge
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

YAML_TEXT = (
    "muster.phases.data_import.nested.yaml_text"  # imported by the first text that looks like YAML, not at every start
)
MEMBER = late(r"""\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s#&*!|>%@`"'\[{,][^:#,;|\t]*?):(?:\s|$)""")
ENTRY = late(r"\s*- ?")
COMMENT = late(r"\s*(?:#|---|\.\.\.|%YAML)")
MOST_ENTRIES = 20_000_000  # entries and members, where what is referred to counts at each place


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()]
    said = [line for line in lines if not COMMENT.match(line)]
    if len(said) < 2 or any(line.startswith("\t") for line in said) or not _is_shaped(said):
        return 0.0
    started = any(line.startswith("---") for line in lines[:10])
    nested = any(line.startswith((" ", "-")) for line in said)
    if not started and not nested:
        return 0.0  # a flat list of keys may be anything
    return (0.94 if started else 0.86) if _is_sound(lines, whole=len(head) < encoding.HEAD) else 0.0


def _is_shaped(said: Sequence[str]) -> bool:
    """True where the first line is at the margin and nearly all lines are members, entries or indented."""
    members = sum(MEMBER.match(line) is not None for line in said)
    held = sum(MEMBER.match(line) is not None or line.startswith(" ") or ENTRY.match(line) is not None for line in said)
    return said[0][:1] not in (" ", "<", "{", "[") and held == len(said) and members * 4 >= len(said)


def _is_sound(lines: Sequence[str], *, whole: bool) -> bool:
    """True where the lines are YAML that holds members; of a text that goes on, the part before its last margin."""
    margins = [at for at, line in enumerate(lines) if line[:1] not in (" ", "#")]
    end = len(lines) if whole or len(margins) < 2 else margins[-1]
    try:
        found = _documents_in("\n".join(lines[:end]))
    except (RecursionError, ValueError):
        return False
    return any(
        isinstance(one, dict) or isinstance(one, list) and any(isinstance(e, dict) for e in one) for one in found
    )


def _documents_in(text: str) -> list[Json]:
    found: list[Json] = importlib.import_module(YAML_TEXT).documents_in(text)
    return found


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    try:
        text = content[found.mark :].decode(found.name)
        documents = [one for one in _documents_in(text) if one not in (None, "")]
    except ValueError as error:
        raise FileDamaged(f"{path.name} is YAML that cannot be read to its end: {error}.") from error
    except RecursionError as error:
        raise FileDamaged(f"{path.name} is YAML nested too deeply to be read.") from error
    sizes: dict[int, int] = {}
    if sum(_size(one, sizes) for one in documents) > MOST_ENTRIES:
        raise FileTooLarge(f"{path.name} refers to its own parts more than {MOST_ENTRIES} times.")
    return merged_lists(map(_plain, documents))


def _size(node: Json, known: dict[int, int]) -> int:
    """How many entries a node has when what it refers to is written out. Each shared part is counted once only."""
    if not isinstance(node, list | dict):
        return 1
    if id(node) not in known:
        known[id(node)] = MOST_ENTRIES  # a part that refers to itself has no end
        known[id(node)] = 1 + sum(_size(one, known) for one in (node.values() if isinstance(node, dict) else node))
    return known[id(node)]


def _plain(document: Json) -> Json:
    """Puppet writes a node's facts as {name, values, timestamp}: the facts are its members."""
    if isinstance(document, dict) and isinstance(document.get("values"), dict) and "name" in document:
        return {"name": document["name"], **_named(document["values"])}
    return document


def _named(facts: Json) -> dict[str, Json]:
    return dict(_members(facts))


def _members(facts: Json) -> Iterator[tuple[str, Json]]:
    for name, value in (facts if isinstance(facts, dict) else {}).items():
        if name != "name":
            yield name.removeprefix(":"), value


FORMAT = document_format(
    name="yaml_records",
    recognise=_recognise,
    parse=_document,
    cut=yaml_cuts,
    example=Example(
        b"---\n- hostname: web01\n  os:\n    name: Debian\n    release: 12.10\n  ips: [10.0.0.1, 10.0.0.2]\n"
        b"- hostname: db01\n  os: {name: AIX, release: 7.2}\n",
        (
            (
                "server",
                ("hostname", "os.name", "os.release", "ips[]"),
                (("web01", "Debian", "12.10", "10.0.0.1;10.0.0.2"), ("db01", "AIX", "7.2", "")),
            ),
        ),
    ),
)
