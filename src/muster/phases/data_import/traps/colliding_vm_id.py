"""One VM id under several vCenters: each vCenter counts from the start, so the id means nothing without it."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.shared_ids import SharedIds
from muster.phases.data_import.profiles.trap import Seen, Trap, at_least
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    found = seen.records.shared.get("vm_id", SharedIds())
    if count := found.count:
        key, centres = next(iter(found.examples), (None, ()))
        example = f", {key} in {', '.join(centres)}" if key else ""
        yield Issue(
            "colliding_vm_id",
            f"{at_least(found)}{count:,} VM ids occur in more than one vCenter{example}.",
            "Use the id together with its vCenter, or the UUID.",
            value=key,
        )


TRAP = Trap(
    _detect,
    warns=("VM,VM ID,VI SDK Server\nweb01,vm-101,vc1.corp\ndb01,vm-101,vc2.corp\n",),
    silent=("VM,VM ID,VI SDK Server\nweb01,vm-101,vc1.corp\ndb01,vm-102,vc2.corp\n",),
)
