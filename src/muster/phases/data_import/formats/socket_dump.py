"""The text that ss and netstat print on Linux, Windows, macOS and AIX: one socket a line, aligned with blanks."""

from collections.abc import Iterator, Sequence
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

# What each tool calls its columns, and which part of a line stands in them.
FORMS = {
    "ss": (
        ("Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process"),
        ("netid", "state", "recv", "send", "local", "peer", "process"),
    ),
    "netstat": (
        ("Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State", "PID/Program name"),
        ("netid", "recv", "send", "local", "peer", "state", "process"),
    ),
    "windows": (
        ("Proto", "Local Address", "Foreign Address", "State", "PID"),
        ("netid", "local", "peer", "state", "process"),
    ),
}
HEADER = late(
    r"^\s*(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address|"
    r"^\s*(?:Active )?Proto\s+(?:Recv-Q\s+Send-Q\s+)?(?:Local Address\s+(?:Foreign|\(?Peer|Remote)|Lokale Adresse|"
    r"Adresse locale|Dirección local|Endereço [Ll]ocal|Indirizzo locale)"
)
PROTOCOL = r"(?:tcp|udp|udplite|raw|icmp|sctp|dccp|mptcp|tcplite)(?:6|46|4)?"
# address:port of Linux and Windows, address.port of BSD, macOS and AIX
END = r"(?:\S*:\S+|(?:\d+\.){4}(?:\d+|\*)|\*\.(?:\d+|\*|[a-z][\w-]*)|\*|[\da-fA-F:]+(?:%\w+)?\.(?:\d+|\*)|[\w-]+\.\d+)"
# ss: netid state queues ends process; -t or -u alone leave the netid out.
SS = (
    rf"^\s*(?:(?P<netid>(?i:{PROTOCOL}))\s+)?(?P<state>LISTEN|ESTAB|UNCONN|[A-Z]{{3,5}}[-_]?[A-Z0-9]*(?:-[A-Z0-9]+)?)"
    rf"\s+(?P<recv>\d+)\s+(?P<send>\d+)\s+(?P<local>{END})\s+(?P<peer>{END})\s*(?P<process>\S.*?)?\s*$"
)
# netstat: protocol (queues) ends state process; UDP has no state, Windows no queues.
NETSTAT = (
    rf"^\s*(?P<netid>(?i:{PROTOCOL}))\s+(?:(?P<recv>\d+)\s+(?P<send>\d+)\s+)?(?P<local>{END})\s+(?P<peer>{END})"
    r"(?:\s+(?P<state>[A-ZÀ-Ý][A-ZÀ-Ý_0-9]{2,}))?\s*(?P<process>\S.*?)?\s*$"
)
SOCKET_LINE = rf"^\s*(?i:{PROTOCOL})\s"
OWNER = r"^\s*(\[[^\]]+\])\s*$"  # netstat -b writes the program below its socket
ENDS = late(rf"{SS}|{NETSTAT.replace('?P<', '?P<other_')}")
GROUPS = ("netid", "state", "recv", "send", "local", "peer", "process")
PORT = r"[:.][^:.]*$"


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip() and not MARK.match(line)]
    if any(HEADER.match(line) for line in lines[:30]):
        return 0.99
    sockets = sum(bool(ENDS.match(line)) for line in lines[:200])
    return 0.95 if sockets and sockets * 10 > min(len(lines), 200) * 4 else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    sections = host_sections(path, first)
    found = [_with_addresses(path, _of_section(section, first)) for section in sections]
    held = tuple(table for table in found if table is not None)
    if not held:
        raise FileEmpty(f"{path.name} lists no sockets.")
    return held


def _of_section(section: Section, first: FirstLines) -> Table:
    lines = section.lines
    header = next((at for at, line in enumerate(lines[:100]) if HEADER.match(line)), None)
    form = _form(lines)
    below = 0 if header is None else header + 1
    return Table(
        name=section.host or "sockets",
        format="socket_dump",
        record_kind="connection",
        columns=FORMS[form][0],
        encoding=first.encoding.name,
        header_row=None if header is None else section.row + header + 1,
        kind_reason="Lines as ss and netstat print them: one socket each, with a local and a peer address.",
        locator={**section.locator(below, first.encoding), "form": form},
    )


def _form(lines: Sequence[str]) -> str:
    for line in lines[:500]:
        if (header := HEADER.match(line)) and not line.lstrip().startswith(("Proto", "Active")):
            return "ss"
        if header:
            return "netstat" if "Recv-Q" in line else "windows"
        if found := ENDS.match(line):
            return "ss" if found["local"] else "netstat" if found["other_recv"] else "windows"
    return "netstat"


def _with_addresses(path: Path, table: Table) -> Table | None:
    """Add `local_addresses` to the locator: the dump does not name its host, its local ends do. None: no socket."""
    local = FORMS[str(table.locator["form"])][1].index("local") + 1
    blocks = (block for span in line_spans(path, table, 4 << 20) for block in _read(path, table, span))
    records, addresses = own_addresses((block.frame.get_column(str(local)) for block in blocks), PORT)
    return replace(table, locator={**table.locator, "local_addresses": addresses}) if records else None


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    yield from parts(_block(lines_of(path, table, span), FORMS[str(table.locator.get("form", "ss"))][1]))


def _block(lines: list[str], groups: Sequence[str]) -> Block:
    """Titles, headers of later sections and sockets without addresses (UNIX domain) are no records."""
    found = _sockets(lines)
    rejected = tuple(
        Rejected(ordinal, tuple(line.split()), _torn(line))
        for ordinal, line in found.with_row_index("ordinal").filter("torn").select("ordinal", "line").rows()
    )
    frame = (
        found.select(pl.col(name).alias(str(at)) for at, name in enumerate(groups, 1))
        if found.height
        else text_frame([], len(groups))
    )
    return Block(frame, tuple(found.get_column("row").to_list()), len(lines), rejected)


def _sockets(lines: list[str]) -> pl.DataFrame:
    """The lines that tell of a socket: row, line, the parts of it, and whether it is torn."""
    text = pl.DataFrame({"line": lines}, schema={"line": pl.String}).with_row_index("row", offset=1)
    read = text.with_columns(
        pl.col("line").str.extract_groups(SS).alias("ss"),
        pl.col("line").str.extract_groups(NETSTAT).alias("netstat"),
        pl.col("line").str.extract(OWNER).alias("owner"),
    )
    parts_of_line = [
        pl.coalesce(*(pl.col(form).struct.field(name) for form in ("ss", "netstat"))).fill_null("").alias(name)
        for name in GROUPS
    ]
    fits = pl.col("ss").struct.field("local").is_not_null() | pl.col("netstat").struct.field("local").is_not_null()
    torn = ~fits & pl.col("line").str.contains(SOCKET_LINE)
    told = read.select("row", "line", "owner", *parts_of_line, torn.alias("torn"), fits.alias("fits"))
    owned = told.with_columns(pl.col("owner").drop_nulls().first().over(pl.col("fits").cum_sum()))
    process = pl.concat_str(
        pl.col("process"),
        pl.when(pl.col("process") == "").then("owner").otherwise(" " + pl.col("owner")),
        ignore_nulls=True,
    )
    return owned.filter(pl.col("torn") | pl.col("fits")).with_columns(process.alias("process"))


def _torn(line: str) -> Issue:
    return Issue(
        "ragged_row",
        f"{len(line.split())} words where a socket has a local and a peer address.",
        "The line is cut off or wrapped; dump again with a wider terminal or ss -O.",
    )


FORMAT = Format(
    name="socket_dump",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"
        b'tcp   LISTEN 0      128    0.0.0.0:22          0.0.0.0:*         users:(("sshd",pid=7,fd=3))\n'
        b"tcp   ESTAB  0      0      10.1.0.4:49152      10.1.0.9:5432\n",
        (
            (
                "connection",
                FORMS["ss"][0],
                (
                    ("tcp", "LISTEN", "0", "128", "0.0.0.0:22", "0.0.0.0:*", 'users:(("sshd",pid=7,fd=3))'),
                    ("tcp", "ESTAB", "0", "0", "10.1.0.4:49152", "10.1.0.9:5432", ""),
                ),
            ),
        ),
    ),
)
