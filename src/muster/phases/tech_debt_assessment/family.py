"""Which product a text names: patterns per family, the most specific one wins."""

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from muster.phases.tech_debt_assessment.builds import builds

_SIGNS = re.compile(r"\((r|tm|c)\)|[®™©]", re.IGNORECASE)
_BITS = re.compile(
    r"\(?\b(64|32)[ -]?(bits?|位|비트)\b\)?|\bx86[ _-]64\b|\bx(86|64)\b"
    r"|\b(amd64|i[36]86|ppc64(le)?|s390x|aarch64|arm64)\b"
)
_COMPILER = re.compile(
    r"\((?:gcc [^()]*(?:\([^()]*\))?|red hat \d+\.\d+\.\d+-\d+)[^()]*\)?"
)  # of a kernel, in what `uname` says
_SPACES = re.compile(r"[\s_]+")
# windows9Server64Guest, rhel7_64Guest: how the vSphere API names what a virtual machine is set up for.
_GUEST = re.compile(r"^([a-z][a-z0-9]*?)_?(?:enterprise|standard|datacenter|business|web|pro|home)?_?(64)?guest$")


@dataclass(frozen=True, slots=True)
class Family:
    """How one product's name and release are read; see the note in families.json."""

    kind: str
    product: str
    rank: int
    reading: str
    pattern: re.Pattern[str]
    finer: bool = False
    el: bool = False
    extended: str = ""
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A family found in a text; `rest` begins with the name, `after` is what follows it."""

    family: Family
    text: str
    rest: str
    after: str


def plain(text: str) -> str:
    """Lower case, full-width signs narrowed, without trade marks and word sizes, single blanks."""
    narrow = _SIGNS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if guest := _GUEST.match(narrow.strip()):
        narrow = str(builds()["vmware_guests"].get(guest[1], guest[1]))
    return _SPACES.sub(" ", _BITS.sub(" ", _SPACES.sub(" ", _COMPILER.sub(" ", narrow)))).strip()


def named(kind: str, text: str) -> Named | None:
    """The family of `kind` ('os' or 'database') that a plain text names, or None."""
    best: tuple[int, int, Family, re.Match[str]] | None = None
    for family in families(kind):
        found = family.pattern.search(text)
        if found is None:
            continue
        key = (family.rank, -found.start())
        if best is None or key > best[:2]:
            best = (*key, family, found)
    if best is None:
        return None
    return Named(best[2], text, text[best[3].start() :], text[best[3].end() :])


@cache
def families(kind: str) -> tuple[Family, ...]:
    """The families of a kind, sorted by product."""
    text = resources.files("muster.phases.tech_debt_assessment").joinpath("families.json").read_text("utf-8")
    entries = json.loads(text)[kind]
    found = (Family(kind=kind, **{**entry, "pattern": re.compile(entry["pattern"])}) for entry in entries)
    return tuple(sorted(found, key=lambda family: family.product))
