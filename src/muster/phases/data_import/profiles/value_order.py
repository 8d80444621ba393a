"""The least and the greatest of values that are numbers, days or text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

import polars as pl

from muster.phases.data_import.profiles.value_forms import MONTH_NAME, form, form_of, stripped
from muster.vocabulary.late_pattern import late

Key = tuple[float | str, str]

# 1970-01-01 Unix, 1601-01-01 Windows file times, 1900-01-01 and 1899-12-30/31 spreadsheets and SQL Server, 1753-01-01
# SQL Server's datetime, 0001-01-01 .NET, 1980-01-01 FAT, 2038-01-19 the end of 32 bits, 9999-12-31 for ever.
SENTINELS = frozenset(
    (
        "0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1900-01-02", "1970-01-01",
        "1980-01-01", "2038-01-19", "2099-12-31", "2999-12-31", "9999-12-30", "9999-12-31",
    )
)  # fmt: skip
# Their years, and those of two digits: what has none of them is none of these days.
_MAYBE_SENTINEL = rf"{'|'.join(sorted({day[:4] for day in SENTINELS}))}|[/. -](?:70|80|38)(?:[^0-9:]|$)"

_MONTHS = {
    1: "jan ene gen", 2: "feb fev fév", 3: "mar mär", 4: "apr avr abr", 5: "may mai mag", 6: "jun juin giu",
    7: "jul juil lug", 8: "aug aou aoû ago", 9: "sep set", 10: "oct okt ott out", 11: "nov", 12: "dec dez déc dic",
}  # fmt: skip
_IS_MONTH = late(MONTH_NAME)


@cache
def _month_of() -> dict[str, int]:
    return {name: number for number, names in _MONTHS.items() for name in names.split()}


def _number(value: str, name: str) -> float:
    entry, text = form(name), stripped(value)
    for mark in entry.grouping:
        text = text.replace(mark, "")
    return float(text.replace(",", ".") if entry.point == "," or name.endswith("power") else text)


@lru_cache(maxsize=1 << 16)
def day_of(value: str) -> str:
    """The day in a value of a day's or moment's form as YYYY-MM-DD; years of two digits before 70 are after 2000."""
    text = stripped(value)
    name = form_of(value).rpartition("_")[0]
    if name in ("named", "written"):
        return _written(*_named_day(text))
    first, second, third = (int(part) for part in re.findall(r"[0-9]+", text)[:3])
    if name in ("iso", "year_first"):
        return f"{first:04}-{second:02}-{third:02}"
    return _written(third, first, second) if name == "month_first" else _written(third, second, first)


def _written(year: int, month: int, day: int) -> str:
    return f"{year if year > 99 else year + (2000 if year < 70 else 1900):04}-{month:02}-{day:02}"


def _named_day(text: str) -> tuple[int, int, int]:
    """Year, month and day: the day stands before the name of the month, else behind it; the year stands last."""
    words = re.findall(r"[0-9]{1,2}:[0-9:.,]+|[0-9]+|[^\W\d_]+", text)
    months = [(place, _month(word)) for place, word in enumerate(words)]
    place, month = [found for found in months if found[1]][-1]
    before = [int(word) for word in words[:place] if word.isdecimal()]
    behind = [int(word) for word in words[place + 1 :] if word.isdecimal()]
    return (behind[0] if before else behind[-1]), month, (before or behind)[0]


def _month(word: str) -> int:
    """The month that a word names, 0 where it names none."""
    if not _IS_MONTH.fullmatch(word):
        return 0
    return _month_of().get(word[:4].lower()) or _month_of()[word[:3].lower()]


def _key(order: str, value: str) -> Key:
    if order == "number":
        return _number(value, form_of(value)), value
    return (day_of(value), value) if order == "day" else ("", value)


def widest(order: str, values: Sequence[str]) -> tuple[str, str]:
    """The least and the greatest of raw values of this order: number, day or text. Equal ones are compared as text."""
    if order == "text":
        return min(values), max(values)
    keys = [_key(order, value) for value in values]
    return min(keys)[1], max(keys)[1]


def sentinels_among(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How many of these raw values, all of them days or moments, are which day at which a calendar begins or ends."""
    found: Counter[str] = Counter()
    for value, count in counts:
        if (day := day_of(value)) in SENTINELS:
            found[day] += count
    return dict(found)


def sentinels_in(name: str, weighed: pl.DataFrame) -> dict[str, int]:
    """The same for a column of one form; `n` says how often each value stands in the column."""
    if form(name).order != "day":
        return {}
    maybe = weighed.filter(pl.col("value").str.contains(_MAYBE_SENTINEL))
    return sentinels_among(maybe.group_by("value").agg(pl.col("n").sum()).iter_rows())


def extremes_of(name: str, values: pl.Series) -> tuple[str, ...]:
    """Values of a column of one form among which are its least and its greatest."""
    order = form(name).order
    ends = str(values.min()), str(values.max())
    # No blank stands between '0' and '9': where both ends begin with a digit, all values do.
    if order == "text" or (name.startswith("iso_") and ends[0][0].isdecimal() and ends[1][0].isdecimal()):
        return ends
    keys = _numbers(name, values) if order == "number" else _years(values)
    found: list[str] = []
    for end in (keys.min(), keys.max()):
        near = values.filter(keys == end) if end is not None else values
        found += [str(near.min()), str(near.max())] if order == "number" else near.unique().to_list()
    return tuple(found) if not keys.null_count() else tuple(values.unique().to_list())


def _numbers(name: str, values: pl.Series) -> pl.Series:
    entry = form(name)
    if not entry.grouping and entry.point == ".":
        keys = values.cast(pl.Float64, strict=False)
        if not keys.null_count():
            return keys
    text = values.str.strip_chars().str.strip_chars_start("+")
    for mark in entry.grouping:
        text = text.str.replace_all(mark, "", literal=True)
    if entry.point == "," or name.endswith("power"):
        text = text.str.replace(",", ".", literal=True)
    return text.cast(pl.Float64, strict=False)


def _years(values: pl.Series) -> pl.Series:
    """The year where it has four digits: the ends are looked for in the first and the last one only."""
    return values.str.extract(r"(?:^|[^0-9])([0-9]{4})(?:[^0-9]|$)")
