"""What a column may mean: all evidence of its header and values, weighed, one candidate per target."""

from dataclasses import dataclass, replace

from muster.phases.field_mapping.context import allowed, sign_in_words
from muster.phases.field_mapping.evidence import Column, Evidence, from_spelling
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.sources import SOURCES
from muster.phases.field_mapping.units import group_of
from muster.phases.field_mapping.values import agreement, confirmation, ruled_out
from muster.vocabulary.attributes import attributes

THRESHOLD = 0.5  # below it a reading is a guess
NEARLY_ALL = 0.8
PLAUSIBLE, LIFTED_TO = 0.5, 0.9  # header evidence that values may confirm, and how far

_NAMES = frozenset({"hostname", "fqdn"})
_PEOPLE = frozenset({"assigned_user", "owner"})
_ENDS = frozenset({"relationship_source", "relationship_target", "source_ip", "destination_ip"})
_UNIT_GROUPS = {
    "MB": "size",
    "GB": "size",
    "MHz": "frequency",
    "%": "share",
    "ops/s": "operations",
    "MB/s": "rate",
    "Mb/s": "rate",
}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The best reading of one column and what follows it, strongest first."""

    best: Evidence | None
    others: tuple[Evidence, ...]
    agrees: float

    @property
    def strength(self) -> float:
        """How strong the best candidate is, 0 where there is none."""
        return self.best.strength if self.best else 0.0


def choose(column: Column) -> Candidates:
    """The candidates of one column, strongest first."""
    found = [evidence for source in SOURCES for evidence in source(column)]
    vetoed = bool(found) and found[0].target is None
    if vetoed:
        found = [evidence for evidence in found[1:] if evidence.sure]
    if not vetoed and not any(weighed(evidence, column) >= THRESHOLD for evidence in found):
        found += from_spelling(column)
    best: dict[str, Evidence] = {}
    for evidence in found:
        if evidence.target is None or not _is_possible(evidence.target, column):
            continue
        lifted = _lifted(replace(evidence, strength=weighed(evidence, column)), column)
        known = best.get(evidence.target)
        if known is None or (lifted.strength, lifted.sure) > (known.strength, known.sure):
            best[evidence.target] = lifted
    ranked = sorted(best.values(), key=lambda evidence: -evidence.strength)
    if not ranked:
        return Candidates(None, (), 0.0)
    return Candidates(ranked[0], tuple(ranked[1:]), agreement(str(ranked[0].target), column.values))


def _is_possible(target: str, column: Column) -> bool:
    """False where the table, or the place of the column in it, rules a target out."""
    if column.values.shares.get("netmask", 0.0) >= NEARLY_ALL:  # the size of a network, which no attribute is
        return False
    if ruled_out(target, column.values):
        return False
    if column.header.source in column.context.severities:  # a count of findings, which no attribute is
        return False
    if target in _NAMES and column.values.shares.get("uuid", 0.0) >= NEARLY_ALL:
        return False
    if column.header.of_part and target not in words().of_parts:
        return False
    if column.context.signs_in and target in _PEOPLE and column.header.phrase in sign_in_words():
        return False
    return target in _ENDS and column.header.source in column.context.ends or allowed(target, column.context)


def weighed(evidence: Evidence, column: Column) -> float:
    """Header evidence corrected by the values and the unit."""
    if evidence.target is None:
        return 0.0
    verdict = agreement(evidence.target, column.values)
    strength = evidence.strength
    strength += 0.06 * verdict if verdict > 0 else 0.44 * verdict
    return max(0.0, min(0.99, strength - unit_conflict(evidence.target, column.header.unit)))


def _lifted(evidence: Evidence, column: Column) -> Evidence:
    """A plausible header whose values can hardly be anything else: the two together are more than either alone."""
    told = confirmation(str(evidence.target), column.values)
    if evidence.values_only or not told or not PLAUSIBLE <= evidence.strength < LIFTED_TO:
        return evidence
    together = min(LIFTED_TO, 1 - (1 - evidence.strength) * (1 - told))
    return replace(evidence, strength=max(evidence.strength, together))


def unit_conflict(target: str, unit: str | None) -> float:
    """How much a unit in the header speaks against a target, 0..1."""
    measured = group_of(unit)
    if measured is None or target == "traffic_volume":
        return 0.0
    wanted = _UNIT_GROUPS.get(attributes()[target].unit)
    if wanted == measured or (wanted == "rate" and measured == "size"):
        return 0.0
    return 0.6 if wanted else 0.35
