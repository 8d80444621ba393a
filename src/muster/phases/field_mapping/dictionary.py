"""The synonym dictionary: header words in seven languages, indexed by their canonical form."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log

from muster.phases.field_mapping.blindfold import left_out
from muster.phases.field_mapping.header import canonical
from muster.phases.field_mapping.lexicon import read_data
from muster.vocabulary.attributes import attributes
from muster.vocabulary.late_pattern import late

_EAST_ASIAN = late("[\u3040-\u30ff\u4e00-\u9fff]")
SHORTEST_SPELLING = 5  # shorter words are near too many others
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A synonym of an attribute. A weak word is shared with other attributes and is never enough by itself."""

    target: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Lookups by squashed phrase, phrase, sorted words and (Chinese, Japanese) contained text; and rarity of words."""

    exact: Mapping[str, tuple[Entry, ...]]
    phrases: Mapping[str, tuple[Entry, ...]]
    unordered: Mapping[str, tuple[Entry, ...]]
    unspaced: tuple[tuple[str, Entry], ...]
    spellings: Mapping[str, tuple[str, ...]]  # by first letter: misspellings keep it, and it makes a search short
    weights: Mapping[str, float]
    heaviest: float

    def weight(self, token: str) -> float:
        """How much a word tells: high where few attributes use it."""
        return self.weights.get(token, self.heaviest)


def squash(phrase: str) -> str:
    """A phrase without blanks: 'serial number', 'serialnumber' and 'SerialNumber' are one word."""
    return phrase.replace(" ", "")


def unordered(phrase: str) -> str:
    """The words of a phrase in alphabetical order: 'memory total' is 'total memory'."""
    return " ".join(sorted(phrase.split()))


@cache
def _synonyms() -> list[tuple[str, Entry]]:
    found = []
    for target, languages in read_data("dictionary.json")["attributes"].items():
        spellings = [attributes()[target].name.replace("_", " ")]
        for language, phrases in languages.items():
            if language == "weak":
                found += [(canonical(phrase), Entry(target, True)) for phrase in phrases]
                continue
            spellings += phrases
            if language == "de":
                spellings += [phrase.translate(_UMLAUTS) for phrase in phrases]
        found += [(canonical(phrase), Entry(target, False)) for phrase in spellings]
    return [(phrase, entry) for phrase, entry in found if phrase]


def _grouped(pairs: list[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    grouped: dict[str, dict[str, Entry]] = defaultdict(dict)
    for key, entry in pairs:
        known = grouped[key].get(entry.target)
        if known is None or known.weak:
            grouped[key][entry.target] = entry
    return {key: tuple(entries.values()) for key, entries in grouped.items()}


def is_left_out(phrase: str) -> bool:
    """True while a measurement does without this phrase."""
    return bool(left_out().phrases) and squash(phrase) in left_out().phrases


def dictionary() -> Dictionary:
    """The dictionary, indexed once per process."""
    return _indexed(left_out().phrases)


@lru_cache(maxsize=2)
def _indexed(unknown: frozenset[str]) -> Dictionary:
    synonyms = [(phrase, entry) for phrase, entry in _synonyms() if squash(phrase) not in unknown]
    users: dict[str, set[str]] = defaultdict(set)
    for phrase, entry in synonyms:
        for token in phrase.split():
            users[token].add(entry.target)
    size = len(attributes())
    clear = [(phrase, entry) for phrase, entry in synonyms if not entry.weak]
    unspaced = sorted({(squash(phrase), entry) for phrase, entry in clear if is_unspaced(phrase)}, key=_longest_first)
    spellings: dict[str, list[str]] = defaultdict(list)
    exact = _grouped([(squash(phrase), entry) for phrase, entry in synonyms])
    for key in exact:
        if len(key) >= SHORTEST_SPELLING:
            spellings[key[0]].append(key)
    return Dictionary(
        exact=exact,
        phrases=_grouped(clear),
        unordered=_grouped([(unordered(phrase), entry) for phrase, entry in clear if " " in phrase]),
        unspaced=tuple(unspaced),
        spellings={letter: tuple(keys) for letter, keys in spellings.items()},
        weights={token: log(1 + size / len(targets)) for token, targets in users.items()},
        heaviest=log(1 + size),
    )


def _longest_first(pair: tuple[str, Entry]) -> tuple[int, str, str]:
    return -len(pair[0]), pair[0], pair[1].target


def is_unspaced(text: str) -> bool:
    """True for scripts that put no blanks between words (Chinese, Japanese)."""
    return _EAST_ASIAN.search(text) is not None
