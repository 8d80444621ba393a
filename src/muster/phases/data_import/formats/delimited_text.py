"""Delimited text (CSV and its kin): any delimiter and encoding, streamed, with ragged rows set aside."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading, find_heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.dialect import Dialect, fields, line_end
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.record_ends import record_ends
from muster.phases.data_import.text.separation import Separation, separation
from muster.phases.data_import.text.stacked_text import Stretch, stretches
from muster.phases.data_import.text.text_block import Layout, accepted_short_widths, read_block, unwrapped
from muster.phases.data_import.text.text_spans import text_spans
from muster.vocabulary.errors import FileEmpty, FileTooLarge
from muster.vocabulary.table import Table

HEAD = 1 << 20
SAMPLE_RECORDS = 1_000
BINARY_SHARE = 0.02  # of control characters: a stray one spoils its record, rubbish has one in ten bytes
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x01\x1e\x1f\x1a\x1b"))


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    if found.unit == 1 and len(head) - len(head.translate(None, CONTROL)) > BINARY_SHARE * len(head):
        return 0.0
    text = head[found.mark :].decode(found.name, errors="replace")
    if text.lstrip().startswith(("<", "{", "%PDF")):
        return 0.0
    return 0.9 * _separation_of(text, whole=len(head) < encoding.HEAD).certainty


def _separation_of(text: str, *, whole: bool) -> Separation:
    end = line_end(text)
    lines = text.split(end)
    return separation(end.join(lines if whole or len(lines) < 2 else lines[:-1]))


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = encoding.detect(path, head)
    whole = path.stat().st_size <= HEAD
    text = head[found.mark :].decode(found.name, errors="replace")
    judged = _separation_of(text, whole=whole)
    dialect = Dialect(found, judged.delimiter, judged.quote, line_end(text), judged.escape)
    starts, rows = _sample(head, dialect, whole=whole)
    all_rows = whole and starts[-1] >= path.stat().st_size
    parts_found = stretches(path, dialect, starts, rows, whole=all_rows)
    described_parts = [_table(dialect, part, number, len(parts_found)) for number, part in enumerate(parts_found, 1)]
    tables = tuple(table for table in described_parts if table.columns)
    if not tables:
        raise FileEmpty(f"{path.name} holds only blank lines.")
    widest = max(len(table.columns) for table in tables)
    if widest > limits.max_columns:
        raise FileTooLarge(f"{path.name} has {widest} columns; max_columns is {limits.max_columns}.")
    return tables


def _sample(head: bytes, dialect: Dialect, *, whole: bool) -> tuple[list[int], list[list[str]]]:
    """Where the first records start (and the last one ends), in bytes of the file, and their fields."""
    mark = dialect.encoding.mark
    found = record_ends(head[mark:], dialect, complete=whole)
    ends = found.ends.tolist()[: SAMPLE_RECORDS + (not whole)]
    if not whole and len(ends) > 1:
        ends.pop()  # the head breaks off inside its last record
    starts = [mark, *(mark + end for end in ends)]
    rows = []
    for position, (start, end) in enumerate(pairwise(starts)):
        record = (
            head[start:end].decode(dialect.encoding.name, errors="replace").removesuffix(dialect.line_end).rstrip("\r")
        )
        quote = "" if position in found.stray else dialect.quote
        rows.append(fields(record, dialect.delimiter, quote, dialect.escape))
    return starts, _lines_unwrapped(rows, dialect)


def _lines_unwrapped(rows: list[list[str]], dialect: Dialect) -> list[list[str]]:
    """The rows, where a record that was quoted as a whole line (often the header alone) has its fields again."""
    inner = [unwrapped(row, dialect) for row in rows]
    width, _count = max(Counter(map(len, inner)).items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return [again if len(again) == width else row for row, again in zip(rows, inner, strict=True)]


def _blank_ends(heading: Heading, body: Sequence[Sequence[str]], *, several: bool) -> int:
    """How many blank fields end every record that belong to no column: nothing stands there, in the header neither.

    One is a delimiter at the end of each record. Where several tables share a text, the widest pads the others.
    """
    width = len(heading.names)
    most = width - 1 if several else 1
    if heading.row is None or width < 2 or not body or any(len(row) != width for row in body):
        return 0
    count = 0
    while count < most and heading.names[width - 1 - count] == f"#{width - count}":
        if any(row[width - 1 - count].strip() for row in body):
            break
        count += 1
    return count


def _table(dialect: Dialect, part: Stretch, number: int, parts_found: int) -> Table:
    heading = find_heading(part.rows)
    body = [row for row in part.rows[heading.first :] if any(cell.strip() for cell in row)]
    trailing = _blank_ends(heading, body, several=parts_found > 1)
    if trailing:
        heading = replace(heading, names=heading.names[:-trailing])
        body = [row[:-trailing] for row in body]
    return described(
        name=part.caption if part.caption and number > 1 else "records" if number == 1 else f"records ({number})",
        format="delimited_text",
        heading=replace(heading, row=None if heading.row is None else part.before + heading.row),
        body=body,
        encoding=dialect.encoding.name,
        delimiter=dialect.delimiter,
        locator={
            "start": part.starts[heading.first],
            "end": part.end,
            "first_file_row": part.before + heading.first + 1,
            "quote": dialect.quote,
            "escape": dialect.escape,
            "line_end": dialect.line_end,
            "trailing": trailing,
            "unit": dialect.encoding.unit,
            "short_widths": list(sorted(accepted_short_widths(body, len(heading.names)))),
        },
    )


def _layout(table: Table) -> Layout:
    place = table.locator
    dialect = Dialect(
        Encoding(table.encoding or "utf-8", 0, int(str(place["unit"]))),
        table.delimiter or ",",
        str(place["quote"]),
        str(place["line_end"]),
        str(place.get("escape", "")),
    )
    widths, trailing = place["short_widths"], place.get("trailing")
    return Layout(
        dialect,
        len(table.columns),
        frozenset(int(str(width)) for width in widths) if isinstance(widths, list) else frozenset(),
        trailing if isinstance(trailing, int) else 0,
        commented=not table.columns[0].startswith("#"),
    )


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    end = table.locator.get("end")
    start = int(str(table.locator["start"]))
    return text_spans(path, start, span_bytes, _layout(table).dialect, None if end is None else int(str(end)))


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    with path.open("rb") as file:
        file.seek(span.start)
        content = file.read(span.end - span.start)
    yield from parts(read_block(content, _layout(table)))


FORMAT = Format(
    name="delimited_text",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b'Hostname;IP;Notes\r\nweb01;10.0.0.1;"two\r\nlines; one field"\r\n\r\nweb02;10.0.0.2;\r\n',
        (
            (
                "server",
                ("Hostname", "IP", "Notes"),
                (("web01", "10.0.0.1", "two\r\nlines; one field"), ("web02", "10.0.0.2", "")),
            ),
        ),
    ),
)
