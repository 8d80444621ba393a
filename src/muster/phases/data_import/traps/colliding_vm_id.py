"""One VM id under several vCenters: each vCenter counts from the start, so the id means nothing without it."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.record_profile import shared_by_several
from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    shared = shared_by_several(seen.records, "vm_id")
    for key, centres in sorted(shared.items())[:1]:
        yield Issue(
            "colliding_vm_id",
            f"{len(shared)} VM ids occur in more than one vCenter, {key} in {', '.join(centres)}.",
            "Use the id together with its vCenter, or the UUID.",
            value=key,
        )


TRAP = Trap(
    _detect,
    warns=("VM,VM ID,VI SDK Server\nweb01,vm-101,vc1.corp\ndb01,vm-101,vc2.corp\n",),
    silent=("VM,VM ID,VI SDK Server\nweb01,vm-101,vc1.corp\ndb01,vm-102,vc2.corp\n",),
)
