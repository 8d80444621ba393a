"""What people said about the columns of an import, and what is accepted of its mapping because of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from muster.phases.field_mapping.mapping import entries
from muster.phases.field_mapping.suggest import normalise_header, suggest
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.table import ColumnProfile, MappingEntry, Remembered, Suggestion

PERSON = "person"
APPROVED, CORRECTED, REFUSED = "approved", "corrected", "refused"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said about one column. `target` None: it is not used. `also` are further facts in the same cells.

    `attribute` is the client's own, as it was then. `unit_given` is False where the unit follows from header and
    values, True where the person named it.
    """

    position: int
    source: str
    target: str | None
    unit: str | None
    unit_given: bool
    also: tuple[tuple[str, str], ...]
    attribute: Attribute | None
    author: str
    reason: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What people said about one table: choices by column position, the least score that they accepted, if any,
    whether the table may go on without what the criteria require, and whether somebody approved it.
    """

    choices: Mapping[int, Choice]
    above: float | None
    waived: bool = False
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """What is accepted of a table's mapping. `below` are the suggestions that nobody made and that were not taken."""

    entries: tuple[MappingEntry, ...]
    below: tuple[Suggestion, ...]


def attribute_of(stored: Mapping[str, Any]) -> Attribute:
    """An attribute as JSON holds it."""
    return Attribute(**{**stored, "values": tuple(stored.get("values", ()))})


def decided(rows: Sequence[Mapping[str, Any]], table_no: int, columns: Sequence[str]) -> Decided:
    """The decisions (oldest first) that stand for one table: of each column the newest, unless it was reset."""
    choices: dict[int, Choice] = {}
    above: float | None = None
    waived = approved = False
    for row in rows:
        subject, body = row["subject"], row["body"]
        if subject["table_no"] != table_no:
            continue
        if row["kind"] == "approve_mapping":
            above, waived, approved = body.get("above"), bool(body.get("waived")), True
        elif [*columns[subject["position"] - 1 : subject["position"]]] == [subject["source"]]:
            choices.pop(subject["position"], None)
            if not body.get("reset"):
                choices[subject["position"]] = _choice(row)
    return Decided(choices, above, waived, approved)


def _choice(row: Mapping[str, Any]) -> Choice:
    subject, body = row["subject"], row["body"]
    own = body.get("attribute")
    return Choice(
        subject["position"],
        subject["source"],
        body["target"],
        body.get("unit"),
        bool(body.get("unit_given")),
        tuple((target, part) for target, part in body.get("also", ())),
        None if own is None else attribute_of(own),
        row["author"],
        row["reason"],
        row["made_at"],
    )


def read_as(
    profiles: Sequence[ColumnProfile], record_kind: str, position: int, target: str, custom: Sequence[Attribute]
) -> Suggestion:
    """How the mapper reads a column that holds this target: in which unit, and which further facts with it."""
    source = next(profile.source for profile in profiles if profile.position == position)
    said = {normalise_header(source): Remembered(target, None, "")}
    found = suggest(profiles, record_kind, said, custom)
    return next(suggestion for suggestion in found if suggestion.position == position)


def with_choices(suggestions: Sequence[Suggestion], choices: Mapping[int, Choice]) -> tuple[Suggestion, ...]:
    """The suggestions, with what people said in the place of what was suggested."""
    return tuple(_with_choice(suggestion, choices.get(suggestion.position)) for suggestion in suggestions)


def _with_choice(suggestion: Suggestion, choice: Choice | None) -> Suggestion:
    if choice is None:
        return suggestion
    reason = f"{choice.author} said so on {choice.made_at:%Y-%m-%d}" + (f": {choice.reason}" if choice.reason else ".")
    same = choice.target is not None and choice.target == suggestion.target
    also = choice.also or (suggestion.also if same else ())
    return replace(
        suggestion,
        target=choice.target,
        unit=choice.unit,
        score=1.0,
        accept="auto",
        reason=reason,
        origin=PERSON,
        also=also,
    )


def accept(
    suggestions: Sequence[Suggestion],
    profiles: Sequence[ColumnProfile],
    decided: Decided,
    minimum_score: float,
    custom: Sequence[Attribute],
    *,
    sure_only: bool = False,
) -> Accepted:
    """What a table's columns are taken to mean: a person's choices, and the suggestions of at least the least score.

    `sure_only`: of these only such as need nobody's look, unless a person approved the table.
    """
    least = minimum_score if decided.above is None else decided.above
    chosen = with_choices(suggestions, decided.choices)
    taken = entries(chosen, profiles, least, auto_only=sure_only and not decided.approved, custom=custom)
    mapped = {entry.position for entry in taken}
    return Accepted(taken, tuple(one for one in chosen if one.target is not None and one.position not in mapped))


def definitions(
    taken: Sequence[MappingEntry], frozen: Sequence[Attribute], choices: Mapping[int, Choice]
) -> tuple[Attribute, ...]:
    """The client's own attributes that count for a table, by name: as they were when it was mapped, or chosen."""
    used = {entry.target for entry in taken}
    said = [choice.attribute for choice in choices.values() if choice.attribute is not None]
    counted = {one.name: one for one in [*frozen, *(one for one in said if one.name in used)]}
    return tuple(counted[name] for name in sorted(counted))


def stored(attributes: Sequence[Attribute]) -> list[dict[str, Any]]:
    """Attributes as JSON holds them."""
    return [asdict(attribute) for attribute in attributes]
