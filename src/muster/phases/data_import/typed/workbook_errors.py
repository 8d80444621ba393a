"""Cells whose value is an error: the reader gives blanks for them, and a lookup that failed is no empty cell."""

from collections.abc import Mapping

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
