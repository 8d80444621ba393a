"""Tables drawn with bars: MySQL and psql output, Markdown, boxes of any style; one line or one ruled band a record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import Heading, column_names
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text.text_block import text_frame
from muster.phases.data_import.text.text_lines import (
    FirstLines,
    caption_above,
    first_lines,
    heading_above,
    line_spans,
    lines_of,
    lines_of_head,
)
from muster.vocabulary.errors import FormatUnknown
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

BARS = "|│┃║¦"
CROSSES = "+┼╋╬├┤┬┴┌┐└┘╞╡╪╔╗╚╝╠╣╦╩╟╢╫╤╧╭╮╯╰┏┓┗┛┣┫┳┻┡┩╇|:"
LINES = "-=─━═~"
RULE = late(rf"\s*[{CROSSES}]?(?:\s*:?[{LINES}]+:?\s*[{CROSSES}])+(?:\s*:?[{LINES}]+:?)?\s*")
BAR = late(rf"(?<!\\)[{BARS}]")
RULES = 3  # so many rules behind the header: one below each record


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table in the lines: header, first record, line behind the last (0-based), and how its records are drawn."""

    header: int
    first: int
    end: int
    names: tuple[str, ...]
    bars: tuple[int, ...]
    banded: bool


def _recognise(_path: Path, head: bytes) -> float:
    return 0.96 if _find(lines_of_head(head)) else 0.0


def _find(lines: Sequence[str]) -> list[Drawn]:
    """Every table whose header has bars and stands above a rule with as many columns."""
    found: list[Drawn] = []
    at = 0
    while at < len(lines):
        drawn = _drawn(lines, at) if _is_rule(lines[at]) else None
        if drawn is not None:
            found.append(drawn)
        at = drawn.end if drawn is not None else at + 1
    return found


def _is_rule(line: str) -> bool:
    return RULE.fullmatch(line) is not None and any(mark in line for mark in LINES)


def _drawn(lines: Sequence[str], rule: int) -> Drawn | None:
    """The table whose header stands right above this rule; the rule above a header is none of its own."""
    header = rule - 1
    if header < 0 or _is_rule(lines[header]) or not BAR.search(lines[header]):
        return None
    bars = tuple(at for at, mark in enumerate(lines[rule]) if mark in CROSSES and mark != ":")
    names = cells_of(lines[header], ())
    if len(names) < 2 or len(names) != len(cells_of(_as_record(lines[rule]), ())):
        return None
    end = _end(lines, rule, boxed=header > 0 and _is_rule(lines[header - 1]))
    body = lines[rule + 1 : end]
    fixed = _at(lines[header], bars) and all(_at(line, bars) for line in body[:50] if not _is_rule(line))
    return Drawn(
        header, rule + 1, end, column_names(names, len(names)), bars if fixed else (), _is_banded(lines[rule], body)
    )


def _is_banded(below_header: str, body: Sequence[str]) -> bool:
    """True where a rule stands below each record, not only below the last: then a record may have several lines."""
    rules = sum(_is_rule(line) for line in body)
    return rules >= RULES or rules > 1 and any(mark in below_header for mark in "=═━")


def _end(lines: Sequence[str], rule: int, *, boxed: bool) -> int:
    """The line behind the table: a box ends below its last rule, even if values break lines; others where bars end."""
    end = rule + 1
    while end < len(lines):
        is_rule = _is_rule(lines[end])
        if is_rule and boxed and (end + 1 == len(lines) or not BAR.search(lines[end + 1])):
            return end + 1
        header_follows = end + 1 < len(lines) and not is_rule and _is_rule(lines[end + 1]) and _opens(lines, end)
        if header_follows or not (is_rule or BAR.search(lines[end]) or boxed and lines[end].strip()):
            return end
        end += 1
    return end


def _opens(lines: Sequence[str], at: int) -> bool:
    """True for the header of another table below this one: two rules meet above it."""
    return at > 1 and _is_rule(lines[at - 1]) and _is_rule(lines[at - 2])


def _as_record(rule: str) -> str:
    """The rule with bars at its crosses."""
    return "".join("|" if mark in CROSSES and mark != ":" else mark for mark in rule)


def _at(line: str, bars: Sequence[int]) -> bool:
    return all(at < len(line) and line[at] in BARS for at in bars)


def cells_of(line: str, bars: Sequence[int]) -> list[str]:
    """The cells of a line: between the places of the bars where they stand there, else between any bars."""
    if bars and _at(line, bars):
        text = line.rstrip()
        places = [-1, *bars, len(text)] if bars[0] > len(line) - len(line.lstrip()) else [*bars, len(text)]
        cells = [text[left + 1 : right].strip() for left, right in zip(places, places[1:], strict=False)]
        return cells[:-1] if bars[-1] == len(text) - 1 else cells
    text = line.strip()
    text = text[1:] if text[:1] in BARS and text else text
    text = text[:-1] if text[-1:] in BARS and text and not text.endswith("\\|") else text
    return [cell.strip().replace("\\|", "|") for cell in BAR.split(text)]


def _tables(path: Path, _limits: Limits) -> tuple[Table, ...]:
    first = first_lines(path)
    found = _find([line.rstrip("\r") for line in first.lines])
    if not found:
        raise FormatUnknown(f"{path.name} has lines with bars, but no table in them.")
    return tuple(_table(first, table) for table in found)


def _table(first: FirstLines, drawn: Drawn) -> Table:
    lines = [line.rstrip("\r") for line in first.lines[drawn.first : drawn.end]]
    body = [cells for _place, cells in _records(lines, drawn.bars, banded=drawn.banded)]
    return described(
        name=heading_above(first.lines, drawn.header) or caption_above(first.lines, drawn.header) or "records",
        format="ruled_table",
        heading=Heading(drawn.header, drawn.first, drawn.names),
        body=body[:1000],
        encoding=first.encoding.name,
        delimiter="|",
        locator={
            **first.locator(drawn.first),
            "end": first.start(drawn.end) if drawn.end < len(first.lines) else first.size,
            "bars": list(drawn.bars),
            "banded": drawn.banded,
        },
    )


def _spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    """A record that fills a band of lines must not be cut, so such a table is one span."""
    return line_spans(path, table, 1 << 62 if table.locator["banded"] else span_bytes)


def _records(lines: Sequence[str], bars: Sequence[int], *, banded: bool) -> Iterator[tuple[int, list[str]]]:
    """1-based line and cells of each record; lines of one band are joined cell by cell. Other texts are one cell."""
    band: list[list[str]] = []
    begun = 0
    for place, line in enumerate([*lines, ""], 1):
        is_text = bool(line.strip()) and not _is_rule(line)
        if band and (not is_text or not banded):
            yield begun, ["\n".join(filter(None, column)) for column in zip(*_even(band), strict=True)]
            band = []
        if is_text:
            begun = begun if band else place
            band.append(cells_of(line, bars) if BAR.search(line) else [line.strip()])


def _even(band: Sequence[Sequence[str]]) -> list[list[str]]:
    width = max(map(len, band))
    return [[*row, *[""] * (width - len(row))] for row in band]


def _read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    place = table.locator["bars"]
    bars = tuple(int(str(at)) for at in place) if isinstance(place, list) else ()
    lines = lines_of(path, table, span)
    width = len(table.columns)
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    for at, found in _records(lines, bars, banded=bool(table.locator["banded"])):
        cells = [cell.replace("\x00", "\ufffd") for cell in found]
        if len(cells) != width:
            rejected.append(Rejected(len(rows), tuple(cells), _ragged(len(cells), width)))
        rows.append((cells + [""] * (width - len(cells)))[:width])
        places.append(at)
    yield from parts(Block(text_frame(rows, width), tuple(places), len(lines), tuple(rejected)))


def _ragged(cells: int, width: int) -> Issue:
    return Issue(
        "ragged_row",
        f"{cells} cells under {width} headers.",
        "Look for a bar inside a value, or a value with a line break; export the table as CSV.",
    )


FORMAT = Format(
    name="ruled_table",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b"+----------+------+----------+\n| hostname | os   | ip       |\n+----------+------+----------+\n"
        b"| web01    | AIX  | 10.0.0.1 |\n| db01     | RHEL | 10.0.0.2 |\n+----------+------+----------+\n",
        (("server", ("hostname", "os", "ip"), (("web01", "AIX", "10.0.0.1"), ("db01", "RHEL", "10.0.0.2"))),),
    ),
)
