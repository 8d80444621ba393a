"""Days written with numbers of which none is above twelve: nothing tells the day from the month."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example
from muster.vocabulary.issue import Issue

LEAST = 2  # a single date is as likely unclear as not, and tells nothing of how the column is written
UNCLEAR = r"^\s*(?:0?\d|1[0-2])[/-](?:0?\d|1[0-2])[/-]\d{2,4}"
LATE_DAY_FIRST = r"^\s*(?:1[3-9]|2\d|3[01])[/-]"


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        unclear, month_first = column.traits.get("day_or_month", 0), column.traits.get("month_first", 0)
        day_first = column.traits.get("day_first", 0)
        if unclear >= LEAST and not month_first and not day_first:
            message = f"In {unclear:,} dates day and month cannot be told apart, and no other date of the column helps."
        elif month_first and example(column, LATE_DAY_FIRST):
            message = f"Some dates begin with the month and some with the day; {unclear:,} can be read both ways."
        else:
            continue
        hint = "Ask which comes first, or export the dates as YYYY-MM-DD."
        yield Issue("day_or_month", message, hint, column=column.source, value=example(column, UNCLEAR))


TRAP = Trap(
    _detect,
    warns=("Name,Seen\na,03/04/2024\nb,05/06/2024\n", "Name,Seen\na,03/04/2024\nb,25/06/2024\nc,06/25/2024\n"),
    silent=(
        "Name,Seen\na,03/04/2024\nb,25/06/2024\n",
        "Name,Seen\na,2024-03-04\nb,03.04.2024\n",
        "Name,Seen\na,02/02/2024\n",
        "Name,Bios\na,12/01/2006\n",
    ),
)
