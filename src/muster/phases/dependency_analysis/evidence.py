"""How far each kind of evidence is believed, and what kind of thing each end should be."""

from dataclasses import dataclass

from muster.vocabulary.kinds import AssetType

MACHINES = (
    AssetType.SERVER,
    AssetType.VIRTUAL_MACHINE,
    AssetType.HYPERVISOR,
    AssetType.NETWORK,
    AssetType.LOAD_BALANCER,
    AssetType.STORAGE,
    AssetType.CONTAINER,
    AssetType.CLOUD_RESOURCE,
)
CARRIERS = (*MACHINES, AssetType.CLUSTER)
WHOLES = (AssetType.APPLICATION, AssetType.CLUSTER)
ANYTHING: tuple[AssetType, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of claim. `source` and `target` are the types to prefer when a name fits several assets."""

    kind: str
    confidence: float
    source: tuple[AssetType, ...] = ANYTHING
    target: tuple[AssetType, ...] = ANYTHING


# Own judgement, in this order: traffic was seen; the platform knows where it runs what; a record says so in words;
# a record relates two things without saying how.
EVIDENCE = {
    entry.kind: entry
    for entry in (
        Evidence("connection", 0.95, MACHINES, MACHINES),
        Evidence("runs_on", 0.95, ANYTHING, CARRIERS),
        Evidence("member_of", 0.90, ANYTHING, WHOLES),
        Evidence("depends_on", 0.90),
        Evidence("uses", 0.85),
        Evidence("relation", 0.70),
    )
}

# An end found by its short host name, or chosen among namesakes by type or file, is a little less sure.
LESS_SURE = 0.9
# A second file that says the same halves the remaining doubt.
DOUBT_LEFT_BY_SECOND_FILE = 0.5
