"""What is made of one column's candidates: the kind of evidence, the unit, and whether a person must look."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.support import is_proven, series_tells, values_tell, wording_tells
from muster.phases.field_mapping.units import needs_unit, unit_of
from muster.phases.field_mapping.values import confirmation, expected
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile

FIRM = 0.9  # a sure reading as strong as this is not made doubtful by columns that may mean the same
LIKELY = 0.82  # from here a reading that is likely by its wording needs no person where the values agree
CERTAIN = 0.95  # from here a known name needs no person, if nothing speaks against it
CONFIRMED = 0.88  # from here a part of a header does not, if its values can hardly be anything else
CONFIRMS = 1.0  # values that say all that values can for a reading
CLOSE = 0.1  # a second reading as near as this makes it a question
CLEAR = ("told", "named")
LEAST = 0.5  # below it a column stays without a target: half of such guesses were wrong on labelled headers


@dataclass(frozen=True, slots=True)
class Claims:
    """How many columns of a table mean each target: `all` of them, and those whose wording is `firm`."""

    all: Mapping[str | None, int]
    firm: Mapping[str | None, int]

    def beside(self, reading: Evidence) -> int:
        """The other columns that dispute a target: against a firm reading only firm ones do."""
        return (self.firm if is_firm(reading) else self.all)[reading.target] - 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best reading of a column, its kind of evidence (as calibration.json names them), unit and rivals.

    Kinds that need nobody's look: `told` by values that could hardly be anything else, `named` by a wording that was
    right wherever it was met first. `unproven` is such a wording of an attribute for which that is not shown.
    """

    best: Evidence | None
    kind: str
    unit: str | None
    unit_from: str
    rivals: int
    agrees: float

    @property
    def clear(self) -> bool:
        """True where nothing is left to ask."""
        return self.kind in CLEAR


def verdict(profile: ColumnProfile, column: Column, choice: Candidates, claims: Claims) -> Verdict:
    """Judge the choice of one column beside the others of its table."""
    best = choice.best
    if best is None or best.target is None or best.strength < LEAST:
        return Verdict(best, "none", None, "", 0, choice.agrees)
    target = best.target
    unit, unit_from = unit_of(target, column.header.unit, profile.samples, column.context.kind)
    rivals = claims.beside(best) if target not in words().many and not column.header.numbered else 0
    alone = rivals == 0 or attributes()[target].multi_valued or (is_firm(best) and choice.agrees >= CONFIRMS)
    settled = not needs_unit(target) or bool(unit_from) or not profile.filled
    close = bool(choice.others) and choice.others[0].strength > best.strength - CLOSE
    open_question = _is_cores_or_sockets(target, column, claims.all) or _is_tag_or_key(target, column, claims.all)
    plain = alone and settled and not close and not open_question and _is_plain(best, column, choice.agrees)
    kind = _clear_kind(best, column, choice.agrees, profile) if plain else ""
    return Verdict(best, kind or _kind(best, choice.agrees), unit, unit_from, rivals, choice.agrees)


def _clear_kind(best: Evidence, column: Column, agrees: float, profile: ColumnProfile) -> str:
    if values_tell(best, column, agrees, profile) or series_tells(best, column):
        return "told"
    if not wording_tells(best, column, agrees):
        return ""
    return "named" if is_proven(best) else "unproven"


def is_firm(reading: Evidence) -> bool:
    """True for a reading that the wording of the header alone makes sure."""
    return reading.sure and reading.strength >= FIRM


def _is_cores_or_sockets(target: str, column: Column, claimed: Mapping[str | None, int]) -> bool:
    """A plain count of CPUs, and nothing in the table that says which."""
    if target not in ("cpu_cores", "cpu_sockets") or column.header.phrase not in words().asked:
        return False
    other = "cpu_sockets" if target == "cpu_cores" else "cpu_cores"
    return (
        not claimed.get(other) and not column.context.lists_vms and column.values.shares.get("core_layout", 0.0) < 0.5
    )


def _is_tag_or_key(target: str, column: Column, claimed: Mapping[str | None, int]) -> bool:
    """An asset's id in a table without tags may be what stands on the label."""
    return target == "source_id" and column.header.phrase in words().tag_or_key and not claimed.get("asset_tag")


def _is_plain(best: Evidence, column: Column, agrees: float) -> bool:
    if best.values_only or agrees < 0 or _is_counted(str(best.target), column) or _is_either_host(best, column):
        return False
    if best.sure and best.strength >= CERTAIN:
        return True
    if best.likely and agrees > 0 and best.strength >= LIKELY:
        return True
    return best.strength >= CONFIRMED and confirmation(str(best.target), column.values) > 0


def _is_counted(target: str, column: Column) -> bool:
    """True where a plural stands over whole numbers, which count its things, and the target is no number."""
    told = expected().get(target)
    numbers = told is not None and told.force == "must" and "integer" in told.shapes
    counted = column.header.plural and column.values.shares.get("integer", 0.0) >= 0.9
    return counted and not numbers and not attributes()[target].multi_valued


def _is_either_host(best: Evidence, column: Column) -> bool:
    """True for a host name in a list of virtual machines that have names: the guest's, or of what it runs on."""
    return best.target == "hostname" and column.context.lists_vms and column.header.phrase == "hostname"


def _kind(best: Evidence, agrees: float) -> str:
    if best.named_by_look:
        return "look"
    if best.values_only:
        return "values"
    if agrees < 0:
        return "contradicted"
    if best.sure:
        return "sure"
    return "confirmed" if agrees > 0 else "header"
