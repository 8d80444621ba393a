"""Suggest a target attribute for every column of a table, with a score, a reason and a unit.

Order of evidence: what the client decided before, a known tool's export, the client's own attributes, the dictionary.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from muster.packs.known_tables import Meaning
from muster.phases.field_mapping.calibration import measured
from muster.phases.field_mapping.candidates import Candidates, choose
from muster.phases.field_mapping.context import Context, context_of
from muster.phases.field_mapping.custom import Custom, customs, match_custom
from muster.phases.field_mapping.evidence import Column
from muster.phases.field_mapping.header import normalise_header
from muster.phases.field_mapping.packs import recognise
from muster.phases.field_mapping.questions import question_about
from muster.phases.field_mapping.settle import settle
from muster.phases.field_mapping.split import also_of
from muster.phases.field_mapping.units import unit_of
from muster.phases.field_mapping.values import values_of
from muster.phases.field_mapping.verdict import Claims, Verdict, is_firm, verdict
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.table import ColumnProfile, Remembered, Suggestion

__all__ = ["normalise_header", "suggest"]

NOTHING_REMEMBERED: Mapping[str, Remembered] = MappingProxyType({})
SURELY_NOTHING = 0.3  # a nearest reading weaker than this is no reading
ALTERNATIVES = 2
OF_PACKS = 0.995  # set by hand: none of 600 labelled columns of known exports was wrong


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table with everything that was found out about its columns, in order."""

    profiles: Sequence[ColumnProfile]
    columns: Sequence[Column]
    found: Sequence[Candidates]
    context: Context
    pack: str
    known: Mapping[int, Meaning]  # by position
    claims: Claims


def suggest(
    columns: Sequence[ColumnProfile],
    record_kind: str,
    remembered: Mapping[str, Remembered] = NOTHING_REMEMBERED,
    custom: Sequence[Attribute] = (),
) -> tuple[Suggestion, ...]:
    """One suggestion per column, in order.

    `remembered` maps normalised headers to what the client decided before; it outranks everything. `custom` are
    attributes of the client's own, found by the words of their names and descriptions.
    `score` is the measured share of such suggestions that were right; where the target is None, the share of such
    columns that had none. What a person decided counts 1.
    """
    table = read_table(columns, record_kind, remembered)
    own = customs(custom)
    return tuple(
        _remembered(profile, column, remembered, table)
        or _known(profile, column, table)
        or _custom(profile, column, own)
        or _general(profile, column, found, table)
        for profile, column, found in zip(table.profiles, table.columns, table.found, strict=True)
    )


def read_table(
    columns: Sequence[ColumnProfile], record_kind: str, remembered: Mapping[str, Remembered] = NOTHING_REMEMBERED
) -> TableRead:
    """Everything that is found out about the columns of a table before anything is suggested."""
    context, headers = context_of(columns, record_kind)
    values = [values_of(column.samples) for column in columns]
    seen = [Column(header, held, context) for header, held in zip(headers, values, strict=True)]
    pack, known = recognise(columns, values) or (None, {})
    fixed: dict[int, str | None] = {position - 1: meaning.target for position, meaning in known.items()}
    for place, column in enumerate(columns):
        key = normalise_header(column.source)
        if key in remembered:
            fixed[place] = remembered[key].target
    found = settle(columns, seen, [choose(column) for column in seen], fixed)
    return TableRead(columns, seen, found, context, pack.title if pack else "", known, _claims(found, fixed))


def _claims(found: Sequence[Candidates], fixed: Mapping[int, str | None]) -> Claims:
    every = [fixed.get(place, one.best.target if one.best else None) for place, one in enumerate(found)]
    firm = [
        target
        for place, (one, target) in enumerate(zip(found, every, strict=True))
        if place in fixed or (one.best is not None and is_firm(one.best))
    ]
    return Claims(Counter(every), Counter(firm))


def _remembered(
    profile: ColumnProfile, column: Column, remembered: Mapping[str, Remembered], table: TableRead
) -> Suggestion | None:
    """What was decided before; in which unit, and with which further facts, is read as for any other column."""
    decided = remembered.get(normalise_header(profile.source))
    if decided is None:
        return None
    known = table.known.get(profile.position)
    unit = decided.unit or (known.unit if known is not None and known.target == decided.target else None)
    if unit is None and decided.target in attributes():
        unit, _ = unit_of(str(decided.target), column.header.unit, profile.samples, table.context.kind)
    reason = f"{decided.target or 'no target'}: decided before, {decided.origin.rstrip('.')}."
    also = also_of(decided.target, profile, table.claims.all)
    return Suggestion(profile.position, profile.source, decided.target, 1.0, "auto", reason, unit, "memory", also=also)


def _known(profile: ColumnProfile, column: Column, table: TableRead) -> Suggestion | None:
    meaning = table.known.get(profile.position)
    if meaning is None:
        return None
    unit = meaning.unit
    if unit is None and meaning.target is not None:
        unit, _ = unit_of(meaning.target, column.header.unit, profile.samples, table.context.kind)
    reason = f"{meaning.target or 'no target'}: the table is {table.pack}, whose columns are known."
    also = also_of(meaning.target, profile, table.claims.all)
    return Suggestion(
        profile.position, profile.source, meaning.target, OF_PACKS, "auto", reason, unit, "pack", also=also
    )


def _custom(profile: ColumnProfile, column: Column, own: Sequence[Custom]) -> Suggestion | None:
    found = match_custom(column, own)
    if found is None:
        return None
    return Suggestion(
        profile.position,
        profile.source,
        found.attribute.name,
        found.score,
        "auto" if found.named else "ask",
        found.reason,
        column.header.unit,
    )


def _general(profile: ColumnProfile, column: Column, found: Candidates, table: TableRead) -> Suggestion:
    judged = verdict(profile, column, found, table.claims)
    best = judged.best
    others = _alternatives(found)
    if best is None or best.target is None or judged.kind == "none":
        return replace(_no_target(profile, judged), alternatives=others)
    question = (
        None if judged.clear else question_about(profile, column, found, judged, _rivals(profile, best.target, table))
    )
    return Suggestion(
        profile.position,
        profile.source,
        best.target,
        measured(judged.kind, best.strength),
        "auto" if judged.clear else "ask",
        _reason(judged, column),
        judged.unit,
        "dictionary",
        others,
        question,
        also_of(best.target, profile, table.claims.all),
    )


def _rivals(profile: ColumnProfile, target: str, table: TableRead) -> list[str]:
    """The headers of the other columns whose best reading is the same target."""
    pairs = zip(table.profiles, table.found, strict=True)
    claims = [other for other, found in pairs if found.best and found.best.target == target]
    return [other.source for other in claims if other.position != profile.position]


def _alternatives(found: Candidates) -> tuple[tuple[str, float], ...]:
    next_ones = [one for one in found.others if one.target is not None][:ALTERNATIVES]
    return tuple((str(one.target), measured("second", one.strength)) for one in next_ones)


def _no_target(profile: ColumnProfile, judged: Verdict) -> Suggestion:
    best = judged.best
    strength = best.strength if best and best.target else 0.0
    sure = round(1.0 - measured("none", strength), 3)
    if best is None or strength < SURELY_NOTHING:
        reason = "No attribute fits this header or its values."
        return Suggestion(profile.position, profile.source, None, sure, "auto", reason, origin="none")
    reason = f"The nearest attribute is {best.target}: {best.reason}; that is too little to suggest it."
    return Suggestion(profile.position, profile.source, None, sure, "ask", reason, origin="none")


def _reason(judged: Verdict, column: Column) -> str:
    best, unit, unit_from, rivals = judged.best, judged.unit, judged.unit_from, judged.rivals
    parts = [f"{best.target}: {best.reason}"] if best else []
    if column.values.looked_at and judged.agrees:
        parts.append("the values agree" if judged.agrees > 0 else "the values do not look like it")
    if unit_from == "header":
        parts.append(f"the header names the unit {unit}")
    if unit_from == "magnitude":
        parts.append(f"the size of the numbers says {unit}")
    if unit_from == "values":
        parts.append("the values carry their unit")
    if rivals:
        parts.append("another column claims it too" if rivals == 1 else f"{rivals} other columns claim it too")
    return "; ".join(parts) + "."
