"""A client's own attributes: a column is one of them where its header says the attribute's words."""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.phases.field_mapping.dictionary import squash
from muster.phases.field_mapping.evidence import Column
from muster.phases.field_mapping.header import canonical
from muster.vocabulary.attributes import Attribute

NAMED, REORDERED, DESCRIBED = 0.97, 0.9, 0.7
PREFIXES = ("custom ", "u ", "x ", "client ")
MOST_DESCRIBED = 4  # a description longer than a phrase is a sentence, and its words say little


@dataclass(frozen=True, slots=True)
class Custom:
    """A client's attribute with the canonical words of its name and description."""

    attribute: Attribute
    name: str
    described: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """A client's attribute that a column may be, how likely (0..1) and why; `named` where the header is its name."""

    attribute: Attribute
    score: float
    reason: str
    named: bool = False


def customs(attributes: Sequence[Attribute]) -> tuple[Custom, ...]:
    """The client's attributes, ready to be compared with headers."""
    return tuple(
        Custom(one, _without_prefix(canonical(one.name)), frozenset(canonical(one.description).split()))
        for one in sorted(attributes, key=lambda one: one.name)
    )


def match_custom(column: Column, own: Sequence[Custom]) -> Match | None:
    """The client's attribute that a header names or describes; None where there is none.

    A name is the client's own word for a fact and goes before the catalogue. A description is only a question.
    """
    readings = [column.header.phrase, *(phrase for phrase, _ in column.header.shorter)]
    for one in own:
        if squash(one.name) in {squash(phrase) for phrase in readings if phrase}:
            return Match(one.attribute, NAMED, f"{one.attribute.name}: the client's own attribute of this name.", True)
    tokens = frozenset(column.header.tokens)
    for one in own:
        if tokens and tokens == frozenset(one.name.split()):
            return Match(one.attribute, REORDERED, f"{one.attribute.name}: the words of the client's own attribute.")
    for one in own:
        if tokens and tokens == one.described and len(tokens) <= MOST_DESCRIBED:
            return Match(one.attribute, DESCRIBED, f"{one.attribute.name}: the client describes the attribute so.")
    return None


def _without_prefix(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix) and len(name) > len(prefix):
            return name[len(prefix) :]
    return name
