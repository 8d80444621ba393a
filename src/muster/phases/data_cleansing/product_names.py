"""Names of products at the beginning of a text: many ways to write one, then edition and release as they are told.

Only how a name is written changes. A release that may be several ('2016 or later', '12', '4/5/6') stays what it is.
"""

import re
from functools import cache

from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import pairs, word_list

MARKS = re.compile(r"\((?:r|tm|c)\)|[®™©]", re.I)
FORMER_MARK = re.compile(r"\b(Windows|Server|Microsoft)r\b")  # 'Windowsr' is a lost registered sign
WORDS = tuple(
    (re.compile(rf"(?<![\w.-])(?:{pattern})(?!\w)", re.I), said)
    for pattern, said in (
        (r"std\.?|standard edition", "Standard"),
        (r"ent\.?|enterprise edition|entr", "Enterprise"),
        (r"dc|dce|dtc|data ?center(?: edition)?|datacentre", "Datacenter"),
        (r"web edition", "Web"),
        (r"service pack ?(\d)|sp ?(\d)", r"SP\1\2"),
        (r"[(\[]?(?:64[ -]?bits?|x64|amd64)[)\]]?", "(64-bit)"),
        (r"[(\[]?(?:32[ -]?bits?|x86|i[36]86)[)\]]?", "(32-bit)"),
        (r"r ?([2])", r"R\1"),
        (r"2k(\d)", r"200\1"),
        (r"2k(\d\d)", r"20\1"),
    )
)


@cache
def _code_names() -> re.Pattern[str]:
    """Names that belong to a release whose number stands before them: they say nothing more."""
    return re.compile(rf"(?<=\d)( lts)?\s*[(\"](?:{'|'.join(map(re.escape, word_list('code_names')))})[)\"]", re.I)


@cache
def _patterns(name: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((said, re.compile(pattern, re.I)) for said, pattern in pairs(name))


def without_marks(text: str) -> str | None:
    """The text without the signs of trade marks."""
    return tidy(FORMER_MARK.sub(r"\1", MARKS.sub("", text)).replace(" ,", ",").strip(" ,;"))


def named(lists: tuple[str, ...], text: str) -> str:
    """The text with the product's name as its maker writes it, and the words behind it in one spelling."""
    bare = text.removeprefix("Microsoft ") if text.startswith("Microsoft Windows") else text
    for name in lists:
        for said, pattern in _patterns(name):
            if found := pattern.match(bare):
                return _with_rest(said, bare[found.end() :])
    return text


def _with_rest(name: str, rest: str) -> str:
    rest = re.sub(r"^[\s,:_-]+(?=\w)", "", rest)
    for pattern, said in WORDS:
        rest = pattern.sub(said, rest)
    joined = f"{name} {rest}" if rest[:1].isalnum() or rest.startswith("(") else f"{name}{rest}"
    text = re.sub(r"(?<=\d)SP(?=\d)", " SP", re.sub(r"(?<=20\d\d)R2", " R2", joined, flags=re.I), flags=re.I)
    return " ".join(_code_names().sub(r"\1", text).split())
