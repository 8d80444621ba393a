"""Which row of a table names its columns: it says something else than the rows below it, about all of them, once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.phases.data_import.tables.cell_shapes import shape
from muster.phases.data_import.tables.header_lines import (
    explaining,
    is_nameable,
    is_prose,
    is_technical,
    is_year,
    whole_header,
)
from muster.phases.data_import.tables.value_words import same_scale
from muster.phases.data_import.tables.words import familiar
from muster.vocabulary.late_pattern import late

Row = Sequence[str]
FIRST_ROWS = 25  # a header lies within the first non-blank rows; captions and bands above it are few
BODY_ROWS = 60
ENOUGH = 0.5
ALIKE = -0.5
RESEMBLES = -0.25  # where no column at all holds anything else than the row itself
KNOWN = 0.6
TORN = late(r'\s+"')  # a blank before an opening quote tears the field at its delimiters: such a row is no witness
SQL_GLUE = late(r"^'?\|\||\|\|'?$")


@dataclass(frozen=True, slots=True)
class Heading:
    """`row` is the header's index among the given rows (None: there is none); data begin at index `first`."""

    row: int | None
    first: int
    names: tuple[str, ...]


def find_heading(rows: Sequence[Row]) -> Heading:
    """The heading of a table whose first rows, blank ones included, are `rows`. Names are unique, one a column.

    There are no names where the rows hold no table: they are blank, or sentences below one another.
    """
    bare = [[cell.strip() for cell in row] for row in rows]
    filled = [index for index, row in enumerate(bare) if any(row)]
    if not filled or is_prose(rows):
        return Heading(None, len(rows), ())
    candidates = filled[:FIRST_ROWS]
    scores = {index: _score(rows, bare, index, filled) for index in candidates}
    best = max(scores.values())
    if best < ENOUGH:
        return Heading(None, filled[0], column_names((), _body_width([rows[index] for index in filled])))
    header = _first_of_the_best(rows, scores, best)
    following = [index for index in filled if index > header]
    skipped = explaining(rows, header, following)
    body = [rows[index] for index in following[skipped:]]
    first = following[skipped] if skipped < len(following) else len(rows)
    first = header + 1 if not skipped else first
    return Heading(header, first, column_names(whole_header(rows, header), _body_width(body)))


def _first_of_the_best(rows: Sequence[Row], scores: Mapping[int, float], best: float) -> int:
    """The uppermost row that scores about as well as the best and names as many columns: bands above it name fewer."""
    named = {index: len({cell.strip() for cell in whole_header(rows, index)} - {""}) for index in scores}
    most = max(named[index] for index in scores if scores[index] == best)
    return min(index for index in scores if scores[index] >= best - 0.1 and named[index] >= 0.9 * most)


def column_names(header: Row, width: int) -> tuple[str, ...]:
    """Unique names in file order: '#3' where the header is blank or too short, 'Name (2)' for a repeated one."""
    cells = list(_without_glue(header))
    while cells and not cells[-1].strip():
        cells.pop()
    cells += [""] * (width - len(cells))
    seen: Counter[str] = Counter()
    taken = set(cells)
    names = []
    for position, cell in enumerate(cells, 1):
        name = cell if cell.strip() else f"#{position}"
        seen[name] += 1
        unique = name
        while seen[name] > 1 and (unique in taken or unique in names):
            unique = f"{name} ({seen[name]})"
            seen[name] += unique in taken or unique in names
        names.append(unique)
    return tuple(names)


def _without_glue(header: Row) -> list[str]:
    """SQL*Plus heads a column with its expression: NAME||','||CPU -> NAME, CPU. The comma has cut the glue's quotes."""
    if not _glued(header):
        return list(header)
    return [SQL_GLUE.sub("", SQL_GLUE.sub("", cell.strip())).strip("'").strip() for cell in header]


def _glued(header: Row) -> bool:
    glued = sum("||" in cell for cell in header)
    return glued > 1 and glued >= len(header) - 2


def _body_width(body: Sequence[Row]) -> int:
    """How many columns the records have: the commonest number of fields; wider records are few and get rejected."""
    widths = Counter(len(row) for row in body if any(cell.strip() for cell in row) and not any(map(TORN.match, row)))
    if not widths:
        return 0
    return max(widths, key=lambda width: (widths[width], width))


def _score(rows: Sequence[Row], bare: Sequence[Row], index: int, filled: Sequence[int]) -> float:
    """How much a row looks like the names of the columns below it, 0..1; `bare` are the rows without outer blanks."""
    if _glued(rows[index]):
        return 1.0
    header = [cell.strip() for cell in whole_header(rows, index)]
    named = [cell for cell in header if cell]
    following = [other for other in filled if other > index][:BODY_ROWS]
    alike = [other for other in filled if other < index and _names_as_many(rows[other], len(named))]
    below = following[explaining(rows, index, following) :]
    body = [bare[other] for other in (*alike, *below) if rows[other] != rows[index]]  # a report repeats its header
    typical = _typical_filled(body)
    wordlike = sum(is_nameable(cell) for cell in named) / len(named)
    covers = min(1.0, len(named) / typical) if typical else 1.0
    distinct = len(set(named)) / len(named)
    known = sum(familiar(cell) for cell in named) / len(named)
    marks = _marks(header, body)
    contrast = sum(marks) / len(marks) if marks else 0.0
    resembles = contrast < RESEMBLES and max(marks) <= 0
    score = 0.25 * wordlike + 0.25 * covers + 0.1 * distinct + 0.25 * known + 0.3 * contrast + 0.1
    if (
        len(named) == 1
        and typical > 1
        or contrast < ALIKE
        or resembles
        or (known < KNOWN and (contrast < 0 or (alike and contrast <= 0)))
    ):
        return min(score, 0.4)  # a caption, or one record among its like
    if index != filled[0] and is_technical(named):
        return score * 0.6  # types or units under a header; above all else they would be names
    if index != filled[0] and not following:
        return score * 0.8  # the last row names nothing; only captions may stand above a header without records
    return score * min(1.0, covers * 1.5)


def _names_as_many(row: Row, count: int) -> bool:
    """True for a row above that may be a record or a header; a band repeats itself or leaves cells blank."""
    cells = [cell.strip() for cell in row if cell.strip()]
    return len(cells) >= count and len(set(cells)) == len(cells)


def _typical_filled(body: Sequence[Row]) -> int:
    counts = sorted(sum(map(bool, row)) for row in body)
    return counts[len(counts) // 2] if counts else 0


def _marks(header: Sequence[str], body: Sequence[Row]) -> list[float]:
    """-1..1 for each column with values: do they hold another kind of thing than the header's cell above them?"""
    marks = []
    for position, name in enumerate(header):
        values = [row[position] for row in body if position < len(row) and row[position]]
        if name and values:
            marks.append(_column_contrast(name, values))
    return marks


def _column_contrast(name: str, values: Sequence[str]) -> float:
    shapes = Counter(shape(value) for value in values)
    common, count = max(shapes.items(), key=lambda found: (found[1], found[0]))
    if name in values and (len(values) > 3 or not familiar(name)):
        return -1.0
    if same_scale(name, values):
        return -1.0
    if common == "words" or count * 3 < len(values) * 2:
        return 0.0
    if is_year(name) and not any(map(is_year, values)):
        return 0.0  # the figures of one year: as good a name as words
    return -1.0 if shape(name) == common else 1.0
