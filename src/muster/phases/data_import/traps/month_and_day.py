"""A version or name (3-1, MAR1) that a spreadsheet took for a day and wrote as 1-Mar."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, days_in, example, valued
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        count = column.traits.get("month_and_day", 0)
        # A column of months or days is written so on purpose.
        if count and not days_in(column) and count * 2 < valued(column):
            yield Issue(
                "month_and_day",
                f"{count:,} values look like days that a spreadsheet made of something else.",
                "Look the values up in the source; format the column as text before the file is saved.",
                column=column.source,
                value=example(column, r"^\s*(?:\d{1,2}-[A-Z][a-zäé]{2}|[A-Z][a-zäé]{2}-\d{2})\s*$"),
            )


TRAP = Trap(
    _detect,
    warns=("Name,Version\nnginx,1.20\nredis,1-Mar\nkafka,2.8\n",),
    silent=("Name,Month\na,Jan-24\nb,Feb-24\n", "Name,Rack\na,A1\nb,1-Bar2\nc,B7\n"),
)
