"""How the values of one column are to be read: the order of day, month and short year, comma as decimal mark or not."""

from collections.abc import Sequence

from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

_NUMERIC_DATE = late(r"^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})\b")
_SHORT_DATE = late(r"^\s*(\d{1,2})([-/. ])(\d{1,2})\2(\d{2})(?!\d)")
_LONG_YEAR = late(r"^\s*(?:(\d{4})[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}))(?!\d)")
MANY_DATES, OF_YEARS, OF_DAYS = 8, 10, 15  # dates, and how far years lie apart at most and days at least
_DECIMAL_COMMA = late(r"^\D{0,4}-?(?:\d{1,3}(?:[. '\u00a0]\d{3})+|\d+),(?:\d{1,2}|\d{4,})\D{0,5}$")
_DECIMAL_POINT = late(r"^\D{0,4}-?(?:\d{1,3}(?:[, '\u00a0]\d{3})+|\d+)\.(?:\d{1,2}|\d{4,})\D{0,5}$")
_EITHER_COMMA = late(r"^\D{0,4}-?(?:0,\d{3}|\d{4,},\d{3})\D{0,5}$")
_POINT_GROUPS = late(r"^\D{0,4}-?\d{1,3}(?:\.\d{3}){2,}\D{0,5}$")


def year_first(samples: Sequence[str]) -> bool | None:
    """Whether years of two digits stand first (24-05-03) or last; None where the column does not tell, or tells both.

    A number above 31, or none at all, can only be a year; a single digit, or a second number above 12, leaves the year
    at the end; years of four digits in the column stand where the short ones do. Else the numbers that all lie near
    each other are the years, if the others are spread as days are.
    """
    dates = {(found[1], int(found[3]), int(found[4])) for found in map(_SHORT_DATE.match, samples) if found}
    if not dates:
        return None
    long = [found for found in map(_LONG_YEAR.match, samples) if found]
    first = any(_only_year(int(one)) for one, _, _ in dates if len(one) == 2) or any(found[1] for found in long)
    last = any(len(one) == 1 or middle > 12 or _only_year(end) for one, middle, end in dates)
    last = last or any(found[2] for found in long)
    if first or last:
        return None if first and last else first
    ahead, behind = _span([int(one) for one, _, _ in dates]), _span([end for _, _, end in dates])
    if len(dates) < MANY_DATES or min(ahead, behind) > OF_YEARS or max(ahead, behind) < OF_DAYS:
        return None
    return ahead < behind


def _only_year(number: int) -> bool:
    return number == 0 or number > 31


def _span(numbers: Sequence[int]) -> int:
    return max(numbers) - min(numbers)


def _tells_days(samples: Sequence[str]) -> list[str]:
    """The samples whose first two numbers are day and month: not those with a short year that may stand first.

    Between dots it hardly ever does.
    """
    told = year_first(samples)
    short = {sample: _SHORT_DATE.match(sample) for sample in samples} if told is not False else {}
    return [one for one in samples if not (found := short.get(one)) or (told is None and found[2] == ".")]


def day_first(samples: Sequence[str]) -> bool | None:
    """True where the day comes first, False where the month does, None where the column does not tell."""
    parts = [(int(found[1]), int(found[2])) for found in map(_NUMERIC_DATE.match, _tells_days(samples)) if found]
    day = sum(first > 12 >= second for first, second in parts)
    month = sum(second > 12 >= first for first, second in parts)
    return None if day == month else day > month


def day_order(column: ColumnProfile, of_table: bool | None) -> bool | None:
    """The order of day and month in a column: as its samples tell, else as all its values do, else as its table's."""
    told = day_first(column.samples)
    day, month = (column.traits.get(name, 0) for name in ("day_first", "month_first"))
    if len(_tells_days(column.samples)) < len(column.samples):
        day, month = 0, 0  # counted of all values, whatever their first number is
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
