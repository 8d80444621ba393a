"""Blocks of facts, one a line: Format-List, systeminfo, dmidecode, LDIF, wmic, xe, the long form of psql and MySQL."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import Record, RecordList
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.fact_blocks import FORMS, RECORD_MARK, Form, fact_blocks
from muster.phases.data_import.text.separation import separation
from muster.phases.data_import.text.text_lines import lines_of_head
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json

FEWEST_FACTS = 4
FEWEST_REPEATED = 3  # names that come again and again in one order
SURELY_DELIMITED = 0.5
MARKED_ONLY = 0.5  # certainty of a form that is read only between the marks of psql
OTHERS = ("{", "[", "<")  # how JSON and XML begin
ALIKE = 0.3  # shared share of names from which blocks tell of the same kind of thing
RULE = late(r"[-=*_]{4,}")
HANDLE = late(r"Handle 0x[0-9A-Fa-f]{4,}, DMI type \d+")  # dmidecode, whose blocks are mostly long lists
LDIF = late(r"dn:{1,2} \S", re.IGNORECASE)


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()]
    if any(LDIF.match(line) for line in lines[:20]):
        return 0.93
    if sum(HANDLE.match(line) is not None for line in lines) > 1:
        return 0.95
    form, share = _form(lines)
    if form is None or lines[0].lstrip()[:1] in OTHERS or _is_delimited(lines):
        return 0.0
    if any(RECORD_MARK.fullmatch(line) and not RULE.fullmatch(line) for line in lines):
        return 0.95
    stated = [found for line in lines if (found := form.pattern.fullmatch(line))]
    margin = min(len(found[1]) for found in stated)
    names = [found[2] for found in stated]
    outer = [found[2] for found in stated if len(found[1]) == margin]
    if len(set(names)) < (FEWEST_REPEATED if _comes_again(names) else FEWEST_FACTS):
        return 0.0
    # One block alone may as well be YAML, which is surer of itself where facts stand inside others.
    return form.certainty * share if len(set(outer)) < len(outer) else 0.84 * share


def _comes_again(names: Sequence[str]) -> bool:
    """True where the same names follow each other in one order three times or more."""
    order = list(dict.fromkeys(names))
    times = len(names) // len(order)
    return times >= 3 and list(names) == (order * (times + 1))[: len(names)]


def _is_delimited(lines: Sequence[str]) -> bool:
    found = separation("\n".join(lines))
    return found.delimiter in ",;\t" and found.certainty > SURELY_DELIMITED


def _form(lines: Sequence[str]) -> tuple[Form | None, float]:
    """The way of writing that most lines have, if at least four of five have it or go a fact on."""
    marked = any(RECORD_MARK.fullmatch(line) and not RULE.fullmatch(line) for line in lines)
    shares = [(_share(lines, form), form) for form in FORMS if marked or form.certainty > MARKED_ONLY]
    share, form = max(shares, key=lambda found: found[0], default=(0.0, None))
    return (form, share) if share >= 0.8 else (None, 0.0)


def _share(lines: Sequence[str], form: Form) -> float:
    """Lines that state a fact, go one on (further in than it), mark a record or head facts further in, of all lines."""
    stated = [form.pattern.fullmatch(line) is not None for line in lines]
    if not any(stated) or sum(stated) * 2 < len(lines):
        return 0.0
    further = [line.startswith((" ", "\t")) for line in lines]
    heads = [
        any(a and b for a, b in zip(stated[at + 1 : at + 3], further[at + 1 : at + 3], strict=True))
        for at in range(len(lines))
    ]
    fitting = sum(
        fact or RECORD_MARK.fullmatch(line) is not None or inside or head
        for line, fact, inside, head in zip(lines, stated, further, heads, strict=True)
    )
    return fitting / len(lines)


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    text = content[found.mark :].decode(found.name, errors="replace").replace("\x00", "\ufffd")
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if any(LDIF.match(line) for line in lines[:50]):
        return (RecordList("", list(_entries(lines))),)
    form, _share_of_lines = _form([line for line in lines[:2000] if line.strip()])
    blocks = list(fact_blocks(lines, form or FORMS[0]))
    return _kinds(blocks)


def _kinds(blocks: Sequence[tuple[str, Record]]) -> tuple[RecordList, ...]:
    """Blocks under the same title, or with alike names, are records of one table."""
    kinds: list[tuple[str, set[str], list[Record]]] = []
    for title, record in blocks:
        names = set(record)
        known = next((kind for kind in kinds if kind[0] == title and (title or _alike(names, kind[1]))), None)
        if known is None:
            kinds.append((title, names, [record]))
        else:
            known[1].update(names)
            known[2].append(record)
    return tuple(RecordList(title, records) for title, _names, records in kinds)


def _alike(names: set[str], others: set[str]) -> bool:
    return len(names & others) >= ALIKE * min(len(names), len(others))


def _entries(lines: Sequence[str]) -> Iterator[Record]:
    """LDIF, RFC 2849: a line that begins with a blank goes on, '::' stands before base64, a name may occur often."""
    entry: dict[str, Json] = {}
    for line in _unfolded(lines):
        if not line.strip():
            if "dn" in entry:
                yield entry
            entry = {}
            continue
        name, separator, value = line.partition(":")
        if not separator or line.startswith("#"):
            continue
        said = _decoded(value[1:].strip()) if value.startswith(":") else value.strip()
        before = entry.get(name)
        entry[name] = said if before is None else [*(before if isinstance(before, list) else [before]), said]
    if "dn" in entry:
        yield entry


def _unfolded(lines: Sequence[str]) -> Iterator[str]:
    held = ""
    for line in lines:
        if line.startswith(" ") and held:
            held += line[1:]
            continue
        yield held
        held = line
    yield held
    yield ""


def _decoded(text: str) -> str:
    """The text in base64; the base64 itself where it holds no text (a picture, a security descriptor)."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8").replace("\x00", "\ufffd")
    except (binascii.Error, UnicodeDecodeError):
        return text


FORMAT = document_format(
    name="key_values",
    recognise=_recognise,
    parse=_document,
    example=Example(
        b"\r\nHostname        : web01\r\nOperatingSystem : Debian 12\r\nMemoryGB        : 16\r\n"
        b"IPAddress       : 10.0.0.1\r\n\r\nHostname        : db01\r\nOperatingSystem : AIX 7.2\r\n"
        b"MemoryGB        : 128\r\nIPAddress       : 10.0.0.2\r\n\r\n",
        (
            (
                "server",
                ("Hostname", "OperatingSystem", "MemoryGB", "IPAddress"),
                (("web01", "Debian 12", "16", "10.0.0.1"), ("db01", "AIX 7.2", "128", "10.0.0.2")),
            ),
        ),
    ),
)
