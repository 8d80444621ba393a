"""The words in column names: split, folded, and known or not."""

import json
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from muster.vocabulary.late_pattern import late

CAMEL = late(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WHOLE = late(r"(?<![A-Z])(?:[kKMGTP]i?B|[kMG]Hz|IPv[46]|[A-Z]{2,}s)(?![a-z])")  # capitals that are one word: MiB, VMs
APART = late(
    r"(?<=[\u3040-\u30ff\u4e00-\u9fff])[ \u3000]+(?=[\u3040-\u30ff\u4e00-\u9fff])"
)  # 備 考, spaced to fill a cell
WORD = late(r"ipv[46]|[^\W\d_]+|\d+")


def fold(text: str) -> str:
    """Lower case without accents: Größe -> grosse, Mémoire -> memoire."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    return unicodedata.normalize("NFC", "".join(mark for mark in decomposed if not unicodedata.combining(mark)))


@lru_cache(maxsize=1 << 14)
def words(name: str) -> tuple[str, ...]:
    """'ipAddress_1' -> ('ip', 'address', '1')."""
    one_word = WHOLE.sub(lambda found: f" {found.group().lower()} ", APART.sub("", name))
    return tuple(WORD.findall(fold(CAMEL.sub(" ", one_word))))


@cache
def _known() -> tuple[frozenset[str], tuple[str, ...]]:
    text = resources.files("muster.phases.data_import.tables").joinpath("header_words.json").read_text(encoding="utf-8")
    languages = json.loads(text)
    east_asian = tuple(fold(word) for word in languages.pop("east_asian").split())
    return frozenset(fold(word) for listed in languages.values() for word in listed.split()), east_asian


@lru_cache(maxsize=1 << 14)
def familiar(name: str) -> bool:
    """True where a column name holds a word that inventories use for a column, in any of the listed languages."""
    spaced, unspaced = _known()
    found = words(name)
    if any(word in spaced or word.removesuffix("s") in spaced for word in found):
        return True
    folded = fold(APART.sub("", name))
    if not name.isascii() and any(word in folded for word in unspaced):
        return True
    return any(_compound(word, spaced) for word in found)


LONGEST_COMPOUND = 60  # letters; a longer run is no heading, and every cut of it would be tried


def _compound(word: str, known: frozenset[str]) -> bool:
    """'servername', 'ipadresse', 'speichergroesse': two known words written as one."""
    return 6 < len(word) <= LONGEST_COMPOUND and any(
        word[:cut] in known and word[cut:] in known for cut in range(2, len(word) - 1)
    )
