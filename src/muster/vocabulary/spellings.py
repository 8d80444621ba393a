"""What a few words are called in files: many spellings in many languages, one JSON file per list in the folder `lists`.

Mapping recognises a column by these spellings and cleansing reads its values by them: what one knows the other knows.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from unicodedata import combining, normalize

CODED = re.compile(r"^\s*(?:\(?\d{1,2}\)?\s*[-:.)]|p\d\s*[-:])\s*(?=[^\d\s])", re.I)  # '1 - Production', '3) Low'
REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # 'Production (live)'
_ROOM = resources.files("muster.vocabulary")
_FOLDER = _ROOM.joinpath("lists")


def key(text: str) -> str:
    """The text reduced to what words are compared by: letters and digits, no case, no accents."""
    letters = (letter for letter in normalize("NFKD", text) if not combining(letter))
    return "".join(letter for letter in letters if letter.isalnum()).casefold() or text.strip().casefold()


@cache
def synonyms(name: str) -> dict[str, tuple[str, ...]]:
    """The words of a list and the spellings that mean each of them."""
    text = _FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8")
    return {word: tuple(spellings) for word, spellings in json.loads(text).items()}


@cache
def spellings(name: str) -> dict[str, str]:
    """Reduced spelling -> word. A spelling that stands for two words is an error of the list."""
    found: dict[str, str] = {}
    for word, others in synonyms(name).items():
        for spelling in (word, *others):
            if found.setdefault(key(spelling), word) != word:
                raise ValueError(f"{name}: {spelling!r} stands for {word} and for {found[key(spelling)]}")
    return found


def forms(text: str) -> Iterator[str]:
    """What a text is looked up by: as it stands, then without a leading code, then without a closing remark."""
    yield key(text)
    uncoded = CODED.sub("", text)
    yield key(uncoded)
    yield key(REMARK.sub("", uncoded))


def meaning(name: str, text: str) -> str | None:
    """The word of a list that a text means."""
    known = spellings(name)
    return next((known[form] for form in forms(text) if form in known), None)


def all_lists() -> str:
    """The text of every list in the order of their names, and of this module, which decides what they mean."""
    files = sorted(_FOLDER.iterdir(), key=lambda entry: entry.name)
    return "".join(
        f"{entry.name}\n{entry.read_text(encoding='utf-8')}" for entry in (*files, _ROOM.joinpath("spellings.py"))
    )
