"""The text that ss and netstat print: one socket a line, columns aligned with blanks."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from muster.phases.data_import import encoding
from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.dialect import Dialect
from muster.phases.data_import.encoding import Encoding
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text_block import text_frame
from muster.phases.data_import.text_spans import text_spans
from muster.vocabulary.errors import FileEmpty
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Table

COLUMNS = ("Netid", "State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port", "Process")
GROUPS = ("netid", "state", "recv", "send", "local", "peer", "process")
HEADER = re.compile(
    r"^\s*(?:Netid\s+)?State\s+Recv-Q\s+Send-Q\s+Local Address|"
    r"^\s*Proto\s+(?:Recv-Q\s+Send-Q\s+)?Local Address\s+(?:Foreign|\(?Peer)"
)
PROTOCOL = r"(?:tcp|udp|udplite|raw|icmp|sctp|dccp|mptcp|tcplite)(?:6|46)?"
END = r"(?:\S*:\S+|\*)"
# ss: netid state queues ends process; -t or -u alone leave the netid out.
SS = (
    rf"^\s*(?:(?P<netid>(?i:{PROTOCOL}))\s+)?(?P<state>LISTEN|ESTAB|UNCONN|[A-Z]{{3,5}}[-_]?[A-Z0-9]*(?:-[A-Z0-9]+)?)"
    rf"\s+(?P<recv>\d+)\s+(?P<send>\d+)\s+(?P<local>{END})\s+(?P<peer>{END})\s*(?P<process>\S.*?)?\s*$"
)
# netstat: protocol (queues) ends state process; UDP has no state, Windows no queues.
NETSTAT = (
    rf"^\s*(?P<netid>(?i:{PROTOCOL}))\s+(?:(?P<recv>\d+)\s+(?P<send>\d+)\s+)?(?P<local>{END})\s+(?P<peer>{END})"
    r"(?:\s+(?P<state>[A-Z][A-Z_0-9]{2,}))?\s*(?P<process>\S.*?)?\s*$"
)
SOCKET_LINE = re.compile(rf"^\s*(?i:{PROTOCOL})\s")
ENDS = re.compile(rf"{SS}|{NETSTAT.replace('?P<', '?P<other_')}")
MOST_ADDRESSES = 1_000


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in _text(head, encoding.of_head(head)).splitlines() if line.strip()]
    if any(HEADER.match(line) for line in lines[:30]):
        return 0.99
    sockets = sum(bool(ENDS.match(line)) for line in lines[:200])
    return 0.95 if sockets and sockets * 10 > min(len(lines), 200) * 6 else 0.0


def _text(content: bytes, found: Encoding) -> str:
    return content[found.mark :].decode(found.name, errors="replace")


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    with path.open("rb") as file:
        head = file.read(encoding.HEAD)
    found = encoding.detect(path, head)
    lines = _text(head, found).split("\n")
    header = next((at for at, line in enumerate(lines[:100]) if HEADER.match(line)), None)
    first = 0 if header is None else header + 1
    start = found.mark + len("".join(f"{line}\n" for line in lines[:first]).encode(found.name))
    table = Table(
        name="sockets",
        format="socket_dump",
        record_kind="connection",
        columns=COLUMNS,
        encoding=found.name,
        header_row=None if header is None else header + 1,
        kind_reason="Lines as ss and netstat print them: one socket each, with a local and a peer address.",
        locator={"start": min(start, path.stat().st_size), "first_file_row": first + 1, "unit": found.unit},
    )
    return (_with_addresses(path, table),)


def _with_addresses(path: Path, table: Table) -> Table:
    """Add `local_addresses` to the locator: the dump does not name its host, its local ends do."""
    addresses: dict[str, None] = {}
    records = 0
    for span in _spans(path, table, 4 << 20):
        for block in _read(path, table, span):
            records += block.frame.height
            ends = (
                block.frame.get_column("5").str.replace(r":[^:]*$", "").str.replace(r"%.*$", "").str.strip_chars("[]")
            )
            addresses.update(dict.fromkeys(ends.unique(maintain_order=True).to_list()))
    if not records:
        raise FileEmpty(f"{path.name} lists no sockets.")
    own = [
        address
        for address in addresses
        if address not in ("", "*", "0.0.0.0", "::") and not address.startswith(("127.", "::1"))
    ]
    return replace(table, locator={**table.locator, "local_addresses": list(own[:MOST_ADDRESSES])})


def _dialect(table: Table) -> Dialect:
    return Dialect(Encoding(table.encoding or "utf-8", 0, int(str(table.locator["unit"]))), "\t", quote="")


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    return text_spans(path, int(str(table.locator["start"])), span_bytes, _dialect(table))


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    with path.open("rb") as file:
        file.seek(span.start)
        text = file.read(span.end - span.start).decode(table.encoding or "utf-8", errors="replace")
    yield from parts(_block(text.removesuffix("\n").split("\n")))


def _block(lines: list[str]) -> Block:
    """Titles, headers of later sections and sockets without addresses (UNIX domain) are no records."""
    text = pl.DataFrame({"line": lines}).with_row_index("row", offset=1)
    read = text.with_columns(
        pl.col("line").str.extract_groups(SS).alias("ss"), pl.col("line").str.extract_groups(NETSTAT).alias("netstat")
    )
    ends = [
        pl.coalesce(*(pl.col(form).struct.field(name) for form in ("ss", "netstat"))).fill_null("").alias(name)
        for name in GROUPS
    ]
    fits = pl.col("ss").struct.field("local").is_not_null() | pl.col("netstat").struct.field("local").is_not_null()
    torn = ~fits & pl.col("line").str.contains(SOCKET_LINE.pattern)
    found = read.select("row", "line", *ends, torn.alias("torn"), fits.alias("fits")).filter(
        pl.col("torn") | pl.col("fits")
    )
    rejected = tuple(
        Rejected(ordinal, tuple(line.split()), _torn(line))
        for ordinal, line in found.with_row_index("ordinal").filter("torn").select("ordinal", "line").rows()
    )
    frame = (
        text_frame([], 7)
        if not found.height
        else found.select(pl.col(name).alias(str(at)) for at, name in enumerate(GROUPS, 1))
    )
    return Block(frame, tuple(found.get_column("row").to_list()), len(lines), rejected)


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
    spans=_spans,
    read=_read,
    example=Example(
        b"Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n"
        b'tcp   LISTEN 0      128    0.0.0.0:22          0.0.0.0:*         users:(("sshd",pid=7,fd=3))\n'
        b"tcp   ESTAB  0      0      10.1.0.4:49152      10.1.0.9:5432\n",
        (
            (
                "connection",
                COLUMNS,
                (
                    ("tcp", "LISTEN", "0", "128", "0.0.0.0:22", "0.0.0.0:*", 'users:(("sshd",pid=7,fd=3))'),
                    ("tcp", "ESTAB", "0", "0", "10.1.0.4:49152", "10.1.0.9:5432", ""),
                ),
            ),
        ),
    ),
)
