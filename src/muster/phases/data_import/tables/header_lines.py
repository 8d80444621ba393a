"""The lines around a header: bands of names above it, and below it labels, types, units and column numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from muster.phases.data_import.tables.cell_shapes import shape
from muster.phases.data_import.tables.words import familiar, fold
from muster.vocabulary.late_pattern import late

Row = Sequence[str]
MOST_LINES = 4  # below a header: labels, types, units, a rule
TYPE_WORD = late(
    r"(?:text|string|str|n?varchar2?|char|int(?:eger)?|bigint|long|number|numeric|decimal|float|double|date(?:time)?|timestamp|time|"
    r"bool(?:ean)?|ref(?:erence)?|multi-?ref|enum|list|lookup|choice|picklist|uuid|guid|json|required|optional|mandatory|"
    r"pflicht(?:feld)?|obligatoire|opcional|obligatorio|ganzzahl|datum|zahl|texte?|entier|nombre)"
    r"(?:\s*(?:\(.*\)|\[.*\]|->.*|:.*|yyyy.*|dd.*|mm.*))?$",
    re.IGNORECASE,
)
UNIT = late(
    r"[(\[]?(?:in )?(?:%|#|[kmgtp]i?b|[kmg]hz|bytes?|[kmgt]bit|[kmg]bps|[kmg]bit/s|iops|hours?|days?|months?|years?|"
    r"tage|jahre|monate|cores?|kerne|cpus?|vcpus?|watts?|k?wh?|kva|rpm|°c|kg|stk\.?|pcs\.?|usd|eur|gbp|chf|€|\$|"
    r"yyyy-mm-dd|dd[./]mm[./]yyyy)[)\]]?$",
    re.IGNORECASE,
)
RULE_LINE = late(r"[-=_*+ ]{2,}$")
COLUMN_NUMBER = late(r"[(\[#]?(\d{1,3}|[A-Z])[)\].]?$")
YEAR = late(r"(?:FY ?)?(?:19|20)\d\d")
LABELS_KNOWN = 0.6


def explaining(rows: Sequence[Row], header: int, following: Sequence[int]) -> int:
    """How many of the rows `following` the header still explain it: labels, types, units, numbers, a line of dashes."""
    names = [cell.strip() for cell in rows[header]]
    count = 0
    for index in following[:MOST_LINES]:
        below = [rows[other] for other in following[count + 1 : count + 31]]
        if not _explains([cell.strip() for cell in rows[index]], names, below):
            break
        count += 1
    return count


def _explains(row: Sequence[str], names: Sequence[str], below: Sequence[Row]) -> bool:
    cells = [cell for cell in row if cell]
    if is_technical(cells) or _numbers_columns(cells, names):
        return True
    same = sum(_squeezed(cell) == _squeezed(name) for cell, name in zip(row, names, strict=False) if cell)
    if len(cells) > 1 and same >= 0.8 * len(cells) and same >= 0.8 * sum(bool(name) for name in names):
        return True
    return _labels(row, names, below)


def is_technical(cells: Sequence[str]) -> bool:
    """A line of dashes, of units, or of types."""
    if all(RULE_LINE.match(cell) for cell in cells) or all(UNIT.match(cell) for cell in cells):
        return True
    types = sum(bool(TYPE_WORD.match(cell)) for cell in cells)
    return len(cells) > 1 and types >= 0.8 * len(cells)


def _numbers_columns(cells: Sequence[str], names: Sequence[str]) -> bool:
    """1, 2, 3 ... or A, B, C ... below every name."""
    if len(cells) < 3 or len(cells) < 0.8 * sum(bool(name) for name in names):
        return False
    found = [COLUMN_NUMBER.match(cell) for cell in cells]
    marks = [mark.group(1) for mark in found if mark]
    if len(marks) < len(cells):
        return False
    if all(mark.isdigit() for mark in marks):
        return all(int(after) == int(before) + 1 for before, after in pairwise(marks)) and int(marks[0]) < 2
    return (
        marks[0] == "A"
        and all(len(mark) == 1 for mark in marks)
        and all(ord(b) == ord(a) + 1 for a, b in pairwise(marks))
    )


def _labels(row: Sequence[str], names: Sequence[str], below: Sequence[Row]) -> bool:
    """Names for people below names for programs: as many, all of them words, and the columns hold something else."""
    cells = [cell for cell in row if cell]
    if len(cells) < 3 or len(cells) < 0.8 * sum(bool(name) for name in names) or len(set(cells)) < len(cells):
        return False
    if not any("_" in name or name[:1].islower() and name.isalnum() for name in names if name):
        return False
    if sum(familiar(cell) for cell in cells) < LABELS_KNOWN * len(cells) or not all(
        is_nameable(cell) for cell in cells
    ):
        return False
    if below and is_technical([cell.strip() for cell in below[0] if cell.strip()]):
        return True
    other = [
        position
        for position, cell in enumerate(row)
        if cell and _sort_of(position, below) not in ("", "words", shape(cell))
    ]
    return len(other) >= 2


def _sort_of(position: int, rows: Sequence[Row]) -> str:
    """The one shape of all values of a column; '' where there are several or none."""
    shapes = Counter(shape(row[position]) for row in rows if position < len(row) and row[position].strip())
    return next(iter(shapes)) if len(shapes) == 1 else ""


def is_nameable(cell: str) -> bool:
    """True for words that a column may be called; a number, a date or an address is no name."""
    return is_year(cell) or (
        len(cell) <= 100 and shape(cell) in ("words", "numbered", "fqdn") and any(letter.isalpha() for letter in cell)
    )


def is_year(cell: str) -> bool:
    """True for what may name a column of figures of one year."""
    return YEAR.fullmatch(cell) is not None


def whole_header(rows: Sequence[Row], header: int) -> list[str]:
    """The header's cells with what the band above adds: a name that spans both lines, and whose Name a Name is."""
    cells = [cell.strip() and cell for cell in rows[header]]
    band = _band_above(rows, header)
    if not band:
        return list(rows[header])
    if _complement(band, cells):
        cells = [
            cells[at] if at < len(cells) and cells[at] else band[at] if at < len(band) else ""
            for at in range(max(len(cells), len(band)))
        ]
    return _told_apart(cells, _spread(band, len(cells)))


def _told_apart(cells: Sequence[str], spread: Sequence[str]) -> list[str]:
    """The names, with that of the band before those that occur under several bands."""
    under: dict[str, set[str]] = {}
    for cell, above in zip(cells, spread, strict=True):
        under.setdefault(_squeezed(cell), set()).add(_squeezed(above))
    return [
        f"{above.strip()} {cell.strip()}" if cell and above.strip() and len(under[_squeezed(cell)]) > 1 else cell
        for cell, above in zip(cells, spread, strict=True)
    ]


def _band_above(rows: Sequence[Row], header: int) -> list[str]:
    """The cells of the line above where they span columns: with gaps, or repeated side by side; else nothing."""
    above = list(rows[header - 1]) if header else []
    named = [cell.strip() for cell in above if cell.strip()]
    if len(named) < 2 or not all(is_nameable(cell) and not cell.endswith(":") for cell in named):
        return []
    if any(cell.count(":") for cell in named):
        return []
    reach = sum(1 for cell in rows[header] if cell.strip())
    repeated = len(set(named)) < len(named)
    return above if repeated or len(named) < reach or _complement(above, rows[header]) else []


def _complement(band: Row, header: Row) -> bool:
    """True where either line is blank where the other is not, and the lower one is all words: names over two lines."""
    if sum(bool(cell.strip()) for cell in header) < 2 or not all(is_nameable(cell) for cell in header if cell.strip()):
        return False
    first = next((at for at, cell in enumerate(band) if cell.strip()), len(band))
    width = max(len(band), len(header))
    upper = [at < len(band) and bool(band[at].strip()) for at in range(width)]
    lower = [at < len(header) and bool(header[at].strip()) for at in range(width)]
    continued = any(not up and low and at > first for at, (up, low) in enumerate(zip(upper, lower, strict=True)))
    spanning = sum(up and not low for up, low in zip(upper, lower, strict=True))
    return continued and spanning > 0


def _spread(band: Row, width: int) -> list[str]:
    """Each cell of a band over the blank ones to its right."""
    cells: list[str] = []
    for at in range(width):
        cell = band[at] if at < len(band) else ""
        cells.append(cell if cell.strip() or not cells else cells[-1])
    return cells


def is_prose(rows: Sequence[Row]) -> bool:
    """True where the rows are sentences, one cell each: instructions, a title page."""
    filled = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    filled = [row for row in filled if row]
    alone = [row[0] for row in filled if len(row) == 1]
    if len(filled) < 2 or len(alone) < 0.8 * len(filled) or max(map(len, filled)) > 2:
        return False
    wordy = sum(len(text.split()) > 4 for text in alone)
    return wordy * 2 > len(alone)


def _squeezed(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter.isalnum())
