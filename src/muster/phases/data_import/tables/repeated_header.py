"""Header rows that a report prints again on every page: set aside with their reason, for they describe nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from muster.phases.data_import.format import Block, Rejected
from muster.phases.data_import.tables.closing import is_closing_line
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late

UNNAMED = late(r"#\d+$")
AGAIN = late(r" \(\d+\)$")
ALIKE = 0.8  # of the named columns; a name that was joined from two lines is not in the second one
PAGE_LINES = 3  # what a report prints above the header of a page: its title, its date, the page's number
SENTENCE = 3  # words that no name of a thing has


def without_repeated_headers(blocks: Iterator[Block], columns: Sequence[str]) -> Iterator[Block]:
    """The same blocks; rows that repeat the table's header, and page titles right above them, are rejected."""
    names = {at: AGAIN.sub("", name).strip() for at, name in enumerate(columns) if not UNNAMED.match(name)}
    for block in blocks:
        yield _set_aside(block, names) if len(names) > 1 and block.frame.height else block


def _set_aside(block: Block, names: dict[int, str]) -> Block:
    first = min(names)
    same = block.frame.get_column(str(first + 1)).str.strip_chars() == names[first]
    found = [row for row in same.arg_true().to_list() if _repeats(block.frame.row(row), names)]
    if not found:
        return block
    rejected = {entry.ordinal: entry for entry in block.rejected}
    for row in found:
        rejected[row] = Rejected(row, block.frame.row(row), _issue())
        for above in range(row - 1, max(row - 1 - PAGE_LINES, -1), -1):
            values = rejected[above].values if above in rejected else block.frame.row(above)
            if not _is_page_line(values, block.frame.width):
                break
            rejected[above] = Rejected(above, tuple(values), _issue())
    return replace(block, rejected=tuple(rejected[row] for row in sorted(rejected)))


def _repeats(values: Sequence[str], names: dict[int, str]) -> bool:
    same = sum(values[at].strip() == name for at, name in names.items())
    filled = sum(bool(value.strip()) for value in values)
    return same > 1 and same >= ALIKE * max(len(names), filled)


def _is_page_line(values: Sequence[str], width: int) -> bool:
    cells = [value.strip() for value in values if value.strip()]
    return is_closing_line(values, width) or (len(cells) == 1 and width > 2 and len(cells[0].split()) >= SENTENCE)


def _issue() -> Issue:
    return Issue(
        "header_row_again",
        "The row repeats the header of the table, or stands above such a row as a page's title.",
        "Nothing needs to be done: it describes nothing itself.",
    )
