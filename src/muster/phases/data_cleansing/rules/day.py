"""Days: the date as written, without its time.

Order of day and month comes from the mapping (a vote over the whole column); without it 03/04/2024 stays unread, and so
does 24-05-03 where no date of the column tells at which end its year of two digits stands. Years
and months alone are no days and are not made into one. Days that tools write for 'not set' become nothing.
"""

from datetime import date
from functools import partial

import polars as pl

from muster.phases.data_cleansing.calendar import dated
from muster.phases.data_cleansing.rule import Example, Reading, Rule
from muster.phases.data_cleansing.written_time import USUAL_YEAR


def fast(column: pl.Expr, reading: Reading) -> pl.Expr:
    """ISO dates, and days and months in the column's own order."""
    ways = [(f"^{USUAL_YEAR}-[0-9]{{2}}-[0-9]{{2}}$", "%Y-%m-%d")]
    if reading.day_first is not None:
        ways.append((f"^[0-9]{{2}}/[0-9]{{2}}/{USUAL_YEAR}$", "%d/%m/%Y" if reading.day_first else "%m/%d/%Y"))
    if reading.day_first is not False:
        ways.append((rf"^[0-9]{{2}}\.[0-9]{{2}}\.{USUAL_YEAR}$", "%d.%m.%Y"))
    return pl.coalesce(
        pl.when(column.str.contains(looks)).then(column).str.to_date(way, strict=False) for looks, way in ways
    )


MAY_3, MONTH_FIRST = date(2024, 5, 3), Reading(day_first=False)
RULE = Rule(
    name="day",
    apply=partial(dated, whole_days=True),
    fast=fast,
    types=frozenset({"date"}),
    examples=(
        Example("2024-05-03", MAY_3),
        Example("2024-05-03T23:30:00-05:00", MAY_3),
        Example("2024/5/3", MAY_3),
        Example("20240503", MAY_3),
        Example("03/05/2024", MAY_3, reading=Reading(day_first=True)),
        Example("05/03/2024", MAY_3, reading=MONTH_FIRST),
        Example("5/3/24", MAY_3, reading=MONTH_FIRST),
        Example("05/03/2024", None, "ambiguous_date"),
        Example("05/05/2024", date(2024, 5, 5)),
        Example("23/05/2024", date(2024, 5, 23)),
        Example("23/05/2024", date(2024, 5, 23), "day_month_order", MONTH_FIRST),
        Example("03.05.2024", MAY_3),
        Example("3-May-24", MAY_3),
        Example("May 3, 2024", MAY_3),
        Example("3. Mai 2024", MAY_3),
        Example("3 de mayo de 2024", MAY_3),
        Example("3 août 2024", date(2024, 8, 3)),
        Example("Friday, May 3, 2024", MAY_3),
        Example("2024年5月3日", MAY_3),
        Example("2024. 5. 3.", MAY_3),
        Example("2024년 5월 3일", MAY_3),
        Example("２０２４年０５月０３日", MAY_3),
        Example("令和6年5月3日(金)", MAY_3),
        Example("平成元年5月3日", date(1989, 5, 3)),
        Example("R6.5.3", MAY_3),
        Example("2024年5月3日 星期五", MAY_3),
        Example("1er mars 2024", date(2024, 3, 1)),
        Example("3 de março de 2024", date(2024, 3, 3)),
        Example("3 мая 2024 г.", MAY_3),
        Example("2024-W18-5", MAY_3),
        Example("2024-124", MAY_3),
        Example("99/12/31", date(1999, 12, 31)),
        Example("24-05-03", None, "ambiguous_year"),
        Example("24-05-03", MAY_3, reading=Reading(year_first=True)),
        Example("24-05-03", date(2003, 5, 24), reading=Reading(year_first=False)),
        Example("24/05/03", None, "ambiguous_year", MONTH_FIRST),
        Example("24-05-00", date(2000, 5, 24)),
        Example("05-24-03", date(2003, 5, 24)),
        Example("5-3-24", MAY_3, reading=MONTH_FIRST),
        Example("31-12-99", date(1999, 12, 31), "day_month_order", Reading(year_first=True)),
        Example("03.05.24", MAY_3),
        Example("24.05.03", MAY_3, reading=Reading(year_first=True)),
        Example("43953", MAY_3, reading=Reading(from_1904=True)),
        Example("946684800", date(2000, 1, 1)),
        Example("1714694400000000", MAY_3),
        Example("1714694400000000000", MAY_3),
        Example("45415", MAY_3),
        Example("1714694400", MAY_3),
        Example("/Date(1714694400000)/", MAY_3),
        Example("bis 03.05.2024", MAY_3),
        Example("valid until 2024-05-03", MAY_3),
        Example("le 3 mai 2024", MAY_3),
        Example("03.05.2024 (verlängert)", MAY_3),
        Example("03.05.2024 (was 2023)", None, "not_a_date"),
        Example("01.01.2024 bis 03.05.2024", None, "not_a_date"),
        Example("lifetime", None),
        Example("mars 2021", None, "incomplete_date"),
        Example("Q2-2001", None, "incomplete_date"),
        Example("2024", None, "incomplete_date"),
        Example("1900-01-01", None, "sentinel_date"),
        Example("31.12.9999", None, "sentinel_date"),
        Example("0001-01-01T00:00:00", None, "sentinel_date"),
        Example("0000-00-00", None, "sentinel_date"),
        Example("12/31/1969", None, "sentinel_date"),
        Example("1980-01-01", None, "sentinel_date"),
        Example("2099-12-31", None, "sentinel_date"),
        Example("9223372036854775807", None, "sentinel_date"),
        Example("2024-W18", None, "incomplete_date"),
        Example("0202-03-04", None, "implausible_date"),
        Example("2023-02-30", None, "not_a_date"),
        Example("soon", None, "not_a_date"),
        Example("n/a", None),
        Example("Never", None),
    ),
)
