"""Where several tables share one sheet or text: below or beside one another, each with a header of its own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from muster.phases.data_import.tables.cell_shapes import shape
from muster.phases.data_import.tables.header_lines import is_nameable
from muster.phases.data_import.tables.heading import Heading, find_heading
from muster.phases.data_import.tables.words import familiar, fold, words
from muster.vocabulary.late_pattern import late

Row = Sequence[str]
LOOK = 60  # rows below a gap that decide whether a table begins there
MOST_CAPTIONS = 3
NAMEABLE = 0.9
KNOWN = 0.5
DEEPEST = 3
ALL_ROWS = 900  # the callers show a thousand rows; with fewer than that the sheet ends there
ALIKE = 0.8
FEWEST_BESIDE, FEWEST_LISTED = 3, 3  # columns of the table above a list; lines of the list, its header among them
LONGEST_ENTRY, MOST_WORDS = 60, 4
STATED = late(r"[:=*;†©]|[.!?]$|^\W|\d+ (?:rows?|records?)")
KEY = late(
    r"(?:name|id|host|hostname|server|vm|system|application|app|key|code|number|nr|no|ip|address|device|asset|title|"
    r"anwendung|rechner|servername|nom|serveur|nombre|servidor|nome|nazwa|naam|bezeichnung|名|名称)$"
)
PAGE = late(
    r"\b(?:page|seite|pagina|pag|sida|strona|stranica|страница|sayfa|side)\b|ページ|页|頁|페이지", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of rows and columns that holds one table; 0-based, the ends not included.

    `first_row` of the first area is 0, with whatever stands above the header; that of a further one is its header's
    first line, and `caption` is the line above it, None where there is none.
    """

    first_row: int
    end_row: int
    first_column: int
    end_column: int
    caption: str | None


@dataclass(frozen=True, slots=True)
class Start:
    """A table that begins below a gap: `offset` of its header's first line from the first row that was given."""

    offset: int
    caption: str | None


def find_areas(rows: Sequence[Row]) -> tuple[Area, ...]:
    """The tables among `rows`, blank ones included: at least one area, from above to below and from left to right.

    A table is split only on proof: splitting one table does more harm than keeping two together.
    """
    width = max((len(row) for row in rows), default=0)
    return tuple(_without_margin(rows, area) for area in _split(rows, Area(0, len(rows), 0, width, None), DEEPEST))


def _without_margin(rows: Sequence[Row], area: Area) -> Area:
    """Without the columns left of the table that hold at most its title; only where all rows are known."""
    cells = _cells(rows, area)
    heading = find_heading(cells)
    if heading.row is None or len(rows) > ALL_ROWS:
        return area
    table = [cells[heading.row], *cells[heading.first :]]
    margin = min((at for row in table for at, cell in enumerate(row) if cell.strip()), default=0)
    return replace(area, first_column=area.first_column + margin)


def stacked_areas(rows: Sequence[Row]) -> tuple[Area, ...]:
    """The tables below one another, none beside another: what a text can be cut into."""
    width = max((len(row) for row in rows), default=0)
    return tuple(_below(rows, Area(0, len(rows), 0, width, None)))


def second_heading(above: Sequence[Row], below: Sequence[Row]) -> Start | None:
    """Whether another table begins among the rows after a gap, None where they go on with the table above.

    `above` are the first rows of the table so far, its header among them; `below` the rows from the gap on, blank ones
    included, at least a few records of them. Only lines up to the first that is no caption are looked at, so a gap
    inside a table costs little.
    """
    if (single := _single_column(above, below)) is not None:
        return single
    at = 0
    captions: list[str] = []
    while at < len(below) and len(captions) <= MOST_CAPTIONS:
        cells = _filled(below[at])
        if len(cells) == 1:
            captions.append(cells[0].strip())
        elif cells:
            break
        at += 1
    if at >= len(below) or len(captions) > MOST_CAPTIONS or not _may_name(_filled(below[at])):
        return None
    return _start(find_heading(above), above, below, at, captions)


def _single_column(above: Sequence[Row], below: Sequence[Row]) -> Start | None:
    """A list of names under a known word, below a table of several columns; remarks and legends are none."""
    first = next((at for at, row in enumerate(below) if _filled(row)), len(below))
    lines = _paragraph(below[first:])
    texts = [row[0].strip() for row in lines if row]
    upper = find_heading(above)
    if upper.row is None or _reach(above[upper.row]) < FEWEST_BESIDE or _is_cover(above):
        return None
    if any(len(_filled(row)) != 1 for row in lines) or not all(texts) or len(texts) < FEWEST_LISTED:
        return None
    titled = len(words(texts[0])) > 1 and _only_known(texts[1])
    header = 1 if titled else 0
    entries = texts[header + 1 :]
    if not familiar(texts[header]) or len(entries) < FEWEST_LISTED - 1 or not all(map(_is_entry, entries)):
        return None
    return Start(first + header, texts[0].rstrip(":") if titled else None)


def _is_entry(text: str) -> bool:
    """True for what may be a name in a list, and is no sentence, remark or statement."""
    return len(text) <= LONGEST_ENTRY and len(text.split()) <= MOST_WORDS and not STATED.search(text)


def _start(
    upper: Heading, above: Sequence[Row], below: Sequence[Row], at: int, captions: Sequence[str]
) -> Start | None:
    caption = captions[-1] if captions else None
    if upper.row is None or not any(_filled(row) for row in above[upper.first :]) or _is_cover(above):
        return None
    if _same_names(above[upper.row], below[at]):
        title = _caption_above(above, upper.row)
        return Start(at, caption) if caption and _another_title(caption, title) else None
    own = _paragraph(below[at : at + LOOK])
    heading = find_heading(own)
    if heading.row is None or heading.row > 2 or len(own) <= heading.first:
        return None
    return Start(at, caption) if _convinces(own, heading, above, upper, captioned=caption is not None) else None


def _is_cover(above: Sequence[Row]) -> bool:
    """True for lines such as 'Author: | Jane Doe', which tell of the file and stand above its first table."""
    stated = [cells for row in above if len(cells := _filled(row)) > 1]
    return bool(stated) and all(len(cells) == 2 and cells[0].strip().endswith((":", "：")) for cells in stated)


def _convinces(own: Sequence[Row], heading: Heading, above: Sequence[Row], upper: Heading, *, captioned: bool) -> bool:
    """True where the row names what is below it, and is no record of the table above."""
    header = own[heading.row or 0]
    named = _filled(header)
    body = [row for row in own[heading.first :] if _filled(row)]
    if not _is_solid(header) or not _may_name(named) or not body:
        return False
    contrast = _contrasts(header, body)
    known = sum(familiar(cell) for cell in named) / len(named)
    other_width = _other_width(header, body, above, upper)
    alien = _is_alien(header, above, upper)
    if contrast:
        return known >= KNOWN and (captioned or other_width or alien) or contrast > 1 and known > 0
    strangers = sum(_is_alien(row, above, upper) for row in body)
    if known < 1 or not (alien and strangers == len(body) or other_width and len(body) > 1):
        return False
    return captioned or all(_only_known(cell) for cell in named)


def _contrasts(header: Row, body: Sequence[Row]) -> int:
    """In how many columns something else stands below the name than words, and always the same sort of thing."""
    count = 0
    for position, name in enumerate(header):
        shapes = Counter(shape(row[position]) for row in body if position < len(row) and row[position].strip())
        if name.strip() and len(shapes) == 1:
            count += next(iter(shapes)) not in ("words", shape(name))
    return count


def _is_alien(header: Row, above: Sequence[Row], upper: Heading) -> bool:
    """True where a column of the table above holds numbers, dates or the like, and this row a word."""
    records = [row for row in above[upper.first :] if _filled(row)]
    for position, name in enumerate(header):
        shapes = Counter(shape(row[position]) for row in records if position < len(row) and row[position].strip())
        if name.strip() and len(shapes) == 1 and next(iter(shapes)) not in ("words", "boolean", shape(name)):
            return True
    return False


def _other_width(header: Row, body: Sequence[Row], above: Sequence[Row], upper: Heading) -> bool:
    """True where header and records agree on a number of columns that is not that of the table above."""
    width, before = _reach(header), _reach(above[upper.row or 0])
    reaches = [_reach(row) for row in body]
    return width != before and sum(reach == width for reach in reaches) * 2 > len(reaches)


def _same_names(one: Row, other: Row) -> bool:
    names = [fold(cell.strip()) for cell in _filled(one)]
    return len(names) > 1 and names == [fold(cell.strip()) for cell in _filled(other)]


def _another_title(caption: str, title: str | None) -> bool:
    """False for a page's number, or for the report's title once more: those interrupt a table, they begin none."""
    said = words(caption)
    if PAGE.search(caption) or title is None:
        return False
    return [word for word in said if not word.isdigit()] != [word for word in words(title) if not word.isdigit()]


def _caption_above(rows: Sequence[Row], header: int) -> str | None:
    alone = [cells[0].strip() for row in rows[:header] if len(cells := _filled(row)) == 1]
    return alone[-1] if alone else None


def _may_name(named: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in named]
    nameable = sum(is_nameable(cell) and len(cell) <= 60 for cell in cells)
    return len(cells) > 1 and len(set(cells)) == len(cells) and nameable >= NAMEABLE * len(cells)


def _only_known(cell: str) -> bool:
    return all(familiar(word) for word in words(cell))


def _is_solid(row: Row) -> bool:
    places = [at for at, cell in enumerate(row) if cell.strip()]
    return len(places) >= NAMEABLE * (places[-1] - places[0] + 1)


def _reach(row: Row) -> int:
    return max((at for at, cell in enumerate(row, 1) if cell.strip()), default=0)


def _filled(row: Row) -> list[str]:
    return [cell for cell in row if cell.strip()]


def _paragraph(rows: Sequence[Row]) -> list[Row]:
    """The rows up to the first blank one."""
    end = next((at for at, row in enumerate(rows) if not _filled(row)), len(rows))
    return list(rows[:end])


def _split(rows: Sequence[Row], area: Area, depth: int) -> Iterator[Area]:
    """Cut between columns where that is sure, else between rows, and look at the parts again."""
    if not depth:
        yield area
        return
    parts = _beside(rows, area)
    if len(parts) == 1:
        parts = _below(rows, area)
    for part in parts:
        if len(parts) == 1:
            yield part
        else:
            yield from _split(rows, part, depth - 1)


def _below(rows: Sequence[Row], area: Area) -> list[Area]:
    cells = _cells(rows, area)
    parts = [area]
    for gap in _gaps(cells):
        top = parts[-1].first_row - area.first_row
        start = second_heading(cells[top : min(gap, top + LOOK)], cells[gap : gap + 2 * LOOK])
        if start is None or gap <= top:
            continue
        parts[-1] = replace(parts[-1], end_row=area.first_row + gap)
        parts.append(replace(area, first_row=area.first_row + gap + start.offset, caption=start.caption))
    return parts


def _gaps(rows: Sequence[Row]) -> Iterator[int]:
    """Where a table may end: the first blank row after a filled one, and a caption between records."""
    counts = [len(_filled(row)) for row in rows]
    for at in range(1, len(counts)):
        if counts[at] == 0 and counts[at - 1] > 1 or counts[at] == 1 and counts[at - 1] > 2:
            yield at


def _beside(rows: Sequence[Row], area: Area) -> list[Area]:
    cells = _cells(rows, area)
    bands = _bands(cells, area.end_column - area.first_column)
    parts: list[Area] = []
    for first, end in bands:
        band = replace(area, first_column=area.first_column + first, end_column=area.first_column + end)
        if parts and not _stand_alone(rows, parts[-1], band):
            parts[-1] = replace(parts[-1], end_column=band.end_column)
        else:
            parts.append(band)
    if len(parts) < 2:
        return [area]
    return [_with_own_caption(rows, part) for part in parts]


def _bands(rows: Sequence[Row], width: int) -> list[tuple[int, int]]:
    """Runs of columns that hold anything, between columns that are blank from top to bottom."""
    used = [False] * (width + 1)
    for row in rows:
        for at, cell in enumerate(row):
            used[at] = used[at] or bool(cell.strip())
    edges = [at for at in range(width + 1) if used[at] != (at > 0 and used[at - 1])]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _stand_alone(rows: Sequence[Row], left: Area, right: Area) -> bool:
    """True where both have a header and records, and begin or end in other rows or use the same names.

    A last column that is filled now and then leaves holes; a table of its own has none, and begins with a name.
    """
    one, other = _cells(rows, left), _cells(rows, right)
    first, second = find_heading(one), find_heading(other)
    if first.row is None or second.row is None or not _is_table(one, first) or not _is_table(other, second):
        return False
    names = {fold(cell.strip()) for cell in _filled(one[first.row])}
    repeated = sum(fold(cell.strip()) in names for cell in _filled(other[second.row]))
    titled = _caption_above(one, first.row) is not None and _caption_above(other, second.row) is not None
    uneven = first.row != second.row or _height(other) > _height(one) or _height(one) > _height(other) + 1
    named = " ".join(words(other[second.row][0]))
    return titled or repeated * 2 >= len(_filled(other[second.row])) or uneven and bool(KEY.search(named))


def _is_table(rows: Sequence[Row], heading: Heading) -> bool:
    header = rows[heading.row or 0]
    body = [row for row in rows[heading.first :] if _filled(row)]
    named = _filled(header)
    if not body or not _may_name(named) or not _is_solid(header):
        return False
    whole = _height(rows) - heading.first == len(body)  # no holes
    full = sum(len(_filled(row)) > 1 for row in body) >= ALIKE * len(body)
    keys = [row[0].strip() for row in body if row and row[0].strip()]
    known = sum(familiar(cell) for cell in named) >= KNOWN * len(named)
    return whole and full and known and len(keys) == len(body)


def _height(rows: Sequence[Row]) -> int:
    return max((at for at, row in enumerate(rows, 1) if _filled(row)), default=0)


def _with_own_caption(rows: Sequence[Row], area: Area) -> Area:
    cells = _cells(rows, area)
    row = find_heading(cells).row
    return replace(area, caption=_caption_above(cells, row) if row is not None else None)


def _cells(rows: Sequence[Row], area: Area) -> list[Row]:
    return [row[area.first_column : area.end_column] for row in rows[area.first_row : area.end_row]]
