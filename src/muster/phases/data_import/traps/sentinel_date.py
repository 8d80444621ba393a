"""Days that stand for no day: where a system's calendar begins or ends.

At either end of a column such a day tells by itself. Between others it may be a real one, and must be conspicuous.
"""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, days_in
from muster.phases.data_import.profiles.value_forms import form, form_of
from muster.phases.data_import.profiles.value_order import SENTINELS, day_of
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import ColumnProfile

ZERO = ["0000-00-00", "00/00/0000", "00.00.0000"]
OFTEN = 3  # values, and one in a hundred: among birthdays some are the first day of a calendar
SHARE = 100


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        found = [end for end in column.extremes.get("day", ()) if day_of(end) in SENTINELS]
        found += [word for word in column.null_words if word.startswith(tuple(ZERO))]
        found += _conspicuous(column)
        if found:
            yield Issue(
                "sentinel_date",
                f"{found[0].strip()} is where a calendar begins or ends, and hardly a day on which something happened.",
                "Treat these values as empty, unless the source says what they mean.",
                column=column.source,
                value=found[0].strip(),
            )


def _conspicuous(column: ColumnProfile) -> list[str]:
    """A sentinel that stands in the midst of the column's days far more often than any day would, best as written."""
    often = [day for day, count in column.sentinels.items() if count >= OFTEN and count * SHARE >= days_in(column)]
    written = [value for value in column.samples if form(form_of(value)).order == "day" and day_of(value) in often]
    return [*written, *often]


AMONG = "".join(f"host{n},{n % 28 + 1:02}.{n % 12 + 1:02}.{1960 + n % 64}\n" for n in range(120))
TRAP = Trap(
    _detect,
    warns=(
        "Name,Last Seen\na,1970-01-01 00:00:00\nb,2024-03-04 10:00:00\n",
        "Name,End\na,31.12.9999\nb,01.02.2027\n",
        "Name,Installed\na,0000-00-00\nb,2020-02-03\n",
        "Name,Installed\na,0001-01-01T00:00:00Z\nb,2020-02-03T00:00:00Z\n",
        f"Name,Installed\n{AMONG}" + "".join(f"lost{n},01.01.1970\n" for n in range(4)),
    ),
    silent=(
        "Name,Installed\na,2001-01-01\nb,2020-02-03\n",
        "Name,Born\na,1971-01-01\nb,1969-12-30\n",
        f"Name,Born\n{AMONG}ann,01.01.1970\nbob,01.01.1980\n",
    ),
)
