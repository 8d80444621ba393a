"""Serial numbers and asset tags that the maker never filled in: many machines have the same, and it names none."""

from collections.abc import Iterator
from functools import cache

from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.phases.data_import.profiles.value_forms import listed
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.issue import Issue
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

IDENTITY = late(r"\b(serial|serien|seriennummer|serie|sn|service ?tag|asset ?tag|uuid|bios|chassis)\b|serial|seriennr")
NOTHING = ("none", "null")


@cache
def _junk_values() -> frozenset[str]:
    return frozenset(listed("junk"))


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        found = _found(column)
        if found:
            word, count = max(found.items(), key=lambda entry: (entry[1], entry[0]))
            yield Issue(
                "junk_serial",
                f"{count:,} records have '{word}', which is what stands where nobody filled in a serial number.",
                "Nothing needs to be done: such values never make two machines one.",
                column=column.source,
                value=word,
            )


def _found(column: ColumnProfile) -> dict[str, int]:
    """Phrases of firmware anywhere; zeros and words for nothing only where the header speaks of an identity."""
    if not IDENTITY.search(fold(column.source.replace("_", " "))):
        return {word: count for word, count in column.null_words.items() if _is_phrase(word)}
    words = {word: count for word, count in column.null_words.items() if _stands_in(word)}
    return words | ({"0": 1} if column.extremes.get("number", ("",))[0] == "0" else {})


def _is_phrase(word: str) -> bool:
    return word.casefold() in _junk_values() and " " in word and not word[0].isdecimal()


def _stands_in(word: str) -> bool:
    folded = word.casefold()
    zeros = len(word) > 5 and not word.strip("0")
    return (folded in _junk_values() and not folded.startswith(("0000-00", "00/", "00."))) or zeros or folded in NOTHING


TRAP = Trap(
    _detect,
    warns=(
        "Name,Serial Number\na,To be filled by O.E.M.\nb,ABC123\n",
        "Name,Serial\na,None\nb,ABC123\n",
        "Name,Serial\na,0\nb,ABC123\n",
    ),
    silent=(
        "Name,Serial\na,ABC122\nb,ABC123\nc,\n",
        "Name,Disks\na,0\nb,2\n",
        "Name,Backup\na,None\nb,daily\n",
        "Name,Token\na,0000000\nb,x\n",
    ),
)
