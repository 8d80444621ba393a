"""Lines of words with blanks between them and no header that tell two addresses and how one spoke to the other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.kinds.kind_ends import connecting
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import first_lines, line_spans, lines_of, lines_of_head
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table

SURE = 0.6  # formats that know the tool go before
LOOKED_AT = 200
MOST_WORDS = 30
NO_HEADER = Issue(
    "no_header",
    "No row names the columns; they are called #1, #2 and so on.",
    "Say which row is the header, or map the columns by position.",
)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many words all of these lines have; 0 where they differ."""
    widths = set(map(len, rows))
    return widths.pop() if len(widths) == 1 else 0


def _recognise(_path: Path, head: bytes) -> float:
    rows = [line.split() for line in lines_of_head(head) if line.strip()][:LOOKED_AT]
    if not 2 < _width(rows) <= MOST_WORDS or any(sign in line for row in rows for line in row for sign in ',;|"'):
        return 0.0
    return SURE if connecting(rows) else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    width = len(next(line for line in first.lines if line.strip()).split())
    return (
        Table(
            name="connections",
            format="blank_separated_flows",
            record_kind="connection",
            columns=tuple(f"#{at}" for at in range(1, width + 1)),
            encoding=first.encoding.name,
            header_row=None,
            kind_reason="Each line has two addresses and a port or a protocol.",
            locator=first.locator(0),
            warnings=(NO_HEADER,),
        ),
    )


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    yield from parts(_block(lines_of(path, table, span), len(table.columns)))


def _block(lines: Sequence[str], width: int) -> Block:
    places = tuple(place for place, line in enumerate(lines, 1) if line.strip())
    if not places:
        return Block(text_frame([], width), (), len(lines))
    text = pl.DataFrame({"line": [lines[place - 1].replace("\x00", "\ufffd") for place in places]})
    words = text.select(pl.col("line").str.extract_all(r"\S+").alias("words"))
    frame = words.select(
        pl.col("words").list.get(at, null_on_oob=True).fill_null("").alias(str(at + 1)) for at in range(width)
    )
    torn = text.with_row_index("at").filter(words["words"].list.len() != width)
    rejected = tuple(Rejected(at, tuple(line.split()), _torn(line, width)) for at, line in torn.rows())
    return Block(frame, places, len(lines), rejected)


def _torn(line: str, width: int) -> Issue:
    return Issue(
        "ragged_row",
        f"{len(line.split())} words where the first line has {width}.",
        "Correct the line in the source and import the file again.",
    )


FORMAT = Format(
    name="blank_separated_flows",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"10.0.0.5 10.0.1.7 443 tcp\n10.0.0.6  10.0.1.9 1521 tcp\n",
        (
            (
                "connection",
                ("#1", "#2", "#3", "#4"),
                (("10.0.0.5", "10.0.1.7", "443", "tcp"), ("10.0.0.6", "10.0.1.9", "1521", "tcp")),
            ),
        ),
    ),
)
