"""Word lists that are data: one JSON file per list in the folder `words`."""

import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from muster.vocabulary.spellings import all_lists

ROOM = resources.files("muster.phases.data_cleansing")
FOLDER = ROOM.joinpath("words")


def _text(name: str) -> str:
    return FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8")


def all_words() -> str:
    """The text of every list, here and where mapping reads it too: it is part of the version of the rules."""
    return _texts(FOLDER, ".json") + all_lists()


def all_sources() -> str:
    """The text of every module that decides what a rule answers, in the order of their names."""
    return _texts(ROOM, ".py") + _texts(ROOM.joinpath("rules"), ".py")


def _texts(folder: Traversable, ending: str) -> str:
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(ending)), key=lambda entry: entry.name)
    return "".join(f"{entry.name}\n{entry.read_text(encoding='utf-8')}" for entry in files)


@cache
def word_list(name: str) -> tuple[str, ...]:
    """A plain list of words."""
    return tuple(json.loads(_text(name)))


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """Names and the patterns of their spellings, in the order in which they are tried."""
    return tuple((said, pattern) for said, pattern in json.loads(_text(name)))


@cache
def factors(name: str) -> dict[str, float]:
    """Numbers by word: units, months, zones."""
    return {word: float(number) for word, number in json.loads(_text(name)).items()}
