"""Dates and times as tools and people write them, in many orders and languages."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from muster.phases.data_cleansing.calendars import in_figures, numbered_day
from muster.phases.data_cleansing.counted_time import counted
from muster.phases.data_cleansing.words import factors, word_list
from muster.vocabulary.spellings import key

# What tools write for 'not set' or 'for ever': the ends of the calendars of Excel, Windows, .NET, Unix, DOS and SQL
# Server, the last second before 1970 in a zone west of Greenwich, the last one of 32 bits.
SENTINELS = frozenset(
    date.fromisoformat(day)
    for day in (
        "0001-01-01", "0001-01-02", "1600-12-31", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01",
        "1900-01-02", "1904-01-01", "1969-12-31", "1970-01-01", "1980-01-01", "2038-01-18", "2038-01-19", "2079-06-06",
        "2099-12-31", "2100-01-01", "2100-12-31", "2199-12-31",
    )
)  # fmt: skip
ZERO = re.compile(r"^(?:-1|[0.:/\s-]+|1900-01-00.*|(?:9223372036|-9223372036)\d{9}|9{8})$")
FOR_EVER = 2_150  # from this year on, a date means that there is no end
YEARS = range(1950, 2151)
# As a pattern, without the end of the range and the years that hold a sentinel
USUAL_YEAR = (
    "(?:19[59][0-9]|196[0-8]|197[1-9]|198[1-9]|20[0-2][0-9]|203[0-79]|20[4-68][0-9]|207[0-8]|209[0-8]"
    "|21(?:0[1-9]|[1-4][0-9]))"
)

ZONE = r"(?P<zone>(?:UTC|GMT)?\s?[+-]\d{1,2}:?(?:\d{2})?|[A-Z]{1,5})"
CLOCK = (
    r"(?:(?:T|[\s,]+(?:at |um |à )?)(?P<hour>\d{1,2})[:h.](?P<minute>\d{2})"
    r"(?:[:.](?P<second>\d{2})(?:[.,:](?P<part>\d{1,9}))?)?"
    rf"\s*(?P<half>[ap]\.?\s?m\.?)?(?:\s*(?:uhr|hrs?|heures?)\.?)?\s*\(?{ZONE}?\)?(?:\s?\[[A-Za-z_/]+\])?)?$"
)
# What is said around a day: 'until', 'since', 'valid to', and a closing remark without figures
SAID_BEFORE = re.compile(
    r"^(?:(?:valid|expires?|gültig|läuft|ends?|endet|valable|expire|válido|vence)\s+)?"
    r"(?:on|until|till?|thru|through|to|from|since|am|vom|bis(?: zum)?|ab|seit|le|au|jusqu['’]au|du|depuis(?: le)?"
    r"|hasta(?: el)?|desde(?: el)?|até|fino al|dal|tot)\s+(?=\d|[^\W\d_]{3,})",
    re.I,
)
SAID_BEHIND = re.compile(r"\s*\([^()\d]*\)$")
NAME, YEAR = r"(?P<name>[^\W\d_]{3,10})\.?", r"(?P<year>\d{4})"
NUMERIC = re.compile(
    r"^(?P<one>\d{1,2})(?P<sign>[-/. ])\s?(?P<two>\d{1,2})(?P=sign)\s?(?P<year>\d{4}|\d{2})" + CLOCK, re.I
)
SPELLED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"^{YEAR}[-/.]\s?(?P<month>\d{{1,2}})[-/.]\s?(?P<day>\d{{1,2}})\.?" + CLOCK,
        rf"^{YEAR} (?P<month>\d{{1,2}}) (?P<day>\d{{1,2}})" + CLOCK,
        rf"^{YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})$",
        rf"^{YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})T?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?"
        r"(?:\.(?P<part>\d{1,9}))?(?P<zone>Z|[+-]\d{3,4})?$",
        rf"^{YEAR}[-/. ]{NAME}[-/. ](?P<day>\d{{1,2}})" + CLOCK,
        rf"^(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º)?[\s.\-/]*(?:de |d'|of )?{NAME}"
        r"[\s,\-/]*(?:de[l]? |d' |г )?(?P<year>\d{4}|\d{2})" + CLOCK,
        rf"^{NAME}[\s\-/]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|[\s\-/]+){YEAR}" + CLOCK,
        rf"^{NAME} +(?P<day>\d{{1,2}}) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?: {ZONE})? {YEAR}$",
    )
)
INCOMPLETE = re.compile(
    r"^(?:\d{4}|\d{4}[-/.]\d{1,2}|\d{1,2}[-/.]\d{4}|(?:q|h|fy|kw|cw)\s?\d{1,2}[\s\-/]*(?:\d{2,4})?"
    r"|\d{4}[\s\-/]*(?:q|h|kw|cw|w)\s?\d{1,2}|[^\W\d_]{3,10}\.?[\s\-/]*\d{2,4})$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says about when. `written` is the time as it stands, `offset` its minutes ahead of UTC.

    `problem` is the code of what is wrong, with or without a usable `written`.
    """

    written: datetime | None = None
    offset: int = 0
    problem: str = ""

    @property
    def utc(self) -> datetime | None:
        """The moment in UTC, without a zone; a text without a zone counts as UTC."""
        return None if self.written is None else self.written - timedelta(minutes=self.offset)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is known of a column's dates in figures: day before month, and a year of two digits before both."""

    day_first: bool | None
    year_first: bool | None


@cache
def _months() -> dict[str, int]:
    return {key(name): int(number) for name, number in factors("months").items()}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(key(name) for name in word_list("weekdays"))


def moment(text: str, day_first: bool | None, from_1904: bool = False, year_first: bool | None = None) -> Moment:
    """Read a date with or without a time; what cannot be one moment says why.

    Problems: sentinel_date, incomplete_date, implausible_date, not_a_date, ambiguous_date, ambiguous_year (nothing is
    kept); day_month_order, unknown_zone (the only possible reading is kept).
    """
    order = _Order(day_first, year_first)
    found = _moment(in_figures(text), order, from_1904)
    if found.problem != "not_a_date":
        return found
    bare = SAID_BEHIND.sub("", SAID_BEFORE.sub("", text))
    return found if bare == text else _moment(in_figures(bare), order, from_1904)


def _moment(text: str, order: _Order, from_1904: bool) -> Moment:
    if ZERO.match(text):
        return Moment(problem="sentinel_date")
    count = counted(text, from_1904)
    found = Moment(count) if count else _without_weekday(text, order)
    if found.written is None:
        return found
    if found.written.date() in SENTINELS:
        return Moment(problem="sentinel_date")
    if found.written.year in YEARS:
        return found
    return Moment(problem="sentinel_date" if found.written.year > FOR_EVER else "implausible_date")


def _without_weekday(text: str, order: _Order) -> Moment:
    found = _read(text, order)
    first, _, rest = text.partition(" ")
    if found.problem == "not_a_date" and key(first) in _weekdays():
        return _read(rest.strip(), order)
    return found


def _read(text: str, order: _Order) -> Moment:
    if found := NUMERIC.match(text):
        return _numeric(found, order)
    if day := numbered_day(text):
        return Moment(datetime.fromisoformat(f"{day} 00:00:00"))
    for pattern in SPELLED:
        if found := pattern.match(text):
            parts = found.groupdict()
            month = _months().get(key(parts["name"])) if "name" in parts else int(parts["month"])
            if month is not None:
                return _built(parts, month, int(parts["day"]))
    return Moment(problem="incomplete_date" if INCOMPLETE.match(text) else "not_a_date")


def _numeric(found: re.Match[str], order: _Order) -> Moment:
    """Day and month in figures. Dots part day.month.year wherever they are used; other signs are used both ways."""
    if len(found["year"]) == 4:
        return _year_last(found, order.day_first)
    if _ends_with_day(found) and (order.year_first or not _begins_with_day(found)):
        return _built({**found.groupdict(), "year": found["one"]}, int(found["two"]), int(found["year"]))
    if _ends_with_day(found) and order.year_first is None and found["sign"] != ".":
        return Moment(problem="ambiguous_year")
    read = _year_last(found, order.day_first)
    return replace(read, problem=read.problem or "day_month_order") if order.year_first and read.written else read


def _ends_with_day(found: re.Match[str]) -> bool:
    """Whether year-month-day is a reading of two digits each."""
    return len(found["one"]) == 2 and 1 <= int(found["two"]) <= 12 and 1 <= int(found["year"]) <= 31


def _begins_with_day(found: re.Match[str]) -> bool:
    """Whether day-month-year or month-day-year is a reading."""
    one, two = int(found["one"]), int(found["two"])
    return (1 <= one <= 12 and 1 <= two <= 31) or (1 <= one <= 31 and 1 <= two <= 12)


def _year_last(found: re.Match[str], day_first: bool | None) -> Moment:
    one, two = int(found["one"]), int(found["two"])
    parts = found.groupdict()
    order = True if day_first is None and found["sign"] == "." else day_first
    if one > 12 or two > 12:
        only = one > 12
        problem = "day_month_order" if order is not None and order != only else ""
        return _built(parts, two if only else one, one if only else two, problem)
    if order is None and one != two:
        return Moment(problem="ambiguous_date")
    return _built(parts, two if order else one, one if order else two)


def _built(parts: dict[str, str | None], month: int, day: int, problem: str = "") -> Moment:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    micro = int((parts.get("part") or "0").ljust(6, "0")[:6])
    offset = _offset(parts.get("zone") or "")
    try:
        written = datetime.fromisoformat(
            f"{_year(parts['year'] or ''):04}-{month:02}-{day:02}T{hour:02}:{int(parts.get('minute') or 0):02}"
            f":{int(parts.get('second') or 0):02}.{micro:06}"
        )
    except ValueError:
        return Moment(problem="not_a_date")
    return Moment(written, offset or 0, problem or ("unknown_zone" if offset is None else ""))


def _year(digits: str) -> int:
    """Two digits count from 1969 to 2068, as POSIX strptime has it."""
    year = int(digits)
    return year if len(digits) > 2 else year + (1900 if year >= 69 else 2000)


def _offset(zone: str) -> int | None:
    """Minutes ahead of UTC; None for a name that is not known or stands for several zones (CST, IST)."""
    figures = re.sub(r"^(?:UTC|GMT)?\s?", "", zone, flags=re.I)
    if figures[:1] not in ("+", "-"):
        return int(factors("zones")[zone.lower()]) if zone.lower() in factors("zones") else None if zone else 0
    digits = figures[1:].replace(":", "")
    # WMI writes three digits of minutes (+060), everyone else hours and minutes
    minutes = int(digits) if len(digits) == 3 else int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if figures[0] == "-" else minutes
