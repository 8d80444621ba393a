"""Logs that name their own fields: Zeek (#fields) and W3C extended logs of IIS and others (#Fields:)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading, column_names
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import FirstLines, first_lines, line_spans, lines_of, lines_of_head
from muster.vocabulary.errors import FileEmpty
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

FIELDS = late(r"#(?:fields[\t ,]|Fields:\s*)(.+)")
SEPARATOR = late(r"#separator[ \t]+(.+)")
PATH = late(r"#path\s+(\S+)")
FIRST = 100
OPEN_SERVICES = ("known_services",)


def _recognise(_path: Path, head: bytes) -> float:
    lines = lines_of_head(head)[:FIRST]
    return 0.98 if lines and lines[0].startswith("#") and any(map(FIELDS.match, lines)) else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    """One table under the first line of fields; records under other fields, if any, are told by their number."""
    first = first_lines(path)
    lines = [line.rstrip("\r") for line in first.lines]
    header = next(at for at, line in enumerate(lines) if FIELDS.match(line))
    delimiter = _delimiter(lines[:header], lines[header])
    names = _split(_said(FIELDS, lines[header]), delimiter)
    body = [_split(line, delimiter) for line in lines[header:] if line.strip() and not line.startswith("#")][:1000]
    if not body and first.whole:
        raise FileEmpty(f"{path.name} names its fields and holds no records.")
    return (_table(first, header, names, body, delimiter),)


def _table(
    first: FirstLines, header: int, names: Sequence[str], body: Sequence[Sequence[str]], delimiter: str
) -> Table:
    name = next((_said(PATH, line) for line in first.lines[:header] if PATH.match(line)), "records")
    table = described(
        name=name,
        format="field_logs",
        heading=Heading(header, header + 1, column_names(names, len(names))),
        body=body,
        encoding=first.encoding.name,
        delimiter=delimiter,
        locator=first.locator(header + 1),
    )
    if name not in OPEN_SERVICES:
        return table
    return replace(table, record_kind="connection", kind_reason="Zeek's list of services that answered on a host.")


def _said(pattern: re.Pattern[str], line: str) -> str:
    found = pattern.match(line)
    return found[1].strip() if found else ""


def _delimiter(above: Sequence[str], fields: str) -> str:
    """Zeek writes its separator as an escape (\\x09); W3C logs have blanks or tabs."""
    for line in above:
        if said := _said(SEPARATOR, line):
            return chr(int(said[2:4], 16)) if re.fullmatch(r"\\x[0-9a-fA-F]{2}", said) else said
    return "\t" if "\t" in _said(FIELDS, fields) else " "


def _split(line: str, delimiter: str) -> list[str]:
    return line.split(delimiter) if delimiter != " " else line.split()


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    """Lines that begin with '#' are about the log: they are no records."""
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    lines = lines_of(path, table, span)
    width = len(table.columns)
    for place, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = _split(line.replace("\x00", "\ufffd"), table.delimiter or "\t")
        if len(cells) != width:
            rejected.append(Rejected(len(rows), tuple(cells), _ragged(len(cells), width)))
        rows.append((cells + [""] * (width - len(cells)))[:width])
        places.append(place)
    yield from parts(Block(text_frame(rows, width), tuple(places), len(lines), tuple(rejected)))


def _ragged(cells: int, width: int) -> Issue:
    return Issue(
        "ragged_row",
        f"{cells} values under {width} fields.",
        "Import logs with different fields one by one; they may have been joined into one file.",
    )


FORMAT = Format(
    name="field_logs",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"#separator \\x09\n#set_separator\t,\n#unset_field\t-\n#path\tconn\n#fields\tts\tid.orig_h\tid.orig_p"
        b"\tid.resp_h\tid.resp_p\tproto\n#types\ttime\taddr\tport\taddr\tport\tenum\n"
        b"1700000000.1\t10.0.0.1\t50000\t10.0.0.2\t443\ttcp\n#close\t2026-01-01-00-00-00\n",
        (
            (
                "connection",
                ("ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto"),
                (("1700000000.1", "10.0.0.1", "50000", "10.0.0.2", "443", "tcp"),),
            ),
        ),
    ),
)
