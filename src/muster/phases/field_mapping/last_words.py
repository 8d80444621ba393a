"""What a header that no list knows says by its most general word: a name, an id, a description, a place.

Asked only where nothing else is known of a column, and only for what no other column of the table tells.
"""

from collections.abc import Mapping, Sequence

from muster.phases.field_mapping.candidates import THRESHOLD, Candidates
from muster.phases.field_mapping.context import allowed, needs_context
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.terms import book, readings_of
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.table import ColumnProfile

STRENGTH = 0.6
DIFFERENT = 0.9  # the share of different values of what names or numbers a record
FEW = 3
# The general word, what it says, and the attributes beside which it says it no more.
_SAID = {
    "name": ("name", frozenset({"name", "hostname", "fqdn", "application_name", "software_name", "database_name"})),
    "id": ("source_id", frozenset({"source_id", "application_id", "asset_tag"})),
    "description": ("description", frozenset({"description"})),
    "location": ("location", frozenset({"location", "datacenter", "region"})),
}
_OF_RECORD = frozenset({"name", "id"})
_NO_TEXT = ("date", "ip", "mac", "boolean", "number", "size", "money", "path", "url", "email")


def by_last_word(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: Sequence[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """The choices with readings for columns that had none; `decided` are targets by place (0-based)."""
    settled = list(choices)
    taken = {str(decided.get(place, one.best.target if one.best else None)) for place, one in enumerate(choices)}
    for place, (profile, column, choice) in enumerate(zip(profiles, columns, choices, strict=True)):
        word = "" if place in decided or choice.strength >= THRESHOLD else _general_word(column)
        target, rivals = _SAID.get(word, ("", frozenset[str]()))
        if not target or taken & rivals or not allowed(target, column.context):
            continue
        if word in _OF_RECORD and not _differs(profile) or column.values.share(_NO_TEXT) >= 0.5:
            continue
        taken.add(target)
        found = Evidence(target, STRENGTH, f"its most general word is '{word}', and no other column tells it")
        settled[place] = Candidates(found, choice.others, agreement(target, column.values))
    return settled


def _general_word(column: Column) -> str:
    """The general word of a header of several, '' where it has none or something makes it another thing."""
    header = column.header
    if header.absent or header.of_part or len(header.tokens) < 2 or needs_context(header.phrase):
        return ""
    if header.source in column.context.ends or words().blockers & set(header.tokens):
        return ""
    for reading in readings_of(header.phrase):
        said = reading.terms & _SAID.keys()
        if len(said) == 1 and not reading.terms & book().other and len(reading.terms - said) + len(reading.unknown) > 0:
            return next(iter(said)) if _stands_out(header.tokens, next(iter(said))) else ""
    return ""


def _stands_out(tokens: tuple[str, ...], word: str) -> bool:
    """True where the general word is the first or the last: elsewhere it belongs to another."""
    return (
        any(reading.terms == {word} and not reading.unknown for at in (0, -1) for reading in readings_of(tokens[at]))
        or len(tokens) == 1
    )


def _differs(profile: ColumnProfile) -> bool:
    return profile.filled == 0 or (
        profile.filled >= FEW and max(profile.distinct, len(profile.samples)) >= DIFFERENT * profile.filled
    )
