"""Closed vocabularies: many spellings in many languages, few words."""

from muster.phases.data_cleansing.rule import Cleansed, Reading, wrong
from muster.phases.data_cleansing.text import tidy
from muster.vocabulary.spellings import meaning, synonyms

OR_ACCEPT = " Or accept the text as it is."
HINT = f"Choose one of: {{words}}.{OR_ACCEPT}"


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
