"""Delimited text (CSV and its kin): any delimiter and encoding, streamed, with ragged rows set aside."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from muster.phases.data_import import encoding
from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.dialect import Dialect, fields, line_end
from muster.phases.data_import.encoding import Encoding
from muster.phases.data_import.format import Block, Example, Format, Span
from muster.phases.data_import.heading import Heading, find_heading
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.record_ends import record_ends
from muster.phases.data_import.separation import Separation, separation
from muster.phases.data_import.table_found import described
from muster.phases.data_import.text_block import Layout, accepted_short_widths, read_block
from muster.phases.data_import.text_spans import text_spans
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
    lines = text.splitlines()
    return separation("\n".join(lines if whole or len(lines) < 2 else lines[:-1]))


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = encoding.detect(path, head)
    whole = path.stat().st_size <= HEAD
    text = head[found.mark :].decode(found.name, errors="replace")
    dialect = Dialect(found, _separation_of(text, whole=whole).delimiter, line_end=line_end(text))
    starts, rows = _sample(head, dialect, whole=whole)
    heading = find_heading(rows)
    if not heading.names:
        raise FileEmpty(f"{path.name} holds only blank lines.")
    if len(heading.names) > limits.max_columns:
        raise FileTooLarge(f"{path.name} has {len(heading.names)} columns; max_columns is {limits.max_columns}.")
    return (_table(dialect, heading, starts, rows),)


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
            head[start:end]
            .decode(dialect.encoding.name, errors="replace")
            .removesuffix(dialect.line_end)
            .removesuffix("\r")
        )
        rows.append(fields(record, dialect.delimiter, "" if position in found.stray else dialect.quote))
    return starts, rows


def _table(dialect: Dialect, heading: Heading, starts: Sequence[int], rows: Sequence[Sequence[str]]) -> Table:
    body = [row for row in rows[heading.first :] if any(cell.strip() for cell in row)]
    return described(
        name="records",
        format="delimited_text",
        heading=heading,
        body=body,
        encoding=dialect.encoding.name,
        delimiter=dialect.delimiter,
        locator={
            "start": starts[heading.first],
            "first_file_row": heading.first + 1,
            "quote": dialect.quote,
            "line_end": dialect.line_end,
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
    )
    widths = place["short_widths"]
    return Layout(
        dialect,
        len(table.columns),
        frozenset(int(str(width)) for width in widths) if isinstance(widths, list) else frozenset(),
    )


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    return text_spans(path, int(str(table.locator["start"])), span_bytes, _layout(table).dialect)


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
