"""The open internet sockets that lsof lists: one a line, both ends and the state in its last column."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text.host_sections import MARK, Section, host_sections, own_addresses
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import FirstLines, first_lines, line_spans, lines_of, lines_of_head
from muster.vocabulary.errors import FileEmpty
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

PRINTED = ("COMMAND", "PID", "USER", "FD", "TYPE", "DEVICE", "SIZE/OFF", "NODE", "NAME")
# NAME holds three facts; they stand beside it under the names that ss gives them.
COLUMNS = (*PRINTED, "Local Address:Port", "Peer Address:Port", "State")
HEADER = late(r"^\s*COMMAND\s+PID\s+(?:.*\s)?USER\s+FD\s+TYPE\s+DEVICE\s")
LINE = (
    r"^(?P<command>\S+)\s+(?P<pid>\d+)\s+(?:\d+\s+){0,2}(?:(?P<task>\S+)\s+)?(?P<user>\S+)\s+(?P<fd>\d+\w?)\s+"
    r"(?P<type>IPv4|IPv6|inet|sock)\s+(?P<device>\S+)\s+(?:(?P<size>\S+)\s+)?(?P<node>TCP|UDP|UDPLITE|SCTP|ICMP\w*)\s+"
    r"(?P<name>\S.*?)\s*$"
)
INTERNET = late(LINE.replace("(?P<task>", "(?:"))
SOCKET_LINE = r"\s(?:IPv4|IPv6)\s.*\s(?:TCP|UDP)\b"
ENDS = r"^(\S+?)(?:->(\S+))?(?:\s+\(([A-Z_0-9 ]+)\))?$"


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip() and not MARK.match(line)]
    if any(HEADER.match(line) for line in lines[:30]):
        return 0.99
    sockets = sum(bool(INTERNET.match(line)) for line in lines[:200])
    return 0.96 if sockets and sockets * 10 > min(len(lines), 200) * 4 else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    found = [_with_addresses(path, _of_section(section, first)) for section in host_sections(path, first)]
    held = tuple(table for table in found if table is not None)
    if not held:
        raise FileEmpty(f"{path.name} lists no internet sockets.", hint="Run lsof -nP -i to have them listed.")
    return held


def _of_section(section: Section, first: FirstLines) -> Table:
    header = next((at for at, line in enumerate(section.lines[:100]) if HEADER.match(line)), None)
    return Table(
        name=section.host or "sockets",
        format="lsof_dump",
        record_kind="connection",
        columns=COLUMNS,
        encoding=first.encoding.name,
        header_row=None if header is None else section.row + header + 1,
        kind_reason="Lines as lsof prints them: one open internet socket each, with its ends in the last column.",
        locator=section.locator(0 if header is None else header + 1, first.encoding),
    )


def _with_addresses(path: Path, table: Table) -> Table | None:
    """Add `local_addresses` to the locator: the dump does not name its host, its local ends do. None: no socket."""
    local = str(COLUMNS.index("Local Address:Port") + 1)
    blocks = (block for span in line_spans(path, table, 4 << 20) for block in _read(path, table, span))
    records, addresses = own_addresses((block.frame.get_column(local) for block in blocks), r":[^:]*$")
    return replace(table, locator={**table.locator, "local_addresses": addresses}) if records else None


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    yield from parts(_block(lines_of(path, table, span)))


def _block(lines: list[str]) -> Block:
    """Open files, pipes and UNIX sockets have no addresses and are no records; a cut-off internet socket is refused."""
    text = pl.DataFrame({"line": lines}, schema={"line": pl.String}).with_row_index("row", offset=1)
    read = text.with_columns(pl.col("line").str.extract_groups(LINE).alias("lsof"))
    names = ("command", "pid", "user", "fd", "type", "device", "size", "node", "name")
    part = {name: pl.col("lsof").struct.field(name).fill_null("") for name in names}
    fits = pl.col("lsof").struct.field("name").is_not_null()
    ends = [part["name"].str.extract(ENDS, group).fill_null("") for group in (1, 2, 3)]
    found = read.with_columns(fits.alias("fits")).filter(pl.col("fits") | pl.col("line").str.contains(SOCKET_LINE))
    rejected = tuple(
        Rejected(ordinal, tuple(line.split()), _torn(line))
        for ordinal, line in found.with_row_index("ordinal").filter(~pl.col("fits")).select("ordinal", "line").rows()
    )
    frame = found.select(value.alias(str(at)) for at, value in enumerate((*part.values(), *ends), 1))
    return Block(
        frame if frame.height else text_frame([], len(COLUMNS)),
        tuple(found.get_column("row").to_list()),
        len(lines),
        rejected,
    )


def _torn(line: str) -> Issue:
    return Issue(
        "ragged_row",
        f"{len(line.split())} words where lsof prints command, process, user, descriptor, type, device, size, protocol "
        "and ends.",
        "The line is cut off; list again with lsof -nP -i and without a narrow terminal.",
    )


FORMAT = Format(
    name="lsof_dump",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"COMMAND   PID USER   FD   TYPE DEVICE SIZE/OFF NODE NAME\n"
        b"sshd      812 root    3u  IPv4  20195      0t0  TCP *:22 (LISTEN)\n"
        b"java     4711 app    45u  IPv6  33771      0t0  TCP 10.1.0.4:49152->10.1.0.9:5432 (ESTABLISHED)\n",
        (
            (
                "connection",
                COLUMNS,
                (
                    ("sshd", "812", "root", "3u", "IPv4", "20195", "0t0", "TCP", "*:22 (LISTEN)", "*:22", "", "LISTEN"),
                    (
                        "java", "4711", "app", "45u", "IPv6", "33771", "0t0", "TCP",
                        "10.1.0.4:49152->10.1.0.9:5432 (ESTABLISHED)", "10.1.0.4:49152", "10.1.0.9:5432", "ESTABLISHED",
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip
