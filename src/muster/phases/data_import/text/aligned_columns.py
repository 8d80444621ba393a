"""Where the columns of a text table lie whose cells are aligned with blanks: at a rule of dashes, or at shared gaps."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muster.vocabulary.late_pattern import late

RULE = late(r"\s*[-=]{2,}(?:\s+[-=]+)+\s*")  # one group of dashes for each column
LINE = late(r"[\s\-=_*]*")
WIDE = late("([\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])")
FILLER = "\ue000"  # behind a character that terminals print two columns wide
WIDEST = 4_000
SAMPLE = 500
CROSSING = 0.05  # more lines than this share with text on a border: then it is none

Filled = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """`starts` are the first characters of the columns; the last column goes on to the end of its line.

    `wide` says that East Asian characters take two places each.
    """

    starts: tuple[int, ...]
    wide: bool = False

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without the blanks around them."""
        text = spread(line, wide=self.wide)
        ends = (*self.starts[1:], None)
        found = [text[start:end].strip() for start, end in zip(self.starts, ends, strict=True)]
        return [cell.replace(FILLER, "") for cell in found] if self.wide else found

    def crossed(self, line: str) -> bool:
        """True where a text stands on the border of two columns: it may belong to either."""
        text = spread(line, wide=self.wide)
        return any(
            start <= len(text) and start > 0 and text[start - 1 : start] not in ("", " ", FILLER)
            for start in self.starts
        )


def spread(line: str, *, wide: bool) -> str:
    """The line as a terminal shows it: tabs go to every eighth place."""
    shown = line.expandtabs(8) if "\t" in line else line
    return WIDE.sub(rf"\1{FILLER}", shown) if wide and not line.isascii() else shown


def columns_by_rule(rule: str, lines: Sequence[str]) -> Columns | None:
    """Columns at the groups of dashes; between two groups, where the lines (header and records) leave a gap."""
    return _first_clean(lambda wide: _by_rule(rule, lines, wide=wide), lines)


def columns_by_gaps(lines: Sequence[str]) -> Columns | None:
    """Columns at the gaps that all lines share, the first of which is the header; None for fewer than two columns."""
    return _first_clean(lambda wide: _by_gaps(lines, wide=wide), lines)


def _first_clean(found_in: Callable[[bool], Columns | None], lines: Sequence[str]) -> Columns | None:
    wide = any(WIDE.search(line) for line in lines[:SAMPLE])
    readings = [found for found in (found_in(False), found_in(True) if wide else None) if found is not None]
    return min(readings, key=lambda found: sum(_misread(found, line) for line in lines[:SAMPLE]), default=None)


def _misread(columns: Columns, line: str) -> bool:
    return columns.crossed(line) or any("  " in cell for cell in columns.cells(line))


def _filled(lines: Sequence[str], width: int) -> Filled:
    """Which places of which lines hold something."""
    text = "".join(line[:width].ljust(width) for line in lines)
    filled: Filled = (
        np.frombuffer(text.encode("utf-32-le", errors="replace"), dtype="<u4").reshape(len(lines), width) != 32
    )
    return filled


def _by_rule(rule: str, lines: Sequence[str], *, wide: bool) -> Columns | None:
    shown = [spread(line, wide=wide) for line in lines[:SAMPLE]]
    groups = [found.span() for found in re.finditer(r"[-=]+", spread(rule, wide=wide))]
    width = min(WIDEST, max(groups[-1][1], *(len(line) for line in shown)) if shown else groups[-1][1])
    taken = _filled(shown, width).sum(axis=0) if shown else np.zeros(width, dtype=np.int64)
    starts = [0]
    for (_start, end), (following, _end) in zip(groups, groups[1:], strict=False):
        gap = taken[end:following]
        # Values aligned to the left stand at the next group's start; the rightmost of the emptiest places is theirs.
        emptiest = len(gap) - 1 - int(np.argmin(gap[::-1]))
        starts.append(end + emptiest + 1)
    return Columns(tuple(starts), wide)


def _by_gaps(lines: Sequence[str], *, wide: bool) -> Columns | None:
    shown = [spread(line, wide=wide) for line in lines[:SAMPLE]]
    width = min(WIDEST, max(len(line) for line in shown))
    filled = _filled(shown, width)
    taken = filled.sum(axis=0) > CROSSING * len(shown) * (len(shown) > 20)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], taken, [False])).astype(np.int8)))
    runs = [(int(start), int(end)) for start, end in zip(edges[0::2], edges[1::2], strict=True)]
    starts: list[int] = []
    for at, (start, end) in enumerate(runs):
        gap = start - runs[at - 1][1] if at else WIDEST
        named = bool(filled[0, start:end].any())
        held = bool(filled[1:, start:end].any())
        if not starts or named and (held or gap > 1):
            starts.append(start)
    if len(starts) < 2:
        return None
    return Columns((0, *starts[1:]), wide)
