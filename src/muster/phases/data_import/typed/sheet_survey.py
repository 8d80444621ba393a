"""What a workbook says of a sheet beside its values: cells that hold errors, and rows that are hidden.

The reader gives blanks for errors, and a lookup that failed is no empty cell; and it gives hidden rows like others.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

Errors = Mapping[tuple[int, int], str]
"""The error's text by 0-based row and column of the sheet."""

# [MS-XLSB] 2.5.97.2 BErr, the same in [MS-XLS].
BIFF_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


@dataclass(frozen=True, slots=True)
class SheetSurvey:
    """Errors by their cells; `hidden` are 0-based rows, blank ones perhaps among them."""

    errors: Errors = field(default_factory=dict)
    hidden: Set[int] = frozenset()
