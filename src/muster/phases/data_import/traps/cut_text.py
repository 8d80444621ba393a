"""Text that ends at the width of a field: what stood behind it is lost."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

WIDTHS = frozenset(
    (15, 20, 25, 30, 31, 32, 35, 40, 45, 50, 60, 63, 64, 80, 100, 120, 127, 128, 150, 200, 240, 250, 254, 255, 256, 500)
    + (512, 1000, 1023, 1024, 2000, 2048, 4000, 4096, 32767)
)
LEAST = 5
SUDDEN = 4  # times as many as have any of the lengths just below
ENDS_WELL = late(r"[\d.!?)\]\"'%]$")


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.lengths.get(column.longest, 0)
        if column.longest in WIDTHS and count >= LEAST and _sudden(column, count) and _looks_cut(column):
            yield Issue(
                "cut_text",
                f"{count:,} values are exactly {column.longest} characters long, as if the source had cut them.",
                "Look at the width of the field in the source, and export it in full.",
                column=column.source,
                value=example(column, rf"^.{{{column.longest}}}$"),
            )


def _sudden(column: ColumnProfile, count: int) -> bool:
    below = [number for length, number in column.lengths.items() if length < column.longest]
    return bool(below) and count >= SUDDEN * max(below) and count * 50 >= column.filled


def _looks_cut(column: ColumnProfile) -> bool:
    """Different texts of several words, most of which break off: neither codes nor a few long categories."""
    at_end = [value for value in column.samples if len(value) == column.longest]
    broken = sum(not ENDS_WELL.search(value) for value in at_end)
    worded = sum(" " in value.strip() for value in at_end)
    return len(at_end) >= LEAST and broken * 10 >= len(at_end) * 8 and worded * 10 >= len(at_end) * 8


def _notes(width: int) -> str:
    text = "moved to the new rack in spring and checked by the night shift twice before it went live again"
    return (
        "Name,Note\n"
        + "".join(f"srv{n},{(str(n) + ' ' + text[n:])[:width]}\n" for n in range(30))
        + "a,short one\nb,old\n"
    )


TRAP = Trap(
    _detect,
    warns=(_notes(30), _notes(50)),
    silent=(_notes(1000), "Name,Code\n" + "".join(f"a{n},{n:015}\n" for n in range(20))),
)
