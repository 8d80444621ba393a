"""Cells that hold several facts, such as 'web01 (10.0.0.1)': their forms, and how a part is named and cut out.

A part is named '<form>.<part>', with a '+' behind it where a cell that has not the form is taken whole.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

WHOLE = "+"
LONGEST = 200  # characters; a longer cell is prose, and the forms would be tried at each of its places


@dataclass(frozen=True, slots=True)
class CellForm:
    """One form of cells: `pattern` has a group for each of `parts`.

    `holds` says by attribute of a column, which parts are which attributes. `readable`: the column's own rule reads
    the whole cell well enough, so that nothing is cut where no further attribute comes of it. `either`: a cell is one
    of the parts and the others of it are empty; a column has the form where it has cells of every part.
    """

    name: str
    example: str
    pattern: str
    parts: tuple[str, ...]
    holds: Mapping[str, Mapping[str, str]]
    readable: bool
    either: bool = False

    def fits(self, text: str) -> bool:
        """True where a cell has the form."""
        return len(text) <= LONGEST and re.match(self.pattern, text) is not None

    def part_name(self, part: str, whole: bool) -> str:
        """The name of a part; `whole`: a cell without the form is all of it."""
        return f"{self.name}.{part}{WHOLE if whole else ''}"


@dataclass(frozen=True, slots=True)
class CellPart:
    """How a part is cut out: the group of a pattern, and whether other cells are taken whole."""

    pattern: str
    group: int
    whole: bool


@cache
def cell_forms() -> tuple[CellForm, ...]:
    """All forms, in the order in which they are tried."""
    text = resources.files("muster.vocabulary").joinpath("cell_parts.json").read_text(encoding="utf-8")
    return tuple(_form(entry) for entry in json.loads(text)["forms"])


def _form(entry: dict[str, Any]) -> CellForm:
    parts = tuple(entry["parts"])
    return CellForm(
        entry["form"],
        entry["example"],
        entry["pattern"],
        parts,
        entry["holds"],
        entry["readable"],
        entry.get("either", False),
    )


@cache
def cell_part(name: str) -> CellPart:
    """The part of this name. Raises KeyError where there is none."""
    form_name, _, part = name.removesuffix(WHOLE).partition(".")
    for form in cell_forms():
        if form.name == form_name and part in form.parts:
            return CellPart(form.pattern, form.parts.index(part) + 1, name.endswith(WHOLE))
    raise KeyError(name)


def is_whole(name: str | None) -> bool:
    """True where an entry speaks for its column: it takes the whole cell, or what is its own of it."""
    return name is None or name.endswith(WHOLE)


def part_of(text: str, name: str) -> str | None:
    """The part of one cell; None where the cell has not the form and is not taken whole."""
    part = cell_part(name)
    found = re.match(part.pattern, text) if len(text) <= LONGEST else None
    if found is None:
        return text if part.whole else None
    return found.group(part.group)
