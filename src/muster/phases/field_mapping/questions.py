"""What a person is asked about a column: pairs of attributes that headers confuse, units, rivals; evidence shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.dictionary import squash
from muster.phases.field_mapping.evidence import Column
from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.lexicon import read_data
from muster.phases.field_mapping.units import needs_unit
from muster.phases.field_mapping.verdict import Verdict
from muster.vocabulary.table import ColumnProfile

SHOWN = 3  # values in a question
LONGEST = 24  # characters of a value
NEAR = 0.35  # a second reading further behind is no rival


@dataclass(frozen=True, slots=True)
class _Pair:
    targets: frozenset[str]
    ask: str
    words: frozenset[str]  # squashed headers that are the question by themselves


@cache
def _pairs() -> tuple[_Pair, ...]:
    return tuple(
        _Pair(frozenset(entry["targets"]), entry["ask"], frozenset(squash(canonical(word)) for word in entry["words"]))
        for entry in read_data("questions.json")["pairs"]
    )


def question_about(
    profile: ColumnProfile, column: Column, found: Candidates, judged: Verdict, rivals: Sequence[str]
) -> str | None:
    """One question that a person alone can answer, None where the suggestion only wants a glance.

    `rivals` are the headers of the other columns that are suggested for the same target.
    """
    target = str(judged.best.target) if judged.best else ""
    if needs_unit(target) and not judged.unit_from and profile.samples:
        return _worded(read_data("questions.json")["unit"], profile)
    pair = _pair_of(column, found, target)
    if pair is not None:
        return _worded(pair.ask, profile)
    if judged.rivals and rivals:
        return _worded(read_data("questions.json")["rivals"], profile, {"others": ", ".join(rivals), "target": target})
    return None


def _pair_of(column: Column, found: Candidates, target: str) -> _Pair | None:
    """The pair that the column's second reading makes with its first, or that its header is known to mean."""
    near = [one.target for one in found.others if one.target and one.strength >= found.strength - NEAR]
    phrase = squash(column.header.phrase)
    for pair in _pairs():
        if target in pair.targets and (phrase in pair.words or any(other in pair.targets - {target} for other in near)):
            return pair
    return None


def _worded(ask: str, profile: ColumnProfile, more: Mapping[str, str] | None = None) -> str:
    shown = [text.strip()[:LONGEST] for text in profile.samples[:SHOWN]]
    text = ask.replace("{column} holds {values}", "{column}") if not shown else ask
    for name, value in {"column": profile.source, "values": ", ".join(shown), **(more or {})}.items():
        text = text.replace(f"{{{name}}}", value)
    return text
