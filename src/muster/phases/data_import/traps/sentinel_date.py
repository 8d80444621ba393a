"""Days that stand for no day: where a system's calendar begins or ends.

1970-01-01 Unix, 1601-01-01 Windows file times, 1900-01-01 and 1899-12-30/31 spreadsheets and SQL Server, 1753-01-01 SQL
Server's datetime, 0001-01-01 .NET, 1980-01-01 FAT, 2038-01-19 the end of Unix time in 32 bits, 9999-12-31 "for ever".
"""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.phases.data_import.profiles.value_order import day_of
from muster.vocabulary.issue import Issue

SENTINELS = frozenset(
    (
        "0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02", "1970-01-01",
        "1980-01-01", "2038-01-19", "2099-12-31", "2999-12-31", "9999-12-30", "9999-12-31",
    )
)  # fmt: skip
ZERO = ["0000-00-00", "00/00/0000", "00.00.0000"]


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        found = [end for end in column.extremes.get("day", ()) if day_of(end) in SENTINELS]
        found += [word for word in column.null_words if word.startswith(tuple(ZERO))]
        if found:
            yield Issue(
                "sentinel_date",
                f"{found[0].strip()} is where a calendar begins or ends, and hardly a day on which something happened.",
                "Treat these values as empty, unless the source says what they mean.",
                column=column.source,
                value=found[0].strip(),
            )


TRAP = Trap(
    _detect,
    warns=(
        "Name,Last Seen\na,1970-01-01 00:00:00\nb,2024-03-04 10:00:00\n",
        "Name,End\na,31.12.9999\nb,01.02.2027\n",
        "Name,Installed\na,0000-00-00\nb,2020-02-03\n",
        "Name,Installed\na,0001-01-01T00:00:00Z\nb,2020-02-03T00:00:00Z\n",
    ),
    silent=("Name,Installed\na,2001-01-01\nb,2020-02-03\n", "Name,Born\na,1971-01-01\nb,1969-12-30\n"),
)
