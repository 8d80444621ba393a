"""Closed vocabularies: many spellings in many languages, few words."""

from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from muster.phases.data_cleansing.rule import Cleansed, Reading, wrong
from muster.phases.data_cleansing.text import tidy
from muster.vocabulary.spellings import key, meaning, spellings, synonyms

OR_ACCEPT = " Or accept the text as it is."
HINT = f"Choose one of: {{words}}.{OR_ACCEPT}"
SHORT, LONG = 5, 9  # letters from which one slip, and from which two, still leave a word to be known by


def word(name: str, raw: str, _reading: Reading) -> Cleansed:
    """The vocabulary's word; an unknown text is kept and asked about."""
    found = meaning(name, raw)  # before the null words: 'нет' is a word of its own where the question is yes or no
    if found is not None:
        return Cleansed(found)
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    meant = likely(name, text)
    hint = (f"Did you mean {meant} by {text!r}? " if meant else "") + HINT.format(words=", ".join(synonyms(name)))
    return wrong("unknown_word", text, f"is no known {name.replace('_', ' ')}", hint, value=text)


@cache
def _long(name: str) -> list[str]:
    return [spelling for spelling in spellings(name) if len(spelling) >= SHORT]


def likely(name: str, text: str) -> str | None:
    """The word that a text most likely means by a slip of the fingers; None where no or several words are as near.

    It is only ever a question: 'inactive' is two letters from 'active', and the other way round.
    """
    written = key(text)
    slips = 0 if len(written) < SHORT else 1 if len(written) < LONG else 2
    if not slips:
        return None
    near = process.extract(written, _long(name), scorer=OSA.distance, score_cutoff=slips, limit=None)
    least = min((slip for _, slip, _ in near), default=0)
    words = {spellings(name)[spelling] for spelling, slip, _ in near if slip == least}
    return words.pop() if len(words) == 1 else None


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
