"""Products and their release cycles, read once from the shipped lifecycle snapshot and its supplement."""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

_PACKAGE = "muster.phases.tech_debt_assessment"
_FILES = ("lifecycle.json", "supplement.json")
_NUMBER = re.compile(r"^\d+(\.\d+)*")

# A day, or only whether it has happened, or nothing known.
When = date | bool | None


class Status(StrEnum):
    """How a release is supported, from best to worst; `unknown` where it cannot be told."""

    ACTIVE = "active"
    SECURITY_ONLY = "security-only"
    PAID_ONLY = "paid-only"
    ENDED = "ended"
    UNKNOWN = "unknown"


WORSE: tuple[Status, ...] = (Status.ACTIVE, Status.SECURITY_ONLY, Status.PAID_ONLY, Status.ENDED)


@dataclass(frozen=True, slots=True)
class Cycle:
    """One release line of a product: end of active support, of security support, of extended support.

    `extended_free`: the support between `eol` and `eoes` costs nothing, so the line is not paid-only in that time.
    `number`: the leading numbers of the name, `12.5-sp1` as (12, 5); empty where it does not begin with one.
    """

    name: str
    label: str
    released: date | None
    eoas: When
    eol: When
    eoes: When
    extended_free: bool = False
    number: tuple[int, ...] = ()

    @property
    def last_free_day(self) -> date | None:
        """The last day with security updates that need no extra contract, where a day is known."""
        end = self.eoes if self.extended_free and self.eoes else self.eol
        return end if isinstance(end, date) else None

    def status(self, as_of: date) -> Status:
        """The support as of a day; the day named as the end is still supported."""
        if not _over(self.eol, as_of):
            if self.eol is None:
                return Status.UNKNOWN
            return Status.SECURITY_ONLY if _over(self.eoas, as_of) else Status.ACTIVE
        # `false` in the snapshot: extended support is sold and has no end yet (for Node.js by third parties).
        if self.eoes is None or _over(self.eoes, as_of):
            return Status.ENDED
        return Status.SECURITY_ONLY if self.extended_free else Status.PAID_ONLY


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the catalogue; `cycles` newest first, as the snapshot lists them.

    `source`: the vendor's page on its dates, where the supplement names one. `settle`: what tells apart releases that
    are counted alike. `makers`: vendors by the product's identifiers (CPE); empty where it has none.
    """

    name: str
    title: str
    category: str
    aliases: tuple[str, ...]
    cycles: tuple[Cycle, ...]
    source: str = ""
    settle: str = ""
    makers: tuple[str, ...] = ()


def _over(end: When, as_of: date) -> bool:
    """True where the end has passed; `true` in the snapshot means passed on a day that is not known."""
    return end < as_of if isinstance(end, date) else bool(end)


@cache
def products() -> dict[str, Product]:
    """All products by name: those of the snapshot, with the releases and the products that the supplement adds."""
    snapshot, supplement = (_read(file)["products"] for file in _FILES)
    found = {name: _product(name, entry, snapshot) for name, entry in snapshot.items()}
    for name, entry in supplement.items():
        added = _product(name, entry, snapshot)
        stood = found.get(name)
        found[name] = added if stood is None else replace(stood, cycles=_with(stood.cycles, added.cycles))
    return found


def _product(name: str, entry: dict[str, Any], snapshot: dict[str, Any]) -> Product:
    return Product(
        name=name,
        title=entry["title"],
        category=entry["category"],
        aliases=tuple(entry.get("aliases", ())),
        cycles=tuple(_cycle(cycle, snapshot) for cycle in entry["cycles"]),
        source=entry.get("source", ""),
        settle=entry.get("settle", ""),
        makers=tuple(dict.fromkeys(_maker(cpe) for cpe in entry.get("ids", {}).get("cpe", ()))),
    )


def _maker(cpe: str) -> str:
    """The vendor of `cpe:2.3:a:apache:tomcat` or `cpe:/a:apache:tomcat`."""
    return cpe.removeprefix("cpe:2.3:").removeprefix("cpe:/").split(":")[1]


def _with(stood: tuple[Cycle, ...], added: tuple[Cycle, ...]) -> tuple[Cycle, ...]:
    """The snapshot's releases, and those of the supplement that it lacks."""
    known = {cycle.name for cycle in stood}
    return (*stood, *(cycle for cycle in added if cycle.name not in known))


def snapshot_day() -> date:
    """The day on which the lifecycle data were taken."""
    return date.fromisoformat(str(_read(_FILES[0])["_meta"]["snapshot_date"]))


def _read(file: str) -> dict[str, dict[str, Any]]:
    document: dict[str, dict[str, Any]] = json.loads(resources.files(_PACKAGE).joinpath(file).read_text("utf-8"))
    return document


def _cycle(entry: dict[str, Any], snapshot: dict[str, Any]) -> Cycle:
    if "like" in entry:
        product, release = entry["like"]
        model = next(cycle for cycle in snapshot[product]["cycles"] if cycle["c"] == release)
        entry = {**{name: model.get(name) for name in ("rel", "eoas", "eol", "eoes")}, **entry}
    released = _when(entry.get("rel"))
    codename = entry.get("codename")
    label = str(entry.get("label") or entry["c"])
    return Cycle(
        name=str(entry["c"]),
        label=f"{label} {codename}" if codename and str(codename) not in label else label,
        released=released if isinstance(released, date) else None,
        eoas=_when(entry.get("eoas")),
        eol=_when(entry.get("eol")),
        eoes=_when(entry.get("eoes")),
        number=_number(str(entry["c"])),
    )


def _number(name: str) -> tuple[int, ...]:
    found = _NUMBER.match(name)
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _when(value: str | bool | None) -> When:
    return date.fromisoformat(value) if isinstance(value, str) else value
