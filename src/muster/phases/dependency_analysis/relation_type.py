"""What the words of a relation say: the kind of the edge, and which end depends on the other."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

PAIR = "::"
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class RelationReading:
    """`kind` is None where the words are not in the table; then the ends stay as written."""

    kind: str | None
    backward: bool = False


def read_relation(text: str) -> RelationReading:
    """Read one relation type. Only whole phrases of the table count, never a part of a longer text.

    `Depends on::Used by` is read by its first half, which speaks of the first end; where only the second half is
    in the table, it is read the other way round.
    """
    first, _, second = text.partition(PAIR)
    table = _phrases()
    if (found := table.get(_plain(first))) is not None:
        return found
    if (found := table.get(_plain(second))) is not None:
        return RelationReading(found.kind, not found.backward)
    return RelationReading(None)


def _plain(text: str) -> str:
    """Lower case without accents and punctuation, words parted by one blank."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return _NOT_WORDS.sub(" ", bare.casefold()).strip()


@cache
def _phrases() -> dict[str, RelationReading]:
    text = resources.files("muster.phases.dependency_analysis").joinpath("relation_types.json").read_text("utf-8")
    table = json.loads(text)
    return {
        _plain(phrase): RelationReading(kind, way == "backward")
        for way in ("backward", "forward")
        for kind, phrases in table[way].items()
        for phrase in phrases
    }
