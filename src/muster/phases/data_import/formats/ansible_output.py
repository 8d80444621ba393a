"""What `ansible -m setup` prints: for each host a line with its name and result, and its facts as JSON."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested import json_text
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import Record, RecordList
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.text_lines import lines_of_head
from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.late_pattern import late

ANSWER = late(r"^(?:\x1b\[[\d;]*m)?(\S+) \| ([A-Z]+)(?:!)?(?: \| rc=-?\d+)? => (?=\{)", re.MULTILINE)


def _recognise(_path: Path, head: bytes) -> float:
    return 0.98 if any(ANSWER.match(line) for line in lines_of_head(head)[:50]) else 0.0


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    text = content[found.mark :].decode(found.name, errors="replace")
    try:
        return (RecordList("", list(_answers(text))),)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FileDamaged(f"{path.name} breaks off inside the facts of a host: {error}.") from error


def _answers(text: str) -> Iterator[Record]:
    """One record a host. A host that did not answer has its name, the result and the reason."""
    place = 0
    while answer := ANSWER.search(text, place):
        facts, place = json_text.DECODER.raw_decode(text, answer.end())
        yield {"host": answer[1], "result": answer[2], **(facts if isinstance(facts, dict) else {"value": facts})}


FORMAT = document_format(
    name="ansible_output",
    recognise=_recognise,
    parse=_document,
    example=Example(
        b'web01 | SUCCESS => {\n    "ansible_facts": {\n        "ansible_hostname": "web01",\n'
        b'        "ansible_all_ipv4_addresses": ["10.0.0.1"]\n    },\n    "changed": false\n}\n'
        b'db01 | UNREACHABLE! => {\n    "changed": false,\n    "msg": "timed out",\n    "unreachable": true\n}\n',
        (
            (
                "server",
                (
                    "host", "result", "ansible_facts.ansible_hostname", "ansible_facts.ansible_all_ipv4_addresses[]",
                    "changed", "msg", "unreachable",
                ),
                (
                    ("web01", "SUCCESS", "web01", "10.0.0.1", "false", "", ""),
                    ("db01", "UNREACHABLE", "", "", "false", "timed out", "true"),
                ),
            ),
        ),
    ),
)  # fmt: skip
