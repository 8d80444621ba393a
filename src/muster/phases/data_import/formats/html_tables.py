"""The tables of an HTML page: a report saved as a page, or a page under the name of a workbook."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from muster.phases.data_import.block_parts import parts
from muster.phases.data_import.format import Block, Example, Format, Rejected, Span
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.heading import find_heading
from muster.phases.data_import.tables.table_found import described
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.text_block import text_frame
from muster.vocabulary.errors import FileTooLarge, FormatUnknown
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Table

PAGE = late(
    r"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype html|html|head|body|table|style|title|meta|h\d|div)\b",
    re.DOTALL,
)
CHARSET = late(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
MOST_SPAN = 1_000  # columns or rows that one cell may fill
BLANKS = late(r"[ \t\r\n\u00a0]+")


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of the page: what stands above it, and its rows, where a cell over several places fills them all."""

    caption: str
    rows: list[list[str]]
    header: int


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lower()
    if not PAGE.match(text):
        return 0.0
    return 0.97 if "<table" in text else 0.3 if len(head) >= encoding.HEAD else 0.0


def _grids(path: Path) -> list[Grid]:
    """Every table that has two columns and a record, without those that only arrange others on the page."""
    content = path.read_bytes()
    declared = CHARSET.search(content[:4096])
    found = encoding.detect(path, content[: encoding.HEAD])
    name = _known(declared[1].decode()) if declared and found.unit == 1 and found.name != "utf-8" else found.name
    tree = LexborHTMLParser(content[found.mark :].decode(name, errors="replace").replace("\x00", "\ufffd"))
    grids = [_grid(node) for node in tree.css("table") if _holds_no_other(node)]
    return [grid for grid in grids if len(grid.rows) > 1 and max(map(len, grid.rows)) > 1]


def _holds_no_other(table: LexborNode) -> bool:
    return all(inner.mem_id == table.mem_id for inner in table.css("table"))


def _known(name: str) -> str:
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return "cp1252" if name.lower() in ("iso-8859-1", "latin1", "us-ascii") else name  # as browsers read it


def _grid(table: LexborNode) -> Grid:
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> rows that a cell from above still fills, and its text
    headed = 0
    for row in table.css("tr"):
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        if not cells:
            continue
        if len(rows) == headed and all(cell.tag == "th" for cell in cells):
            headed += 1
        rows.append(_placed(cells, hanging))
    caption = table.css_first("caption")
    return Grid(_text(caption) if caption is not None else _above(table), rows, headed)


def _placed(cells: Sequence[LexborNode], hanging: dict[int, tuple[int, str]]) -> list[str]:
    """The texts of a row's cells at their columns, with what hangs down from the rows above."""
    row: list[str] = []
    for cell in cells:
        _fill(row, hanging)
        text = _text(cell)
        down = _span(cell, "rowspan")
        for _place in range(_span(cell, "colspan")):
            if down > 1:
                hanging[len(row)] = (down - 1, text)
            row.append(text)
    _fill(row, hanging)
    return row


def _fill(row: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(row) in hanging:
        left, text = hanging.pop(len(row))
        if left > 1:
            hanging[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: LexborNode, name: str) -> int:
    said = (cell.attributes.get(name) or "1").strip()
    return min(int(said), MOST_SPAN) if said.isascii() and said.isdigit() and int(said) else 1


def _text(node: LexborNode) -> str:
    """The text of a node; line breaks of the page (br, paragraphs) part several values with a line break."""
    for line_break in node.css("br"):
        line_break.replace_with("\n")
    lines = [BLANKS.sub(" ", line).strip() for line in node.text(deep=True).split("\n")]
    return "\n".join(line for line in lines if line)


def _above(table: LexborNode) -> str:
    """The nearest heading right before the table."""
    before = table.prev
    for _step in range(4):
        if before is None:
            return ""
        if before.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "p", "b", "strong") and _text(before):
            return _text(before)[:100]
        before = before.prev
    return ""


def _tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    size = path.stat().st_size
    if size > limits.max_document_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; max_document_bytes is {limits.max_document_bytes}.")
    tables = [_table(number, grid) for number, grid in enumerate(_grids(path))]
    if not tables:
        raise FormatUnknown(
            f"{path.name} is a page without a table of records.", hint="Export the data as CSV or XLSX."
        )
    return tuple(tables)


def _table(number: int, grid: Grid) -> Table:
    heading = find_heading(grid.rows[:1000])
    body = [row for row in grid.rows[heading.first : heading.first + 1000] if any(row)]
    return described(
        name=grid.caption or (f"table {number + 1}" if number else "records"),
        format="html_tables",
        heading=heading,
        body=body,
        locator={
            "table": number,
            "first": heading.first,
            "records": len(grid.rows) - heading.first,
            "first_file_row": heading.first + 1,
        },
    )


def _spans(_path: Path, table: Table, _span_bytes: int) -> tuple[Span, ...]:
    """One span: a part of a page cannot be read by itself."""
    records = int(str(table.locator["records"]))
    return (Span(0, 0, records),) if records else ()


def _read(path: Path, table: Table, _span: Span) -> Iterator[Block]:
    grid = _grids(path)[int(str(table.locator["table"]))]
    yield from parts(_block(grid.rows[int(str(table.locator["first"])) :], len(table.columns)))


def _block(found: Sequence[list[str]], width: int) -> Block:
    """Shorter rows end in blank cells, as the page shows them; a wider one is refused."""
    rows: list[list[str]] = []
    places: list[int] = []
    rejected: list[Rejected] = []
    for place, cells in enumerate(found, 1):
        if not any(cells):
            continue
        if any(cells[width:]):
            rejected.append(Rejected(len(rows), tuple(cells), _wide(len(cells), width)))
        rows.append((cells + [""] * (width - len(cells)))[:width])
        places.append(place)
    return Block(text_frame(rows, width), tuple(places), len(found), tuple(rejected))


def _wide(cells: int, width: int) -> Issue:
    return Issue("ragged_row", f"{cells} cells under {width} headers.", "Look at that row of the page.")


FORMAT = Format(
    name="html_tables",
    recognise=_recognise,
    tables=_tables,
    spans=_spans,
    read=_read,
    example=Example(
        b"<html><head><title>Report</title></head><body><h2>Servers</h2><table>"
        b"<colgroup><col/><col/></colgroup><tr><th>Hostname</th><th>OS</th><th>IP</th></tr>"
        b"<tr><td>web01</td><td>AIX &amp; more</td><td>10.0.0.1<br>10.0.0.2</td></tr>"
        b"<tr><td>db01</td><td>RHEL</td><td></td></tr></table></body></html>",
        (
            (
                "server",
                ("Hostname", "OS", "IP"),
                (("web01", "AIX & more", "10.0.0.1\n10.0.0.2"), ("db01", "RHEL", "")),
            ),
        ),
    ),
)
