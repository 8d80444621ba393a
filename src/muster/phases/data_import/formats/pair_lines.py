"""Lines of `name=value` pairs about connections: conntrack and /proc/net/nf_conntrack, and the logs of FortiGate."""

from collections.abc import Iterator, Sequence
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

VALUE = r'(?:"(?:[^"\\]|\\.)*"|[^\s"]*)'
PAIR = late(rf"(?:^|(?<=\s))([A-Za-z_][\w.-]*)=({VALUE})(?=\s|$)")
ENDS = (frozenset({"src", "dst"}), frozenset({"srcip", "dstip"}))
PROTOCOL = r"^(?:ipv[46]\s+\d+\s+)?(tcp|udp|icmpv?6?|sctp|gre|dccp|udplite)\s"
ENOUGH = 0.8
LOOKED_AT = 1_000
TEXT = "text"  # the whole line: pairs that only later lines have stay readable


def _names(line: str) -> tuple[str, ...]:
    """The names of a line's pairs; one that comes again, as in the answer's half of conntrack, is numbered."""
    seen: dict[str, int] = {}
    names = []
    for name in (found[1] for found in PAIR.finditer(line)):
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(names)


def _tells(line: str) -> bool:
    return any(ends <= set(_names(line)) for ends in ENDS)


def _recognise(_path: Path, head: bytes) -> float:
    lines = [line for line in lines_of_head(head) if line.strip()][:200]
    told = sum(map(_tells, lines))
    return 0.98 if told and told >= ENOUGH * len(lines) else 0.0


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    lines = [line for line in first.lines if line.strip()][:LOOKED_AT]
    names = list(dict.fromkeys(name for line in lines for name in _names(line)))
    columns = names if "proto" in names else ["proto", *names]
    return (
        Table(
            name="connections",
            format="pair_lines",
            record_kind="connection",
            columns=(*columns, TEXT),
            encoding=first.encoding.name,
            header_row=None,
            kind_reason="Lines of pairs, with the addresses of two ends in each.",
            locator=first.locator(0),
        ),
    )


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    lines = [line.replace("\x00", "\ufffd") for line in lines_of(path, table, span)]
    yield from parts(_block(lines, table.columns))


def _block(lines: Sequence[str], columns: Sequence[str]) -> Block:
    places = tuple(place for place, line in enumerate(lines, 1) if line.strip())
    if not places:
        return Block(text_frame([], len(columns)), (), len(lines))
    text = pl.DataFrame({"line": [lines[place - 1] for place in places]})
    frame = text.select(_value(name).alias(str(at)) for at, name in enumerate(columns, 1))
    torn = text.with_row_index("at").filter(~pl.any_horizontal(_has(ends) for ends in ENDS))
    rejected = tuple(Rejected(at, tuple(line.split()), _torn(line)) for at, line in torn.rows())
    return Block(frame, places, len(lines), rejected)


def _value(name: str) -> pl.Expr:
    line = pl.col("line")
    if name == TEXT:
        return line.str.strip_chars("\r")
    plain, _, number = name.rpartition("_")
    again = number.isdigit() and plain != ""
    found = line.str.extract(_pattern(plain, int(number)) if again else _pattern(name, 1)).str.strip_chars('"')
    if name == "proto":
        found = pl.coalesce(found, line.str.extract(PROTOCOL))
    return found.fill_null("")


def _pattern(name: str, nth: int) -> str:
    """Of the n-th pair of this name; the engine knows no look-around, so signs before it are taken along."""
    begin = rf"(?:^|\s){name.replace('.', '[.]')}="
    return rf"^(?:.*?{begin}\S*){{{nth - 1}}}.*?{begin}({VALUE})(?:\s|$)"


def _has(names: frozenset[str]) -> pl.Expr:
    return pl.all_horizontal(pl.col("line").str.contains(rf"(?:^|\s){name}=\S") for name in sorted(names))


def _torn(line: str) -> Issue:
    return Issue(
        "ragged_row",
        f"{len(line.split())} words without the addresses of both ends.",
        "The line is cut off or of another kind; export the log again.",
    )


FORMAT = Format(
    name="pair_lines",
    recognise=_recognise,
    tables=_tables,
    spans=line_spans,
    read=_read,
    example=Example(
        b"tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=50000 dport=443 src=10.0.0.2 dst=10.0.0.1 "
        b"sport=443 dport=50000 [ASSURED] use=1\n",
        (
            (
                "connection",
                ("proto", "src", "dst", "sport", "dport", "src_2", "dst_2", "sport_2", "dport_2", "use", "text"),
                (
                    (
                        *("tcp", "10.0.0.1", "10.0.0.2", "50000", "443", "10.0.0.2", "10.0.0.1", "443", "50000", "1"),
                        "tcp      6 431999 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=50000 dport=443 src=10.0.0.2 "
                        "dst=10.0.0.1 sport=443 dport=50000 [ASSURED] use=1",
                    ),
                ),
            ),
        ),
    ),
)
