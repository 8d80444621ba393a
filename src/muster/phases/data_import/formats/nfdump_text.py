"""The text that nfdump prints by default (line, long, extended): one flow a line, aligned, with a summary below."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import first_lines, line_spans, lines_of, lines_of_head
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

HEADER = late(r"^Date first seen\s+.*Duration\s+Proto\s+.*Src IP Addr:Port\s+.*Dst IP Addr:Port")
FLOW_LINE = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
AMOUNT = r"\d+(?:\.\d+)?(?: [KMGT])?"
# IPv6 ends are written address.port. Between ends and packets stand flags and type of service, where they are printed;
# behind the bytes of `extended` stand three rates.
FLOW = (
    r"^(?P<first>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\s+(?P<duration>[\d:.]+)\s+(?P<proto>\S+)\s+(?P<src>\S+?)"
    r"(?:[:.](?P<sport>\d+(?:\.\d+)?))?\s+<?->?\s+(?P<dst>\S+?)(?:[:.](?P<dport>\d+(?:\.\d+)?))?\s+"
    rf"(?:(?P<flags>[.A-Za-z]{{5,8}})\s+(?P<tos>\d+)\s+)?(?P<packets>{AMOUNT})\s+(?P<bytes>{AMOUNT})"
    rf"(?:\s+{AMOUNT}\s+{AMOUNT}\s+{AMOUNT})?\s+(?P<flows>\d+)\s*$"
)
PARTS = ("first", "duration", "proto", "src", "sport", "dst", "dport", "flags", "tos", "packets", "bytes", "flows")
COLUMNS = (
    "firstSeen", "duration", "proto", "srcAddr", "srcPort", "dstAddr", "dstPort", "flags", "srcTos", "packets", "bytes",
    "flows",
)  # fmt: skip


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()]
    return 0.99 if any(HEADER.match(line) for line in lines[:5]) else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    header = next(at for at, line in enumerate(first.lines) if HEADER.match(line))
    return (
        Table(
            name="flows",
            format="nfdump_text",
            record_kind="connection",
            columns=COLUMNS,
            encoding=first.encoding.name,
            header_row=header + 1,
            kind_reason="Lines as nfdump prints them: one flow each, with both ends.",
            locator=first.locator(header + 1),
        ),
    )


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    yield from parts(_block(lines_of(path, table, span)))


def _block(lines: list[str]) -> Block:
    """Headers of joined files and the summary are no records; a flow that is cut off is refused."""
    text = pl.DataFrame({"line": lines}, schema={"line": pl.String}).with_row_index("row", offset=1)
    read = text.filter(pl.col("line").str.contains(FLOW_LINE)).with_columns(
        pl.col("line").str.extract_groups(FLOW).alias("flow")
    )
    if read.is_empty():
        return Block(text_frame([], len(COLUMNS)), (), len(lines))
    field = pl.col("flow").struct.field
    frame = read.select(field(name).fill_null("").alias(str(at)) for at, name in enumerate(PARTS, 1))
    torn = read.with_row_index("at").filter(field("flows").is_null()).select("at", "line")
    rejected = tuple(Rejected(at, tuple(line.split()), _torn(line)) for at, line in torn.rows())
    return Block(frame, tuple(read["row"].to_list()), len(lines), rejected)


def _torn(line: str) -> Issue:
    return Issue(
        "ragged_row",
        f"{len(line.split())} words where nfdump prints a flow with its ends, packets and bytes.",
        "Print the flows again with nfdump -o csv.",
    )


FORMAT = Format(
    name="nfdump_text",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   Packets    Bytes "
        b"Flows\n"
        b"2025-10-09 08:53:20.123    55.000 TCP         10.0.0.1:50000 ->         10.0.0.2:443          10    1.2 M "
        b"    1\n"
        b"Summary: total flows: 1, total bytes: 1200000, total packets: 10, avg bps: 1, avg pps: 0, avg bpp: 120000\n",
        (
            (
                "connection",
                COLUMNS,
                (
                    ("2025-10-09 08:53:20.123", "55.000", "TCP", "10.0.0.1", "50000", "10.0.0.2", "443", "", "", "10",
                     "1.2 M", "1"),
                ),
            ),
        ),
    ),
)  # fmt: skip
