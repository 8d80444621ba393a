"""Words that say which of a few (high, test, yes): a row that holds one above others of its scale is data."""

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources

from muster.phases.data_import.tables.words import fold

MOST = 0.7  # of the values below


@cache
def _scales() -> tuple[frozenset[str], ...]:
    """The words of each scale of value_words.json, in several languages, folded."""
    text = resources.files("muster.phases.data_import.tables").joinpath("value_words.json").read_text(encoding="utf-8")
    return tuple(frozenset(fold(word) for word in scale.split(" | ")) for scale in json.loads(text).values())


def same_scale(name: str, values: Sequence[str]) -> bool:
    """True where a cell and most of the values below it are words of one scale."""
    said = fold(name.strip())
    told = [scale for scale in _scales() if said in scale]
    return any(sum(fold(value) in scale for value in values) >= MOST * len(values) for scale in told)
