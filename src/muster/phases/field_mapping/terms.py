"""A header taken apart into the terms it is made of, in any language of terms.json, and what they mean together.

'Fecha de fin de garantía', '保守期限' and 'Warranty End Date' are the same three or two terms; what they mean is said
once, for all languages. Scripts without blanks and words written as one are cut at the longest terms known.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, islice, product

from muster.phases.field_mapping.blindfold import left_out
from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.lexicon import read_data
from muster.vocabulary.late_pattern import late

_SILENT = "_silent"
_LATIN = late(r"[a-z]+")
_LONGEST = 5  # words of the longest term
_MOST_READINGS = 48  # of a header whose words mean several things each
_SHORTEST_PART = 3  # letters of a part of a word written as one; of those that begin one, two are enough
_JOINTS = ("", "s", "n", "en", "es", "e", "er")  # what joins the parts of a German or Dutch word

Terms = frozenset[str]


@dataclass(frozen=True, slots=True)
class Book:
    """terms.json, indexed: what words stand for, and what sets of terms mean."""

    terms: Mapping[str, tuple[str, ...]]  # canonical words -> terms
    attributes: Mapping[Terms, str]
    words: Mapping[Terms, str]  # sets that mean an English word whose meaning depends on the table
    sized: Mapping[Terms, str]  # sets that mean an attribute under a unit of size
    neutral: Terms  # terms that may be left out
    other: Terms  # terms that make the rest of a header another thing: an owner's phone is no owner
    ends: Mapping[str, str]  # term -> side of a relation
    end_things: Terms


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a phrase: the terms of its known words, and how many other words there are."""

    terms: Terms
    known: int
    unknown: tuple[str, ...]


@cache
def book() -> Book:
    """The terms, read once."""
    data = read_data("terms.json")
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for term, languages in data["terms"].items():
        for listed in languages.values():
            for phrase in listed.split(", "):
                found[canonical(phrase) or phrase][term] = None
                found[canonical(phrase).replace(" ", "")][term] = None
    attributes = {_set(said): target for target, sets in data["attributes"].items() for said in sets}
    words = {_set(said): canonical(word) for said, word in data["words"].items()}
    sized = {_set(said): target for said, target in data["sized"].items()}
    terms = {phrase: tuple(each) for phrase, each in found.items()}
    neutral, other, things = (frozenset(data[name]) for name in ("neutral", "other", "end_things"))
    return Book(terms, attributes, words, sized, neutral, other, data["ends"], things)


def _set(said: str) -> Terms:
    return frozenset(said.split())


def readings_of(phrase: str) -> tuple[Reading, ...]:
    """The ways to understand a canonical phrase, without those that know none of its words."""
    return _readings(phrase, left_out().phrases)


@lru_cache(maxsize=8192)
def _readings(phrase: str, strange: frozenset[str]) -> tuple[Reading, ...]:
    """`strange` are squashed phrases that a measurement does without."""
    chunks = [(text, () if text.replace(" ", "") in strange else terms) for text, terms in _chunks(phrase.split())]
    unknown = tuple(text for text, terms in chunks if not terms)
    choices = [terms for _, terms in chunks if terms]
    found: dict[Terms, Reading] = {}
    for chosen in islice(product(*choices), _MOST_READINGS):
        told = frozenset(chosen) - {_SILENT}
        if told:
            found.setdefault(told, Reading(told, sum(term != _SILENT for term in chosen), unknown))
    return tuple(found.values())


def _chunks(tokens: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The parts of a phrase and their terms (none for an unknown part), longest terms first."""
    known, at = book().terms, 0
    while at < len(tokens):
        for length in range(min(_LONGEST, len(tokens) - at), 0, -1):
            text = " ".join(tokens[at : at + length])
            if text in known:
                yield text, known[text]
                at += length
                break
        else:
            yield from _parts(tokens[at])
            at += 1


def _parts(token: str) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of a word: of Latin letters only where terms explain all of it."""
    if _LATIN.fullmatch(token):
        return _compound(token) or [(token, ())]
    return _segments(token)


def _compound(token: str) -> list[tuple[str, tuple[str, ...]]]:
    known = book().terms
    for cut in range(len(token) - _SHORTEST_PART, 1, -1):
        head = token[:cut]
        stem = next((head.removesuffix(joint) for joint in _JOINTS if _is_part(head, joint)), "")
        rest = token[cut:]
        tail = ([(rest, known[rest])] if rest in known else _compound(rest)) if stem else []
        if tail:
            return [(stem, known[stem]), *tail]
    return []


def _is_part(head: str, joint: str) -> bool:
    return head.endswith(joint) and len(head) - len(joint) > 1 and head.removesuffix(joint) in book().terms


def _segments(token: str) -> list[tuple[str, tuple[str, ...]]]:
    """A run of a script without blanks, cut at the longest known terms from the left; what lies between is unknown."""
    known, at, strange = book().terms, 0, ""
    found: list[tuple[str, tuple[str, ...]]] = []
    while at < len(token):
        length = next((size for size in range(len(token) - at, 0, -1) if token[at : at + size] in known), 0)
        if not length:
            strange += token[at]
            at += 1
            continue
        if strange:
            found.append((strange, ()))
            strange = ""
        found.append((token[at : at + length], known[token[at : at + length]]))
        at += length
    return [*found, (strange, ())] if strange else found


def looked_up(meanings: Mapping[Terms, str], terms: Terms) -> tuple[str, int] | None:
    """What a set of terms means, and how many neutral terms had to be left out for it: the fewest, at most half."""
    spare = sorted(terms & book().neutral)
    for count in range(min(len(spare), len(terms) // 2) + 1):
        for dropped in combinations(spare, count):
            found = meanings.get(terms - frozenset(dropped))
            if found is not None:
                return found, count
    return None


def end_of(phrase: str) -> tuple[str, Terms] | None:
    """(the side of a relation, the terms beside it) of a header that names one end of it, else None."""
    for reading in readings_of(phrase):
        sides = {book().ends[term] for term in reading.terms if term in book().ends}
        if len(sides) == 1 and not reading.unknown:
            return sides.pop(), frozenset(term for term in reading.terms if term not in book().ends)
    return None
