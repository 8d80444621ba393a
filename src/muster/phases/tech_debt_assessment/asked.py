"""What is asked of a reading, what it answers, and how version numbers are matched with the releases of a product."""

import re
from dataclasses import dataclass

from muster.phases.tech_debt_assessment.cycle import Cycle
from muster.phases.tech_debt_assessment.family import Named
from muster.vocabulary import named_release

LATER = re.compile(named_release.LATER)
EARLIER = re.compile(r"\b(pre|before|prior to|older than)[ -]?(\d+(?:\.\d+)*)")
VERSION = r"\d+(?:\.\d+)*(?:\.[x*])?"
FIRST = re.compile(rf"(?<![\d.])(?:v|r|release |version )?({VERSION}(?: ?/ ?{VERSION})*)", re.IGNORECASE)
DOTTED = re.compile(r"(?<![\d.])\d+\.\d")
# 5.4.0-42-generic, 4.18.0-477.el8.x86_64, #46-ubuntu: a kernel's release, not the distribution's.
KERNEL = re.compile(r"(?<![\d.])\d+\.\d+\.\d+-\d\S*|\bkernel \d\S*|#\d+\S*")
SERVICE_PACK = re.compile(r"(?<![a-z])(?:sp|service ?pack|patch ?level|pl) ?-?(\d)\b")


@dataclass(frozen=True, slots=True)
class Release:
    """What a text says of the release. Without `cycles` it was not told, or it is not in the catalogue.

    `text`: the release as it was told. `older`: it is older than the oldest one of the catalogue. `settle`: what would
    narrow several to one.
    """

    text: str = ""
    cycles: tuple[Cycle, ...] = ()
    settle: str = ""
    older: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A product that a text names, and the releases it may be."""

    named: Named
    cycles: tuple[Cycle, ...]

    @property
    def whole(self) -> str:
        """The name and what follows it."""
        return self.named.rest

    @property
    def told(self) -> str:
        """What follows the name, without the releases of kernels, which look like those of distributions.

        Where no version follows, a dotted one before the name counts (`10.6.16-MariaDB`).
        """
        text = self.named.after
        if not FIRST.search(text) and DOTTED.search(before := self.named.text.removesuffix(self.named.rest)):
            text = before
        return KERNEL.sub(" ", text) if self.named.family.kind == "os" else text


def numbers_of(text: str) -> tuple[int, ...]:
    """'12.x' as (12,), '7.9' as (7, 9)."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def of_versions(asked: Asked, versions: tuple[str, ...], later: bool) -> Release:
    """The cycles of one version, of a list of versions, or of a version and all later ones."""
    parts = [match(asked, version) for version in versions]
    cycles = [cycle for part in parts for cycle in part.cycles]
    # Within a list, or before all later ones, a release older than the catalogue counts too: it has ended.
    before = [ended_before(part.text) for part in parts if part.older and (cycles or later)]
    if later and (lowest := min((cycle.number for cycle in cycles), default=numbers_of(versions[0]))):
        cycles = [cycle for cycle in numbered(asked.cycles) if cycle.number >= lowest]
    unique = tuple(cycle for cycle in numbered(asked.cycles) if cycle in cycles) or tuple(cycles)
    settle = "the exact release" if len(unique) > 1 or (len(versions) > 1 or later) else ""
    if not unique:
        return Release("/".join(versions), settle=parts[0].settle, older=all(part.older for part in parts))
    return Release("/".join(versions) + (" or later" if later else ""), (*before, *unique), settle)


def before_version(asked: Asked, version: str) -> Release:
    """Every release below a version (`pre-11`), also those older than the catalogue."""
    lowest = numbers_of(version)
    cycles = tuple(cycle for cycle in numbered(asked.cycles) if cycle.number < lowest)
    return Release(f"before {version}", (ended_before(f"before {version}"), *cycles), "the exact release")


def ended_before(version: str) -> Cycle:
    """A release older than the oldest one listed: vendors end older releases first, so it has ended as well."""
    return Cycle(version, version, None, eoas=True, eol=True, eoes=None, number=numbers_of(version))


def numbered(cycles: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    """Those with a number, lowest first."""
    return tuple(sorted((cycle for cycle in cycles if cycle.number), key=lambda cycle: cycle.number))


def match(asked: Asked, version: str) -> Release:
    """The cycle a version belongs to: the longest one that begins it, else all that it begins."""
    numbers, wide = numbers_of(version), version.endswith((".x", ".*"))
    cycles = numbered(asked.cycles)
    coarser = [cycle for cycle in cycles if numbers[: len(cycle.number)] == cycle.number]
    finer = [cycle for cycle in cycles if len(cycle.number) > len(numbers) and cycle.number[: len(numbers)] == numbers]
    exact = [cycle for cycle in coarser if cycle.number == numbers]
    if finer and (wide or asked.named.family.finer or not coarser or (not exact and not coarser)):
        return Release(version, tuple(exact + finer), "the exact release")
    if coarser:
        best = max(coarser, key=lambda cycle: len(cycle.number))
        return Release(version, tuple(cycle for cycle in coarser if cycle.number == best.number))
    if cycles and numbers < cycles[0].number:
        return Release(version, older=True)
    return Release(version, settle="newer lifecycle data" if cycles and numbers > cycles[-1].number else "the release")
