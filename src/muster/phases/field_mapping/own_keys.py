"""Columns of UUIDs under headers that do not say whose: the hardware's, or the key by which a tool knows the row."""

from collections.abc import Mapping, Sequence

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.uuids import is_of_machines
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.table import ColumnProfile

UUIDS = 0.8
DIFFERENT = 0.75  # lists hold repeated machines
_UUIDS = frozenset({"uuid", "guid"})
_READ_AS = ("uuid", "source_id")


def by_whose_uuids(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: list[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """The choices, where UUIDs of an agent, a scanner or a record are the row's key and not the hardware's UUID."""
    own = {place for place, column in enumerate(columns) if _is_own(profiles[place], column, choices[place])}
    others = {
        decided.get(place, choice.best.target if choice.best else None)
        for place, choice in enumerate(choices)
        if place not in own
    }
    taken = "source_id" in others
    read: list[Candidates] = []
    for place, (profile, column, choice) in enumerate(zip(profiles, columns, choices, strict=True)):
        if place not in own or place in decided:
            read.append(choice)
            continue
        repeats = profile.distinct < DIFFERENT * profile.filled
        read.append(Candidates(None, (), 0.0) if taken or repeats else _key(column, choice))
        taken = taken or not repeats
    return read


def _is_own(profile: ColumnProfile, column: Column, choice: Candidates) -> bool:
    """True for UUIDs that by their header or the table around them are not the hardware's."""
    if choice.best is None or choice.best.target not in _READ_AS or column.header.absent:
        return False
    if not _UUIDS.intersection(column.header.tokens):
        return False
    if column.values.shares.get("uuid", 0.0) < UUIDS or is_of_machines(profile.samples):
        return False
    said = set(column.header.tokens) - _UUIDS - {"id"}
    if said & words().of_rows or (not said and "guid" in column.header.tokens):
        return True
    return bool(column.context.severities) and not said & words().of_hardware


def _key(column: Column, choice: Candidates) -> Candidates:
    told = Evidence("source_id", 0.86, "UUIDs of the rows of a tool, which are not those of the hardware")
    rest = tuple(one for one in (choice.best, *choice.others) if one is not None and one.target != "source_id")
    return Candidates(told, rest, agreement("source_id", column.values))
