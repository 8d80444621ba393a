"""Row numbers with gaps: the export was filtered before it was written, or rows were taken out of it."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

NUMBER = late(
    r"#|(?:(?:lfd|s|sl|sr)\.? ?|row ?|line ?)?(?:no|nr|num|number|nummer)\.?|n[o°º]\.?|row|zeile|zeilennummer"
)
FEWEST = 5


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        missing = _missing(column, seen.height)
        if missing > 0:
            yield Issue(
                "numbering_gaps",
                f"The rows are numbered up to {column.greatest}, and {missing:,} of the numbers are not there.",
                "If the list was filtered before it was exported, export it again without a filter.",
                column=column.source,
                value=column.greatest,
            )


def _missing(column: ColumnProfile, height: int) -> int:
    """How many of the numbers from the first to the last are missing, where every row has one that counts rows."""
    least, greatest = (column.least or "").strip(), (column.greatest or "").strip()
    counts = column.filled == height >= FEWEST and column.shapes.get("integer", 0) == height
    if not counts or not NUMBER.fullmatch(fold(column.source.strip())) or not (least + greatest).isdecimal():
        return 0
    several = column.distinct < min(height, 250)  # numbers that occur again number something else
    return 0 if several or int(least) > 1 else int(greatest) - int(least) + 1 - height


def _list(*numbers: int) -> str:
    return "No,Hostname\n" + "".join(f"{number},srv{number}\n" for number in numbers)


TRAP = Trap(
    _detect,
    warns=(_list(1, 2, 5, 6, 9, 12),),
    silent=(_list(*range(1, 30)), _list(17, 22, 23, 40, 41, 55), _list(1, 1, 2, 2, 9, 9)),
)
