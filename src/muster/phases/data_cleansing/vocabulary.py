"""Closed vocabularies: many spellings in many languages, few words."""

import re
from functools import cache

from muster.phases.data_cleansing.rule import Cleansed, Reading, wrong
from muster.phases.data_cleansing.text import key, tidy
from muster.phases.data_cleansing.words import synonyms

CODED = re.compile(r"^\s*(?:\(?\d{1,2}\)?\s*[-:.)]|p\d\s*[-:])\s*(?=[^\d\s])", re.I)  # '1 - Production', '3) Low'
REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # 'Production (live)'
OR_ACCEPT = " Or accept the text as it is."
HINT = f"Choose one of: {{words}}.{OR_ACCEPT}"


@cache
def spellings(name: str) -> dict[str, str]:
    """Reduced spelling -> word. A spelling that stands for two words is an error of the list."""
    found: dict[str, str] = {}
    for word, others in synonyms(name).items():
        for spelling in (word, *others):
            if found.setdefault(key(spelling), word) != word:
                raise ValueError(f"{name}: {spelling!r} stands for {word} and for {found[key(spelling)]}")
    return found


def meaning(name: str, text: str) -> str | None:
    """The word that a text means: as it stands, then without a leading code, then without a closing remark."""
    known = spellings(name)
    uncoded = CODED.sub("", text)
    for candidate in (text, uncoded, REMARK.sub("", uncoded)):
        reduced = key(candidate)
        if reduced in known:
            return known[reduced]
    return None


def word(name: str, raw: str, _reading: Reading) -> Cleansed:
    """The vocabulary's word; an unknown text is kept and asked about."""
    found = meaning(name, raw)  # before the null words: 'нет' is a word of its own where the question is yes or no
    if found is not None:
        return Cleansed(found)
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    hint = HINT.format(words=", ".join(synonyms(name)))
    return wrong("unknown_word", text, f"is no known {name.replace('_', ' ')}", hint, value=text)


def truth(raw: str, *names: str) -> Cleansed:
    """True or false by lists of words, tried in their order; an unknown word becomes nothing, since a boolean has no
    room for it.
    """
    found = next((said for name in names if (said := meaning(name, raw)) is not None), None)
    if found is not None:
        return Cleansed(found == "true")
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    return wrong("unknown_word", text, "is neither a yes nor a no", "Write yes or no.")
