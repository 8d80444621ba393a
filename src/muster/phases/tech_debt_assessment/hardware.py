"""What is known of the support of a machine, given what a source calls its model."""

import json
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from muster.phases.tech_debt_assessment.cycle import Cycle, When
from muster.phases.tech_debt_assessment.lifecycle import EXACT, UNKNOWN, Support

_SIGNS = re.compile(r"[^a-z0-9]+")
# Dell's names since the tenth generation: the middle digit of three, the second of four, is the generation less ten
# (Dell, PowerEdge naming convention).
_GENERATION_OF_THREE = re.compile(r"^[a-z]+\d(\d)\d$")
_GENERATION_OF_FOUR = re.compile(r"^[a-z]+\d(\d)\d\d$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of machines. `ends`: per model or generation the last day of hardware support; `end` that of all.

    `dell`: the generation follows from the model's name.
    """

    product: str
    title: str
    source: str
    pattern: re.Pattern[str]
    ends: dict[str, When]
    end: When
    prefix: str
    dell: bool


def hardware(model: str | None) -> Support:
    """The support of the machine that a model's text names; no cycle where no source tells its end."""
    text = _SIGNS.sub(" ", (model or "").lower()).strip()
    found = [(line, match) for line in _lines() if (match := line.pattern.search(text))]
    if len(found) != 1:
        return UNKNOWN
    line, match = found[0]
    named = next((part for part in match.groups() if part), "")
    release = _generation(named) if line.dell else f"{line.prefix}{named.upper()}"
    cycle = Cycle(named, release, None, None, line.ends.get(named, line.end), None)
    if cycle.eol is None:
        return Support(line.product, line.title, release, settle=f"the maker's page for this model: {line.source}")
    return Support(line.product, line.title, release, (cycle,), confidence=EXACT)


def _generation(name: str) -> str:
    found = _GENERATION_OF_THREE.match(name) or _GENERATION_OF_FOUR.match(name)
    return f"{name.upper()} (generation {10 + int(found[1])})" if found else name.upper()


@cache
def _lines() -> tuple[Line, ...]:
    text = resources.files("muster.phases.tech_debt_assessment").joinpath("hardware.json").read_text("utf-8")
    return tuple(_line(entry) for entry in json.loads(text)["lines"])


def _line(entry: dict[str, Any]) -> Line:
    ends = {name: date.fromisoformat(day) for name, day in entry.get("generations", {}).items() if day}
    return Line(
        entry["product"], entry["title"], entry["source"], re.compile(entry["pattern"]),
        dict(ends), entry.get("ended"), entry.get("prefix", ""), entry.get("named_by") == "dell",
    )  # fmt: skip
