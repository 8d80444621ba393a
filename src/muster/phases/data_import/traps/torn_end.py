"""A file that breaks off inside its last record: what came behind it is missing."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    if seen.records.torn_end:
        yield Issue(
            "torn_end",
            "The last record is incomplete, as if the file broke off while it was written or sent.",
            "Compare the size of the file with its source, and send it again.",
        )


ROWS = "".join(f"srv{n},16,Linux,Ann\n" for n in range(40))
TRAP = Trap(_detect, warns=(f"Name,RAM,OS,Owner\n{ROWS}srv41,16\n",), silent=(f"Name,RAM,OS,Owner\n{ROWS}",))
