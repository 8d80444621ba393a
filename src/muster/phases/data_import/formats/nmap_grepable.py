"""What `nmap -oG` writes: a line or two for each host, its fields behind tabs; one record a host."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import Record, RecordList
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.text_lines import lines_of_head
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

HOST = late(r"Host: (\S+) \(([^)]*)\)\t(.*)")


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()]
    hosts = sum(HOST.match(line) is not None for line in lines)
    return 0.97 if hosts and (hosts + sum(line.startswith("#") for line in lines)) == len(lines) else 0.0


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    text = content[found.mark :].decode(found.name, errors="replace").replace("\x00", "\ufffd")
    return (RecordList("host", list(_hosts(text.splitlines()))),)


def _hosts(lines: Sequence[str]) -> Iterator[Record]:
    hosts: dict[tuple[str, str], dict[str, Json]] = {}
    for line in lines:
        if found := HOST.match(line):
            about = hosts.setdefault((found[1], found[2]), {"ip": found[1], "hostname": found[2]})
            about.update(_fields(found[3]))
    yield from hosts.values()


def _fields(text: str) -> Iterator[tuple[str, Json]]:
    """'Ports: 22/open/tcp//ssh///, ..' as a list of objects, every other field as its text."""
    for field in text.split("\t"):
        name, _colon, said = field.partition(": ")
        yield name, [_port(one) for one in said.split(", ")] if name == "Ports" else said


def _port(text: str) -> dict[str, Json]:
    names = ("port", "state", "protocol", "owner", "service", "rpc", "version")
    return {name: part for name, part in zip(names, text.strip().split("/"), strict=False) if part}


FORMAT = document_format(
    name="nmap_grepable",
    recognise=_recognise,
    parse=_document,
    example=Example(
        b"# Nmap 7.94 scan initiated Mon Jan  1 00:00:00 2024 as: nmap -oG - 10.0.0.0/24\n"
        b"Host: 10.0.0.1 (web01.example.org)\tStatus: Up\n"
        b"Host: 10.0.0.1 (web01.example.org)\tPorts: 22/open/tcp//ssh///, 80/open/tcp//http///\n"
        b"Host: 10.0.0.2 ()\tStatus: Up\n# Nmap done at Mon Jan  1 00:00:10 2024\n",
        (
            (
                "server",
                ("ip", "hostname", "Status", "Ports[].port", "Ports[].state", "Ports[].protocol", "Ports[].service"),
                (
                    ("10.0.0.1", "web01.example.org", "Up", "22;80", "open;open", "tcp;tcp", "ssh;http"),
                    ("10.0.0.2", "", "Up", "", "", "", ""),
                ),
            ),
        ),
    ),
)
