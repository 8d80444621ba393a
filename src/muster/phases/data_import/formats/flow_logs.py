"""AWS VPC flow logs as text: values parted by single blanks, below a line of field names in S3 and none elsewhere.

Without that line the fields are those of the default format, or as many as their values tell of a custom one.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text.flow_fields import flow_fields
from muster.phases.data_import.text.text_lines import first_lines, line_spans, lines_of, lines_of_head
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

# Amazon VPC User Guide, "Flow log records": the default format, which is that of version 2.
DEFAULT = (
    "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets",
    "bytes", "start", "end", "action", "log-status",
)  # fmt: skip
NAMES = late(r"(?=.*\b(?:srcaddr|dstaddr)\b)[a-z][a-z0-9-]*(?: [a-z][a-z0-9-]*){3,}")
RECORD = late(r"(?:\S+ )?\d+ (?:\d{12}|unknown) \S+ \S+ \S+ (?:(?:\d+|-) ){5}\d+ \d+ \S+ (?:OK|NODATA|SKIPDATA)")


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()]
    if lines and NAMES.fullmatch(lines[0]):
        return 0.97
    records = sum(RECORD.fullmatch(line) is not None for line in lines[:200])
    if records and records * 10 >= min(len(lines), 200) * 8:
        return 0.97
    return 0.96 if flow_fields(lines[:-1] if len(lines) > 1 else lines) else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    lines = [line.rstrip("\r") for line in first.lines]
    top = next(at for at, line in enumerate(lines) if line.strip())
    named = NAMES.fullmatch(lines[top]) is not None
    # CloudWatch writes the time of arrival before each record.
    stamped = not named and len(lines[top].split(" ")) == len(DEFAULT) + 1
    columns = tuple(lines[top].split(" ")) if named else (("timestamp", *DEFAULT) if stamped else DEFAULT)
    if not named and not any(RECORD.fullmatch(line) for line in lines[top : top + 200]):
        columns = flow_fields([line for line in lines[top:] if line.strip()]) or columns
    return (
        described(
            name="flows",
            format="flow_logs",
            heading=Heading(top if named else None, top + named, columns),
            body=[line.split(" ") for line in lines[top + named : top + 1000]],
            encoding=first.encoding.name,
            delimiter=" ",
            locator=first.locator(top + named),
            named=True,
        ),
    )


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    yield from parts(_block(lines_of(path, table, span), table.columns))


def _block(lines: Sequence[str], columns: Sequence[str]) -> Block:
    """Blank lines are no records; nor is the line of names, which each of several files that were joined has."""
    width = len(columns)
    text = pl.DataFrame({"line": lines}, schema={"line": pl.String}).with_row_index("place", offset=1)
    told = text.filter(pl.col("line").str.contains(r"\S") & (pl.col("line") != " ".join(columns)))
    clean = pl.col("line").str.replace_all("\x00", "\ufffd", literal=True)
    # One part more than there are columns holds whatever is left of a line that is too long.
    split = told.with_columns(clean.alias("line"), clean.str.splitn(" ", width + 1).alias("cells"))
    cells = [pl.col("cells").struct.field(f"field_{at}") for at in range(width + 1)]
    frame = split.select(cell.fill_null("").alias(str(at)) for at, cell in enumerate(cells[:-1], 1))
    torn = split.with_row_index("at").filter(cells[-2].is_null() | cells[-1].is_not_null()).select("at", "line")
    rejected = tuple(
        Rejected(at, tuple(line.split(" ")), _ragged(line.count(" ") + 1, width)) for at, line in torn.iter_rows()
    )
    return Block(frame, tuple(split["place"].to_list()), len(lines), rejected)


def _ragged(cells: int, width: int) -> Issue:
    return Issue(
        "ragged_row", f"{cells} values under {width} fields.", "Import flow logs of each format by themselves."
    )


FORMAT = Format(
    name="flow_logs",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"2 123456789012 eni-0a1 10.0.0.1 10.0.0.2 49152 443 6 10 840 1700000000 1700000060 ACCEPT OK\n"
        b"2 123456789012 eni-0a1 - - - - - - - 1700000000 1700000060 - NODATA\n",
        (
            (
                "connection",
                DEFAULT,
                (
                    ("2", "123456789012", "eni-0a1", "10.0.0.1", "10.0.0.2", "49152", "443", "6", "10", "840",
                     "1700000000", "1700000060", "ACCEPT", "OK"),
                    ("2", "123456789012", "eni-0a1", *["-"] * 7, "1700000000", "1700000060", "-", "NODATA"),
                ),
            ),
        ),
    ),
)  # fmt: skip
