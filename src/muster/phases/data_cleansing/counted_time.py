"""Dates that are a count: days since 1899, seconds since 1970 and their fractions, ticks since 1601."""

import re
from datetime import datetime, timedelta

MACINTOSH_ZERO = datetime.fromisoformat("1904-01-01")  # of workbooks that an old Excel for the Macintosh made
SPREADSHEET_ZERO = datetime.fromisoformat("1899-12-30")  # right from 1900-03-01 on: Excel counts a 29 February before
UNIX_ZERO = datetime.fromisoformat("1970-01-01")
WINDOWS_ZERO = datetime.fromisoformat("1601-01-01")

SERIAL = re.compile(r"^(\d{5})(?:[.,](\d+))?$", re.ASCII)
SERIALS = range(18_000, 75_000)  # 1949 to 2105
COUNT = re.compile(r"^([5-9]\d{8}|\d{10}|\d{13}|\d{16}|\d{19})(?:\.(\d+))?$", re.ASCII)
PER_SECOND = {9: 1, 10: 1, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
TICKS = re.compile(r"^\d{18}$", re.ASCII)  # 100 ns each: Active Directory's lastLogonTimestamp
WRAPPED = re.compile(r"^\\?/?Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/?$")  # JSON of .NET, milliseconds


def counted(text: str, from_1904: bool = False) -> datetime | None:
    """The moment in UTC that a count stands for, to the millisecond; None where the text is no such count.

    `from_1904`: days count from 1904, as in workbooks of an old Excel for the Macintosh.
    """
    if found := SERIAL.match(text):
        if int(found[1]) not in SERIALS:
            return None
        seconds = round(float(f"0.{found[2] or 0}") * 86_400)
        return (MACINTOSH_ZERO if from_1904 else SPREADSHEET_ZERO) + timedelta(days=int(found[1]), seconds=seconds)
    if found := WRAPPED.match(text):
        return _after(UNIX_ZERO, int(found[1]), 1_000)
    if TICKS.match(text):
        return _after(WINDOWS_ZERO, int(text), 10_000_000)
    if found := COUNT.match(text):
        fraction = found[2] if found[2] and len(found[1]) < 13 else "0"
        moment = _after(UNIX_ZERO, int(found[1]), PER_SECOND[len(found[1])])
        return moment + timedelta(milliseconds=int(fraction.ljust(3, "0")[:3]))
    return None


def _after(zero: datetime, count: int, per_second: int) -> datetime:
    seconds, rest = divmod(count, per_second)
    return zero + timedelta(seconds=seconds, milliseconds=rest * 1_000 // per_second)
