"""Suggest a target attribute for every column of a table, with a score, a reason and a unit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from muster.phases.field_mapping.context import Context, allowed, context_of, needs_context
from muster.phases.field_mapping.evidence import SOURCES, Column, Evidence, from_spelling
from muster.phases.field_mapping.header import normalise_header
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.naming import name_column
from muster.phases.field_mapping.units import group_of, needs_unit, unit_of
from muster.phases.field_mapping.values import agreement, confirmation, values_of
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile, Suggestion

__all__ = ["normalise_header", "suggest"]

THRESHOLD = 0.5  # below it a column stays without a target: half of such guesses were wrong on labelled headers
ACCEPTED = 0.6  # what a mapping that nobody looks at takes; a name below it is as good as none
CERTAIN = 0.95  # from here a suggestion may be accepted without a person, if nothing speaks against it
PLAUSIBLE, LIFTED_TO = 0.5, 0.9  # header evidence that values may confirm, and how far
NOTHING_REMEMBERED: Mapping[str, str | None] = MappingProxyType({})

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
class _Choice:
    """The best candidate of one column and what follows it."""

    best: Evidence | None
    others: tuple[Evidence, ...]
    agrees: float


def suggest(
    columns: Sequence[ColumnProfile], record_kind: str, remembered: Mapping[str, str | None] = NOTHING_REMEMBERED
) -> tuple[Suggestion, ...]:
    """One suggestion per column, in order.

    `remembered` maps normalised headers to what the client approved before (None = approved as no target);
    it outranks everything.
    `score` is the confidence in the target; where the target is None it is the confidence that there is none.
    """
    context, headers = context_of(columns, record_kind)
    seen = [Column(header, values_of(column.samples), context) for header, column in zip(headers, columns, strict=True)]
    choices = _settle_taken(seen, _settle_names([_choose(column) for column in seen]))
    choices = _settle_nameless(columns, seen, choices, remembered)
    claimed = Counter(choice.best.target for choice in choices if choice.best)
    return tuple(
        _remembered(profile, remembered, context) or _suggestion(profile, column, choice, claimed)
        for profile, column, choice in zip(columns, seen, choices, strict=True)
    )


def _remembered(profile: ColumnProfile, remembered: Mapping[str, str | None], context: Context) -> Suggestion | None:
    key = normalise_header(profile.source)
    if key not in remembered:
        return None
    target = remembered[key]
    unit = None
    if target is not None:
        header_unit = context_of([profile], context.kind)[1][0].unit
        unit, _ = unit_of(target, header_unit, profile.samples, context.kind)
    reason = "The client approved this header before."
    return Suggestion(profile.position, profile.source, target, 1.0, "auto", reason, unit)


def _choose(column: Column) -> _Choice:
    found = [evidence for source in SOURCES for evidence in source(column)]
    vetoed = bool(found) and found[0].target is None
    if vetoed:
        found = [evidence for evidence in found[1:] if evidence.sure]
    if not vetoed and not any(_weighed(evidence, column) >= THRESHOLD for evidence in found):
        found += from_spelling(column)
    best: dict[str, Evidence] = {}
    for evidence in found:
        weighed = _lifted(replace(evidence, strength=_weighed(evidence, column)), column)
        known = best.get(str(evidence.target))
        if evidence.target is None or not allowed(evidence.target, column.context):
            continue
        if known is None or (weighed.strength, weighed.sure) > (known.strength, known.sure):
            best[evidence.target] = weighed
    ranked = sorted(best.values(), key=lambda evidence: -evidence.strength)
    if not ranked:
        return _Choice(None, (), 0.0)
    return _Choice(ranked[0], tuple(ranked[1:]), agreement(str(ranked[0].target), column.values))


def _weighed(evidence: Evidence, column: Column) -> float:
    """Header evidence corrected by the values and the unit."""
    if evidence.target is None:
        return 0.0
    verdict = agreement(evidence.target, column.values)
    strength = evidence.strength
    strength += 0.06 * verdict if verdict > 0 else 0.45 * verdict
    return max(0.0, min(0.99, strength - _unit_conflict(evidence.target, column.header.unit)))


def _lifted(evidence: Evidence, column: Column) -> Evidence:
    """A plausible header whose values can hardly be anything else: the two together are more than either alone."""
    told = confirmation(str(evidence.target), column.values)
    if evidence.values_only or not told or not PLAUSIBLE <= evidence.strength < LIFTED_TO:
        return evidence
    together = min(LIFTED_TO, 1 - (1 - evidence.strength) * (1 - told))
    return replace(evidence, strength=max(evidence.strength, together))


def _unit_conflict(target: str, unit: str | None) -> float:
    measured = group_of(unit)
    if measured is None or target == "traffic_volume":
        return 0.0
    wanted = _UNIT_GROUPS.get(attributes()[target].unit)
    if wanted == measured or (wanted == "rate" and measured == "size"):
        return 0.0
    return 0.6 if wanted else 0.35


def _settle_names(choices: list[_Choice]) -> list[_Choice]:
    """Where several columns claim to be the name, the strongest keeps it; another one takes its second reading."""
    claims = [index for index, choice in enumerate(choices) if choice.best and choice.best.target == "name"]
    if len(claims) < 2:
        return choices
    winner = max(claims, key=lambda index: (_strength(choices[index]), -index))
    settled = list(choices)
    for index in claims:
        rest = [evidence for evidence in choices[index].others if evidence.strength >= THRESHOLD]
        if index != winner and rest:
            settled[index] = _Choice(replace(rest[0], sure=False), tuple(rest[1:]), 0.0)
    return settled


def _settle_nameless(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: list[_Choice],
    remembered: Mapping[str, str | None],
) -> list[_Choice]:
    """Where no column names the assets, the one that looks most like names does."""
    keys = [normalise_header(profile.source) for profile in profiles]
    approved = [Evidence(remembered[key], 1.0, "", sure=True) if key in remembered else None for key in keys]
    taken = [one or choice.best for one, choice in zip(approved, choices, strict=True)]
    found = name_column(profiles, columns, taken, ACCEPTED)
    if found is None:
        return choices
    index, evidence = found
    named = _Choice(evidence, (), agreement("name", columns[index].values))
    return [named if place == index else choice for place, choice in enumerate(choices)]


def _settle_taken(columns: Sequence[Column], choices: list[_Choice]) -> list[_Choice]:
    """An ambiguous word yields to a clear one: beside a column of cores, a plain CPU count counts sockets."""
    targets = Counter(choice.best.target for choice in choices if choice.best)
    sure = {choice.best.target for choice in choices if choice.best and choice.best.sure}
    settled = []
    for column, choice in zip(columns, choices, strict=True):
        best = choice.best
        other = words().when_taken.get(str(best.target)) if best and not best.sure and best.target in sure else None
        if best and other and needs_context(column.header.phrase) and not targets[other]:
            moved = Evidence(other, 0.7, f"{best.reason}, and another column is clearly {best.target}")
            choice = _Choice(moved, (), agreement(other, column.values))
        settled.append(choice)
    return settled


def _strength(choice: _Choice) -> float:
    return choice.best.strength if choice.best else 0.0


def _suggestion(
    profile: ColumnProfile, column: Column, choice: _Choice, claimed: Mapping[str | None, int]
) -> Suggestion:
    best = choice.best
    if best is None or best.target is None or best.strength < THRESHOLD:
        return _no_target(profile, best)
    unit, unit_from = unit_of(best.target, column.header.unit, profile.samples, column.context.kind)
    rivals = claimed[best.target] - 1 if best.target not in words().many and not column.header.numbered else 0
    close = bool(choice.others) and choice.others[0].strength > best.strength - 0.1
    settled = not needs_unit(best.target) or bool(unit_from)
    alone = rivals == 0 or attributes()[best.target].multi_valued
    clear = best.sure and best.strength >= CERTAIN and choice.agrees >= 0
    accept = "auto" if clear and alone and settled and not close else "ask"
    reason = _reason(best, choice.agrees, column, unit, unit_from, rivals)
    return Suggestion(profile.position, profile.source, best.target, round(best.strength, 3), accept, reason, unit)


def _no_target(profile: ColumnProfile, best: Evidence | None) -> Suggestion:
    if best is None or best.target is None or best.strength < 0.3:
        sure = round(1.0 - (best.strength if best else 0.1), 3)
        reason = "No attribute fits this header or its values."
        return Suggestion(profile.position, profile.source, None, sure, "auto", reason)
    reason = f"The nearest attribute is {best.target}: {best.reason}; that is too little to suggest it."
    return Suggestion(profile.position, profile.source, None, round(1.0 - best.strength, 3), "ask", reason)


def _reason(best: Evidence, agrees: float, column: Column, unit: str | None, unit_from: str, rivals: int) -> str:
    parts = [f"{best.target}: {best.reason}"]
    if column.values.looked_at and agrees:
        parts.append("the values agree" if agrees > 0 else "the values do not look like it")
    if unit_from == "header":
        parts.append(f"the header names the unit {unit}")
    if unit_from == "magnitude":
        parts.append(f"the size of the numbers says {unit}")
    if unit_from == "values":
        parts.append("the values carry their unit")
    if rivals:
        parts.append("another column claims it too" if rivals == 1 else f"{rivals} other columns claim it too")
    return "; ".join(parts) + "."
