"""Ansible's INI inventories: hosts below the [groups] that they are in, with what is said of them as name=value."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import Record, RecordList
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.text_lines import lines_of_head
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

SECTION = late(r"\[([\w.-]+)(?::(vars|children|hosts))?\]\s*(?:[#;].*)?")
HOST = late(r"[\w.:\[\]-]+(?:\s+\w+=.*)?\s*")
STATED = late(r"\w+\s*=.*")
COMMENT = ("#", ";")
MEMBERS, SETTINGS, GROUPS = "hosts", "vars", "children"
UNGROUPED = "ungrouped"
RANGE = late(r"\[(\d+):(\d+)(?::(\d+))?\]")
MOST_IN_A_RANGE = 10_000


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line.strip() for line in lines_of_head(head) if line.strip() and not line.strip().startswith(COMMENT)]
    sections = [found for line in lines if (found := SECTION.fullmatch(line))]
    if not sections or not all(_fits(line) for line in lines):
        return 0.0
    told = any(found[2] for found in sections) or any(" ansible_" in line for line in lines)
    plain = any(HOST.fullmatch(line) and "=" not in line.split()[0] for line in lines)
    return 0.97 if told and plain else 0.6 if plain else 0.0


def _fits(line: str) -> bool:
    return any(form.fullmatch(line) for form in (SECTION, HOST, STATED))


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    text = content[found.mark :].decode(found.name, errors="replace").replace("\x00", "\ufffd")
    return (RecordList("hosts", list(_hosts(text.splitlines()))),)


def _hosts(lines: Sequence[str]) -> Iterator[Record]:
    """One record a host with its groups, those that hold them last, and what is said of it or of all of a group."""
    said: dict[str, dict[str, Json]] = {}
    groups: dict[str, list[str]] = {}
    settings: dict[str, dict[str, str]] = {}
    above: dict[str, list[str]] = {}
    section, sort = UNGROUPED, MEMBERS
    for line in (line.strip() for line in lines):
        if not line or line.startswith(COMMENT):
            continue
        if begun := SECTION.fullmatch(line):
            section, sort = begun[1], begun[2] or MEMBERS
        elif sort == GROUPS:
            above.setdefault(line.split()[0], []).append(section)
        elif sort == SETTINGS:
            settings.setdefault(section, {}).update(_stated([line]))
        else:
            name, *stated = _words(line)
            for host in _each(name):
                said.setdefault(host, {}).update(_stated(stated))
                groups.setdefault(host, []).append(section)
    for host, about in said.items():
        of_host = _with_those_above(groups[host], above)
        inherited = {name: value for group in reversed(of_host) for name, value in settings.get(group, {}).items()}
        yield {"key": host, "groups": list(of_host), **inherited, **about}


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a quote that never closes
        return line.split()


def _stated(words: Sequence[str]) -> dict[str, str]:
    pairs = (word.partition("=") for word in words if "=" in word)
    return {name.strip(): value.strip() for name, _equals, value in pairs}


def _each(name: str) -> Iterator[str]:
    """web[01:03] is web01, web02 and web03."""
    found = RANGE.search(name)
    first, last, step = (int(part) for part in found.groups("1")) if found else (0, 0, 0)
    if found is None or step < 1 or not first <= last < first + MOST_IN_A_RANGE:
        yield name
        return
    for number in range(first, last + 1, step):
        yield f"{name[: found.start()]}{number:0{len(found[1])}}{name[found.end() :]}"


def _with_those_above(groups: Sequence[str], above: dict[str, list[str]]) -> list[str]:
    found = list(dict.fromkeys(groups))
    for group in found:  # grows while it is gone through; a circle adds nothing
        found += [other for other in above.get(group, ()) if other not in found]
    return found


FORMAT = document_format(
    name="ini_inventory",
    recognise=_recognise,
    parse=_document,
    example=Example(
        b"# made by hand\n[web]\nweb[01:02] ansible_user=ops\n\n[db]\ndb01 ansible_host=10.0.0.3\n\n"
        b"[prod:children]\nweb\ndb\n\n[web:vars]\nport=443\n",
        (
            (
                "server",
                ("key", "groups[]", "port", "ansible_user", "ansible_host"),
                (
                    ("web01", "web;prod", "443", "ops", ""),
                    ("web02", "web;prod", "443", "ops", ""),
                    ("db01", "db;prod", "", "", "10.0.0.3"),
                ),
            ),
        ),
    ),
)
