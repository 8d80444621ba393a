"""The same records several times over: a file put together twice, or an export joined once too often."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.vocabulary.issue import Issue

LEAST = 10  # of the records looked at
SHARE = 10  # per cent
EVENTS = ("connection", "metric", "relation")  # the same line twice is two events, or one seen from both ends


def _detect(seen: Seen) -> Iterator[Issue]:
    looked_at, different = sum(seen.records.rows.values()), len(seen.records.rows)
    again = looked_at - different
    if again < LEAST or again * 100 < SHARE * looked_at or seen.table.record_kind in EVENTS:
        return
    share = round(100 * again / looked_at)
    yield Issue(
        "repeated_records",
        f"About {share} % of the records say word for word what another record of the table says.",
        "Check whether the file was put together twice; repeated records change nothing in the inventory.",
        value=f"{share} %",
    )


TRAP = Trap(
    _detect,
    warns=("Name,RAM,OS\n" + "".join(f"srv{n},16,Linux\n" for n in range(30)) * 2,),
    silent=("Name,RAM,OS\n" + "".join(f"srv{n},16,Linux\n" for n in range(30)) + "srv1,16,Linux\n",),
)
