"""What is known of the support of an operating system, a database or a program, given what a source calls it."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from muster.phases.tech_debt_assessment.asked import Release, ended_before
from muster.phases.tech_debt_assessment.cycle import WORSE, Cycle, Status, products
from muster.phases.tech_debt_assessment.family import Family, Named, named, plain
from muster.phases.tech_debt_assessment.release import read_release
from muster.phases.tech_debt_assessment.spelling import spelt

# Own judgement: one cycle read from a pattern of our own; several; and an end inferred from the oldest known cycle.
EXACT, RANGE, INFERRED = 0.95, 0.85, 0.8


@dataclass(frozen=True, slots=True)
class Support:
    """The support of what a text names.

    `product` is the catalogue's id (None where nothing was recognised), `release` what was read of the release.
    `cycles`: one, or several where the text leaves it open, or none where it cannot be told; `settle` says what would.
    """

    product: str | None = None
    title: str = ""
    release: str = ""
    cycles: tuple[Cycle, ...] = ()
    settle: str = ""
    confidence: float = 0.0

    def statuses(self, as_of: date) -> tuple[Status, ...]:
        """The possible statuses as of a day, best first; (unknown,) where there is no cycle."""
        found = {cycle.status(as_of) for cycle in self.cycles}
        return tuple(status for status in (*WORSE, Status.UNKNOWN) if status in found) or (Status.UNKNOWN,)

    def status(self, as_of: date) -> Status:
        """The one status as of a day; unknown where the possible cycles differ."""
        found = self.statuses(as_of)
        return found[0] if len(found) == 1 else Status.UNKNOWN

    def last_free_days(self) -> tuple[date | None, date | None]:
        """First and last possible end of support without extra payment; None where some cycle has no known day."""
        days = [cycle.last_free_day for cycle in self.cycles]
        known = [day for day in days if day is not None]
        return (min(known), max(known)) if known and len(known) == len(days) else (None, None)

    @property
    def name(self) -> str:
        """Title and release, as a person would say it."""
        labels = tuple(cycle.label for cycle in self.cycles)
        return f"{self.title} {spelt(self.product or '', self.release, labels)}".strip()


UNKNOWN = Support(settle="the product's name")


def product(os_name: str | None, os_version: str | None = None) -> Support:
    """The support of an operating system, from its name and, where that does not tell the release, its version."""
    return _support("os", os_name or "", os_version or "")


def database(engine: str | None, version: str | None = None) -> Support:
    """The support of a database product, from its engine and version."""
    return _support("database", engine or "", version or "")


def software(name: str | None, version: str | None = None) -> Support:
    """The support of a program. Only a name that is wholly a product's title or alias counts, beside its version."""
    text, told = plain(name or ""), plain(version or "")
    bare = _bare(text)
    found = _titles().get(bare) or _titles().get(bare.removeprefix("microsoft "))
    if found is None:
        return UNKNOWN
    family = named("database", text)
    if family is not None and family.family.product == found:
        return _support("database", text, told)
    entry = products()[found]
    number = re.search(r"(?<![\w.])v?(\d+(?:\.\d+)*)", told) or re.search(r"(?<![\w.])v?(\d+(?:\.\d+)*)", text)
    if number is None:
        return Support(found, entry.title, settle="the version", confidence=EXACT)
    return _answer(found, _plain_release(number[1], entry.cycles))


@cache
def _support(kind: str, name: str, version: str) -> Support:
    text, told = plain(name), plain(version)
    # A family that the version names is as good: `linux` beside `Red Hat Enterprise Linux 7`.
    found = named(kind, f"{text} {told}".strip())
    if found is None:
        return UNKNOWN
    release = read_release(found, _cycles_of(found.family))
    return _succeeded(found, release) or _answer(found.family.product, release)


@cache
def _cycles_of(family: Family) -> tuple[Cycle, ...]:
    cycles = products()[family.product].cycles
    return tuple(replace(cycle, extended_free=family.extended == "free") for cycle in cycles)


def _succeeded(found: Named, release: Release) -> Support | None:
    """A release above the last one of a product that goes on under another name."""
    if not found.family.successor or release.cycles or release.older or not release.text:
        return None
    entry = products()[found.family.successor]
    later = _plain_release(release.text, entry.cycles)
    return _answer(entry.name, later) if later.cycles else None


def _plain_release(version: str, cycles: tuple[Cycle, ...]) -> Release:
    """The cycle whose number begins the version, else those that the version begins."""
    numbers = tuple(int(part) for part in version.split("."))
    coarser = [cycle for cycle in cycles if cycle.number and numbers[: len(cycle.number)] == cycle.number]
    finer = tuple(cycle for cycle in cycles if cycle.number[: len(numbers)] == numbers)
    if not coarser:
        return Release(version, finer, "the exact version" if len(finer) > 1 else "")
    longest = max(len(cycle.number) for cycle in coarser)
    return Release(version, tuple(cycle for cycle in coarser if len(cycle.number) == longest))


def _answer(name: str, release: Release) -> Support:
    entry = products()[name]
    if release.older and entry.cycles:
        return Support(name, entry.title, release.text, (ended_before(release.text),), confidence=INFERRED)
    sure = 0.0 if not release.cycles else EXACT if len(release.cycles) == 1 else RANGE
    return Support(name, entry.title, release.text, release.cycles, release.settle, sure)


_VERSION_WORDS = re.compile(r"\(.*?\)|(?<![a-z])(version|release|v|update|u|build|rev)?\.? ?\d[\w.+-]*")
_QUALIFIERS = re.compile(
    r"\b(enterprise|standard|community|edition|server edition|express|ultimate|professional|lts)\b"
)


def _bare(text: str) -> str:
    return re.sub(r"[\s,;-]+", " ", _QUALIFIERS.sub(" ", _VERSION_WORDS.sub(" ", text))).strip()


@cache
def _titles() -> dict[str, str]:
    """Products by their plain titles, ids and aliases; words that fit two products are left out."""
    found: dict[str, set[str]] = {}
    for name, entry in products().items():
        for word in (entry.title, name, *entry.aliases):
            found.setdefault(_bare(plain(word)), set()).add(name)
    return {word: next(iter(names)) for word, names in found.items() if len(names) == 1 and len(word) > 1}
