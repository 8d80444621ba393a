"""What is made of one column's candidates: the kind of evidence, the unit, and whether a person must look."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.units import needs_unit, unit_of
from muster.phases.field_mapping.values import confirmation
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile

CERTAIN = 0.95  # from here a known name needs no person, if nothing speaks against it
CONFIRMED = 0.88  # from here a part of a header does not, if its values can hardly be anything else
CLOSE = 0.1  # a second reading as near as this makes it a question
LEAST = 0.5  # below it a column stays without a target: half of such guesses were wrong on labelled headers


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best reading of a column, its kind of evidence (as calibration.json names them), unit and rivals."""

    best: Evidence | None
    kind: str
    unit: str | None
    unit_from: str
    rivals: int
    agrees: float

    @property
    def clear(self) -> bool:
        """True where nothing is left to ask."""
        return self.kind == "clear"


def verdict(profile: ColumnProfile, column: Column, choice: Candidates, claimed: Mapping[str | None, int]) -> Verdict:
    """Judge the choice of one column; `claimed` counts the columns of the table per target."""
    best = choice.best
    if best is None or best.target is None or best.strength < LEAST:
        return Verdict(best, "none", None, "", 0, choice.agrees)
    target = best.target
    unit, unit_from = unit_of(target, column.header.unit, profile.samples, column.context.kind)
    rivals = claimed[target] - 1 if target not in words().many and not column.header.numbered else 0
    alone = rivals == 0 or attributes()[target].multi_valued
    settled = not needs_unit(target) or bool(unit_from)
    close = bool(choice.others) and choice.others[0].strength > best.strength - CLOSE
    open_question = _is_cores_or_sockets(target, column, claimed)
    clear = alone and settled and not close and not open_question and choice.agrees >= 0 and _is_plain(best, column)
    return Verdict(best, "clear" if clear else _kind(best, choice.agrees), unit, unit_from, rivals, choice.agrees)


def _is_cores_or_sockets(target: str, column: Column, claimed: Mapping[str | None, int]) -> bool:
    """A plain count of CPUs, and nothing in the table that says which."""
    if target not in ("cpu_cores", "cpu_sockets") or column.header.phrase not in words().asked:
        return False
    other = "cpu_sockets" if target == "cpu_cores" else "cpu_cores"
    return (
        not claimed.get(other) and not column.context.lists_vms and column.values.shares.get("core_layout", 0.0) < 0.5
    )


def _is_plain(best: Evidence, column: Column) -> bool:
    if best.values_only:
        return False
    if best.sure and best.strength >= CERTAIN:
        return True
    return best.strength >= CONFIRMED and confirmation(str(best.target), column.values) > 0


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
