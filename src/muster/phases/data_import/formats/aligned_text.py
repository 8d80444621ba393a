"""Text tables aligned with blanks: PowerShell's Format-Table, kubectl, column -t, SQL*Plus, sqlcmd and the like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading, column_names, find_heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text.aligned_columns import LINE, RULE, Columns, columns_by_gaps, columns_by_rule
from muster.phases.data_import.text.separation import separation
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import (
    FirstLines,
    caption_above,
    first_lines,
    line_spans,
    lines_of,
    lines_of_head,
)
from muster.vocabulary.errors import FileEmpty, FormatUnknown
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

GAP = late(r"\S {2,}\S|\S\t+\S")
SURELY_DELIMITED = 0.5
NAMES = late(r"[A-Z][A-Z0-9()%/_#.-]*(?:[ _-][A-Z0-9()%/_#.-]+)*")  # kubectl and docker head columns in capitals


@dataclass(frozen=True, slots=True)
class Found:
    """A table in the lines: its header's line, its first record's and the line behind its last (0-based)."""

    header: int
    first: int
    end: int
    columns: Columns
    names: tuple[str, ...]


def _recognise(_path: Path, head: bytes) -> float:
    lines = lines_of_head(head)
    if not any(GAP.search(line) for line in lines) or any(line.lstrip()[:1] in ("{", "<") for line in lines[:1]):
        return 0.0
    found = _find(lines)
    if not found:
        return 0.0
    ruled = any(RULE.fullmatch(lines[at]) for table in found for at in range(table.header, table.first))
    if ruled:
        return 0.93
    sure = separation("\n".join(lines))
    return 0.0 if sure.delimiter in ",;\t|" and sure.certainty > SURELY_DELIMITED else 0.87


def _find(lines: Sequence[str]) -> list[Found]:
    ruled = [at for at, line in enumerate(lines) if at and RULE.fullmatch(line) and _heads(lines[at - 1])]
    return _ruled(lines, ruled) if ruled else _gapped(lines)


def _heads(line: str) -> bool:
    return bool(line.strip()) and not LINE.fullmatch(line)


def _ruled(lines: Sequence[str], rules: Sequence[int]) -> list[Found]:
    """One table for each rule whose header differs from the one before: reports repeat both on every page."""
    begins = [
        at for number, at in enumerate(rules) if not number or _head(lines, at) != _head(lines, rules[number - 1])
    ]
    found = []
    for at, following in zip(begins, [*begins[1:], len(lines) + 1], strict=True):
        body = [line for line in lines[at + 1 : following - 1] if _is_record(line, _head(lines, at))]
        columns = columns_by_rule(lines[at], [lines[at - 1], *body])
        if columns is not None:
            names = column_names(columns.cells(lines[at - 1]), len(columns.starts))
            found.append(Found(at - 1, at + 1, following - 1, columns, names))
    return found


def _head(lines: Sequence[str], rule: int) -> str:
    return lines[rule - 1].strip()


def _is_record(line: str, header: str) -> bool:
    return bool(line.strip()) and not LINE.fullmatch(line) and line.strip() != header


def _gapped(lines: Sequence[str]) -> list[Found]:
    """Paragraphs of aligned lines below names; captions stand in paragraphs of their own, or right above the names."""
    found: list[Found] = []
    for start, end in _paragraphs(lines):
        table = next(
            (at for at in range(start, min(end - 1, start + 3)) if _has_names(lines[at]) or at == start and not found),
            None,
        )
        read = None if table is None else _aligned(lines, table, end)
        if read is not None and (not found or NAMES.fullmatch(read.names[0])):
            found.append(read)
        elif found and read is None:
            found[-1] = Found(found[-1].header, found[-1].first, end, found[-1].columns, found[-1].names)
    return found


def _paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for at, line in enumerate([*lines, ""]):
        if line.strip() and start is None:
            start = at
        elif not line.strip() and start is not None:
            yield start, at
            start = None


def _has_names(line: str) -> bool:
    return all(NAMES.fullmatch(part) for part in re.split(r" {2,}|\t", line.strip())) and "  " in line


def _aligned(lines: Sequence[str], header: int, end: int) -> Found | None:
    shown = [line for line in lines[header:end] if not LINE.fullmatch(line)]
    columns = columns_by_gaps(shown) if len(shown) > 1 and GAP.search(shown[0]) else None
    if columns is None:
        return None
    rows = [columns.cells(line) for line in shown[:200]]
    names = rows[0]
    if find_heading(rows).row != 0 or not all(name and len(name) <= 40 for name in names):
        return None
    first = header + 1
    while first < end and LINE.fullmatch(lines[first]):
        first += 1
    return Found(header, first, end, columns, column_names(names, len(names)))


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    found = _find([line.rstrip("\r") for line in first.lines])
    if not found:
        raise FormatUnknown(f"{path.name} has lines aligned with blanks, but no table in them.")
    tables = tuple(_table(first, table, following) for table, following in zip(found, [*found[1:], None], strict=True))
    if not any(table.columns for table in tables):
        raise FileEmpty(f"{path.name} holds no records.")
    return tables


def _table(first: FirstLines, found: Found, following: Found | None) -> Table:
    header = first.lines[found.header].strip()
    body = [found.columns.cells(line) for line in first.lines[found.first : found.end] if _is_record(line, header)]
    return described(
        name=caption_above(first.lines, found.header) or "records",
        format="aligned_text",
        heading=Heading(found.header, found.first, found.names),
        body=body[:1000],
        encoding=first.encoding.name,
        locator={
            **first.locator(found.first),
            "end": first.size if following is None else first.start(following.header),
            "starts": list(found.columns.starts),
            "wide": found.columns.wide,
            "header": header,
        },
    )


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    starts = table.locator["starts"]
    columns = Columns(
        tuple(int(str(start)) for start in starts) if isinstance(starts, list) else (0,), bool(table.locator["wide"])
    )
    yield from parts(_block(lines_of(path, table, span), columns, str(table.locator["header"])))


def _block(lines: Sequence[str], columns: Columns, header: str) -> Block:
    """Blank lines, rules and headers of later pages are no records."""
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    for place, line in enumerate(lines, 1):
        if not _is_record(line, header):
            continue
        cells = columns.cells(line)
        if columns.crossed(line):
            rejected.append(Rejected(len(rows), (line.strip().replace("\x00", "\ufffd"),), _crossed()))
        rows.append([cell.replace("\x00", "\ufffd") for cell in cells])
        places.append(place)
    return Block(text_frame(rows, len(columns.starts)), tuple(places), len(lines), tuple(rejected))


def _crossed() -> Issue:
    return Issue(
        "ragged_row",
        "A text runs over the border between two columns.",
        "Export the table with wider columns, or as CSV.",
    )


FORMAT = Format(
    name="aligned_text",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"Hostname   OperatingSystem        MemoryGB\n--------   ---------------        --------\n"
        b"web01      Windows Server 2019          16\ndb01       Windows Server 2022         128\n\n",
        (
            (
                "server",
                ("Hostname", "OperatingSystem", "MemoryGB"),
                (("web01", "Windows Server 2019", "16"), ("db01", "Windows Server 2022", "128")),
            ),
        ),
    ),
)
