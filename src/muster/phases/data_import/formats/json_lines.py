"""One JSON object a line (NDJSON), streamed; a line that is no object is set aside."""

from collections import Counter
from collections.abc import Iterator
from json import JSONDecodeError
from pathlib import Path

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.nested import json_text
from muster.phases.data_import.nested.record_lists import Flat, columns_of, described_list, flat
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_spans import text_spans
from muster.vocabulary.errors import FileEmpty
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json, Table

SCAN = 4 << 20
ENVELOPE = late(
    r'\s*\{(?:\s*"\w+"\s*:\s*(?:"[^"]*"|[\w.+-]+)\s*,){0,8}\s*"(?:results?|resources|items|value|records|data|rows|hits)"'
    r"\s*:\s*\[\s*\{"
)


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    lines = [line for line in head[found.mark :].decode(found.name, errors="replace").splitlines() if line.strip()]
    if len(lines) < 2 or _object(lines[0]) is None:
        return 0.0
    if all(ENVELOPE.match(line) for line in lines[:2]):
        return 0.5  # pages of answers, each with a list of records
    whole = lines[: 20 if len(head) < encoding.HEAD else min(20, len(lines) - 1)]
    objects = sum(_object(line) is not None for line in whole)
    return 0.95 if objects * 2 >= len(whole) else 0.0


def _object(line: str) -> Flat | None:
    """The line's object as a row; None where the line is something else."""
    try:
        value = json_text.one(line)
    except (JSONDecodeError, RecursionError):
        return None
    row = flat(value) if isinstance(value, dict) else None
    return None if row is None or any("\x00" in text for text in row.values()) else row


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    """Reads the whole file once, a few MB at a time: a later line may have a member that no earlier one had."""
    with path.open("rb") as file:
        found = encoding.detect(path, file.read(encoding.HEAD))
    seen: Counter[str] = Counter()
    first: list[Flat] = []
    records = 0
    for span in text_spans(path, found.mark, SCAN, _dialect(found)):
        rows = [row for line in _lines(path, span, found.name) if (row := _object(line)) is not None]
        seen.update(name for row in rows for name in row)
        first = first or rows[:1000]
        records += len(rows)
    columns = columns_of(seen, records)
    if not columns:
        raise FileEmpty(f"{path.name} holds no records.")
    locator: dict[str, Json] = {"start": found.mark, "unit": found.unit, "encoding": found.name}
    return (described_list("json_lines", "", columns, first, locator, limits),)


def _dialect(found: Encoding) -> Dialect:
    return Dialect(found, "\t", quote="")


def _lines(path: Path, span: Span, name: str) -> list[str]:
    with path.open("rb") as file:
        file.seek(span.start)
        text = file.read(span.end - span.start).decode(name, errors="replace")
    return text.removesuffix("\n").split("\n")


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    found = Encoding(str(table.locator["encoding"]), 0, int(str(table.locator["unit"])))
    return text_spans(path, int(str(table.locator["start"])), span_bytes, _dialect(found))


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    lines = _lines(path, span, str(table.locator["encoding"]))
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _object(line)
        if row is None:
            rejected.append(Rejected(len(rows), (line.replace("\x00", "\ufffd"),), _unreadable()))
        places.append(place)
        rows.append([(row or {}).get(name, "") for name in table.columns])
    file_rows = tuple(places) if len(places) < len(lines) else None
    yield from parts(Block(text_frame(rows, len(table.columns)), file_rows, len(lines), tuple(rejected)))


def _unreadable() -> Issue:
    return Issue(
        "unreadable_record", "The line is not a JSON object.", "Look for a broken or cut line in the source file."
    )


FORMAT = Format(
    name="json_lines",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b'{"hostname": "web01", "ip": "10.0.0.1"}\n\n{"hostname": "db01", "os": {"name": "AIX"}}\n',
        (("server", ("hostname", "ip", "os.name"), (("web01", "10.0.0.1", ""), ("db01", "", "AIX"))),),
    ),
)
