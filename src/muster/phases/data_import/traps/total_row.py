"""A line that sums the table up: it reads like a record, and describes nothing."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    count = seen.records.rejected.get("closing_line", 0)
    if count:
        yield Issue(
            "total_row",
            f"The last {'line sums' if count == 1 else f'{count} lines sum'} up or close the table: no record.",
            "Nothing needs to be done, unless it is a record: then fill its other cells in the source.",
        )


TRAP = Trap(
    _detect,
    warns=("Name,RAM,OS,Owner\nweb01,16,Linux,Ann\nweb02,32,Linux,Bob\nTotal,48,,\n",),
    silent=("Name,RAM,OS,Owner\nweb01,16,Linux,Ann\nweb02,32,Linux,Bob\n",),
)
