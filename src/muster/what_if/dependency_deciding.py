"""What people may decide about dependencies and groups, as decisions that name records and outlive computations."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from muster.phases.dependency_analysis.decided import ABOUT_EDGES, ADD, PIN_GROUP, SET_GRAIN
from muster.phases.dependency_analysis.groups import GRAINS
from muster.store import dependencies, lineage
from muster.store.transaction import Tx
from muster.vocabulary.errors import DependencyNotFound, UsageError
from muster.vocabulary.scope import Scope
from muster.what_if.deciding import Decision, places_of_asset


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the edges between two assets are meant; None: whatever it is."""

    kind: str | None = None
    port: int | None = None
    protocol: str | None = None


async def about_edge(tx: Tx, scope: Scope, verdict: str, source: str, target: str, wanted: Wanted) -> Decision:
    """Confirm, refuse or add edges from one asset to another. Raises AssetNotFound, DependencyNotFound, UsageError.

    All records about both ends are named: as long as one of them is left, the decision finds its asset.
    """
    if verdict not in ABOUT_EDGES:
        raise UsageError(f"A dependency is confirmed, refused or added; {verdict} is none of these.")
    ends = [await lineage.find_asset(tx, scope, asset) for asset in (source, target)]
    if ends[0] == ends[1]:
        raise UsageError("A dependency has two different ends.")
    if verdict != ADD:
        known = await dependencies.between(tx, scope, ends[0], ends[1])
        if not any(_meant(edge, wanted) for edge in known):
            told = "; ".join(f"{edge['kind']} {edge['port'] or ''} {edge['protocol'] or ''}".strip() for edge in known)
            raise DependencyNotFound(
                f"No such dependency leads from {source} to {target}.", hint=f"There is: {told}." if told else ""
            )
    records, others = [await places_of_asset(tx, scope, end) for end in ends]
    return Decision(verdict, {"records": records, "others": others}, asdict(wanted))


def _meant(edge: Mapping[str, Any], wanted: Wanted) -> bool:
    return all(value is None or edge[name] == value for name, value in asdict(wanted).items())


async def group_pin(tx: Tx, scope: Scope, asset: str, other: str | None) -> Decision:
    """An asset belongs to the group of another, whatever flows say, or to none. Raises AssetNotFound, UsageError."""
    found = await lineage.find_asset(tx, scope, asset)
    subject = {"records": await places_of_asset(tx, scope, found)}
    if other is not None:
        with_ = await lineage.find_asset(tx, scope, other)
        if with_ == found:
            raise UsageError("An asset is in its own group; name another.")
        subject["others"] = await places_of_asset(tx, scope, with_)
    return Decision(PIN_GROUP, subject, {"together": other is not None})


def grain(wanted: str) -> Decision:
    """How large groups are, from now on. Raises UsageError."""
    if wanted not in GRAINS:
        raise UsageError(f"Groups are {', '.join(GRAINS)}; {wanted} is none of these.")
    return Decision(SET_GRAIN, {}, {"grain": wanted})
