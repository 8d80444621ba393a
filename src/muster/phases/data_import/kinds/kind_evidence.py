"""The words that tell what a table is about: patterns for names of tables and columns, and for classes of devices."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from muster.phases.data_import.tables.words import fold


@dataclass(frozen=True)
class Words:
    """A pattern that is compiled when it is first needed: all of them together take a sixth of a second."""

    pattern: str

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(fold(self.pattern))

    def search(self, text: str) -> re.Match[str] | None:
        """As of a compiled pattern."""
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """As of a compiled pattern."""
        return self._compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As of a compiled pattern."""
        return self._compiled.fullmatch(text)


Patterns = Mapping[str, Words]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`columns`: kind -> weighted patterns. The rest are patterns by name; `single` are those that stand alone.

    `joined`: two columns each, of one end of a relation and of the other, whose names do not tell which end they are.
    """

    columns: Mapping[str, tuple[tuple[float, Words], ...]]
    first_column: Patterns
    table_names: Patterns
    ends: Patterns
    marks: Patterns
    identity: Patterns
    classes: Patterns
    single: Patterns
    joined: tuple[tuple[Words, Words], ...]


@cache
def evidence() -> Evidence:
    """What record_kind_evidence.json says. Its patterns may be written with accents: they are folded here."""
    path = resources.files("muster.phases.data_import.kinds").joinpath("record_kind_evidence.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    weighted = {
        kind: tuple((float(weight), _any_of(patterns)) for weight, patterns in by_weight.items())
        for kind, by_weight in data["columns"].items()
    }
    plain = {
        part: {name: _any_of(pattern) for name, pattern in data[part].items()}
        for part in ("first_column", "table_names", "ends", "marks", "identity", "classes")
    }
    single = {name: _any_of(data[name]) for name in data if isinstance(data[name], str) and name != "note"}
    joined = tuple((_any_of(one), _any_of(other)) for one, other in data["joined"].items())
    return Evidence(weighted, single=single, joined=joined, **plain)


def _any_of(patterns: str | Sequence[str]) -> Words:
    return Words(patterns if isinstance(patterns, str) else "|".join(patterns))
