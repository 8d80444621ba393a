"""Text that is read line by line: its first lines, where they start, and the lines of a span."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.format import Span
from muster.phases.data_import.text import encoding
from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.text_spans import text_spans
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import Json, Table

HEAD = 1 << 20
LONGEST_CAPTION = 80
MOST_BETWEEN = 30  # lines of text between a heading and its table
HEADING = late(r"#{1,6}\s+(.*?)[\s#]*$")


@dataclass(frozen=True, slots=True)
class FirstLines:
    """The first lines of a file without their line ends; `whole` says that there are no others."""

    encoding: Encoding
    lines: tuple[str, ...]
    whole: bool
    size: int

    def start(self, line: int) -> int:
        """The byte at which a line (0-based) starts."""
        text = "".join(f"{entry}\n" for entry in self.lines[:line])
        return min(self.size, self.encoding.mark + len(text.encode(self.encoding.name, errors="replace")))

    def locator(self, line: int) -> dict[str, Json]:
        """Where records begin, for a table whose first record is this line (0-based)."""
        return {"start": self.start(line), "first_file_row": line + 1, "unit": self.encoding.unit}


def lines_of_head(head: bytes) -> list[str]:
    """The lines in the first bytes of a file, without the last one where it is cut off; for recognising a format."""
    found = encoding.of_head(head)
    lines = head[found.mark :].decode(found.name, errors="replace").split("\n")
    return [line.rstrip("\r") for line in (lines[:-1] if len(head) >= encoding.HEAD else lines)]


def first_lines(path: Path) -> FirstLines:
    """The lines in the first MiB of a file. They keep a carriage return at their end, so that bytes can be counted."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    size = path.stat().st_size
    found = encoding.detect(path, head[: encoding.HEAD])
    lines = head[found.mark :].decode(found.name, errors="replace").split("\n")
    whole = size <= HEAD
    return FirstLines(found, tuple(lines if whole else lines[:-1]), whole, size)


def line_spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    """Spans of whole lines from the table's first record on, to its end if the locator names one."""
    found = Encoding(table.encoding or "utf-8", 0, int(str(table.locator["unit"])))
    end = table.locator.get("end")
    start = int(str(table.locator["start"]))
    return text_spans(path, start, span_bytes, Dialect(found, "\t", quote=""), None if end is None else int(str(end)))


def lines_of(path: Path, table: Table, span: Span) -> list[str]:
    """The lines of a span without their line ends."""
    with path.open("rb") as file:
        file.seek(span.start)
        text = file.read(span.end - span.start).decode(table.encoding or "utf-8", errors="replace")
    return [line.rstrip("\r") for line in text.removesuffix("\n").split("\n")]


def caption_above(lines: Sequence[str], header: int) -> str:
    """The title that stands above a table's header, up to two blank lines away; '' where there is none."""
    above = [line.strip() for line in lines[max(0, header - 4) : header]]
    while above and (not above[-1] or not any(letter.isalnum() for letter in above[-1])):
        above.pop()
    title = above[-1].strip("#*=_- \t").rstrip(":") if above else ""
    return title if len(title) <= LONGEST_CAPTION and not set("|│┃║\t") & set(title) and "  " not in title else ""


def heading_above(lines: Sequence[str], header: int) -> str:
    """The nearest Markdown heading above a table's header; '' where there is none close by."""
    for line in reversed(lines[max(0, header - MOST_BETWEEN) : header]):
        if found := HEADING.match(line):
            return found[1][:LONGEST_CAPTION]
    return ""
