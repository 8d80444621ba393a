"""How the values of one column are to be read: day before month or not, comma as decimal mark or not."""

from collections.abc import Sequence

from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

_NUMERIC_DATE = late(r"^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b")
_DECIMAL_COMMA = late(r"^\D{0,4}-?(?:\d{1,3}(?:[. '\u00a0]\d{3})+|\d+),(?:\d{1,2}|\d{4,})\D{0,5}$")
_DECIMAL_POINT = late(r"^\D{0,4}-?(?:\d{1,3}(?:[, '\u00a0]\d{3})+|\d+)\.(?:\d{1,2}|\d{4,})\D{0,5}$")
_EITHER_COMMA = late(r"^\D{0,4}-?(?:0,\d{3}|\d{4,},\d{3})\D{0,5}$")
_POINT_GROUPS = late(r"^\D{0,4}-?\d{1,3}(?:\.\d{3}){2,}\D{0,5}$")


def day_first(samples: Sequence[str]) -> bool | None:
    """True where the day comes first, False where the month does, None where the column does not tell."""
    parts = [(int(found[1]), int(found[2])) for found in map(_NUMERIC_DATE.match, samples) if found]
    day = sum(first > 12 >= second for first, second in parts)
    month = sum(second > 12 >= first for first, second in parts)
    return None if day == month else day > month


def day_order(column: ColumnProfile, of_table: bool | None) -> bool | None:
    """The order of day and month in a column: as its samples tell, else as all its values do, else as its table's."""
    told = day_first(column.samples)
    day, month = (column.traits.get(name, 0) for name in ("day_first", "month_first"))
    if told is None and bool(day) != bool(month):
        return day > 0
    return of_table if told is None and not day and not month else told


def order_of_table(columns: Sequence[ColumnProfile]) -> bool | None:
    """The order that the date columns of a table agree on: one tool writes all its dates in one way. None: they differ,
    or none tells.
    """
    told = {order for column in columns if (order := day_order(column, None)) is not None}
    return told.pop() if len(told) == 1 else None


def decimal_comma(samples: Sequence[str]) -> bool | None:
    """True where the comma is the decimal mark: more values can only be read so than can only be read with a point.

    '1,234' alone says nothing (it may part thousands); '0,234', '12,5' and '1.234,5' do. None where nothing does.
    """
    texts = [sample.strip() for sample in samples]
    comma = sum(
        bool(_DECIMAL_COMMA.match(text) or _EITHER_COMMA.match(text) or _POINT_GROUPS.match(text)) for text in texts
    )
    point = sum(bool(_DECIMAL_POINT.match(text)) for text in texts)
    return None if comma == point else comma > point


def comma_of_table(columns: Sequence[ColumnProfile]) -> bool:
    """Whether the columns of numbers that tell their decimal mark all have a comma: one tool writes all in one way, and
    16.384 beside 12,5 is a thousand times as much as beside 12.5.
    """
    return {told for column in columns if (told := decimal_comma(column.samples)) is not None} == {True}
