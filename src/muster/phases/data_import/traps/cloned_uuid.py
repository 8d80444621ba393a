"""One UUID under several names: a machine was cloned with its identity, so a UUID alone names none of them."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.shared_ids import SharedIds
from muster.phases.data_import.profiles.trap import Seen, Trap, at_least
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    found = seen.records.shared.get("uuid", SharedIds())
    if count := found.count:
        key, names = next(iter(found.examples), (None, ()))
        example = f", {key} beside {', '.join(names)}" if key else ""
        yield Issue(
            "cloned_uuid",
            f"{at_least(found)}{count:,} UUIDs stand beside more than one name{example}.",
            "Check whether these are clones or one machine that was renamed.",
            value=key,
        )


A, B = "564d8a3b-1c2d-4e5f-8a9b-0c1d2e3f4a5b", "564d8a3b-1c2d-4e5f-8a9b-0c1d2e3f4a5c"
TRAP = Trap(
    _detect,
    warns=(f"VM,VM UUID\nweb01,{A}\nweb02,{A}\nweb03,{B}\n",),
    silent=(f"VM,Disk,VM UUID\nweb01,1,{A}\nWEB01,2,{A}\nweb03,1,{B}\n",),
)
