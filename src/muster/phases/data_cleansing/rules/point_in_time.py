"""Points in time, in UTC. A text without a zone counts as UTC; a date alone is its midnight.

Sentinels and the order of day and month are treated as in the rule for days.
"""

from datetime import datetime
from functools import partial

import polars as pl

from muster.phases.data_cleansing.calendar import dated
from muster.phases.data_cleansing.rule import Example, Reading, Rule
from muster.phases.data_cleansing.written_time import USUAL_YEAR

SECONDS = rf"^{USUAL_YEAR}-[0-9]{{2}}-[0-9]{{2}} (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """ISO dates with seconds and without a zone."""
    usual = pl.when(column.str.contains(SECONDS)).then(column)
    return usual.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)


NOON = datetime.fromisoformat("2024-05-03 12:00:00")
RULE = Rule(
    name="point_in_time",
    apply=partial(dated, whole_days=False),
    fast=fast,
    types=frozenset({"datetime"}),
    examples=(
        Example("2024-05-03 12:00:00", NOON),
        Example("2024-05-03T12:00:00Z", NOON),
        Example("2024-05-03T14:00:00.000+02:00", NOON),
        Example("2024-05-03 14:00:00 CEST", NOON),
        Example("20240503120000.0Z", NOON),
        Example("20240503140000.000000+120", NOON),
        Example("03.05.2024 12:00", NOON),
        Example("03.05.2024, 12:00 Uhr", NOON),
        Example("5/3/2024 12:00:00 PM", NOON, reading=Reading(day_first=False)),
        Example("2024-05-03T12:00:00+00:00[UTC]", NOON),
        Example("03-MAY-24 12.00.00.000000 PM", NOON),
        Example("3/5/2024 12:00 p. m.", NOON, reading=Reading(day_first=True)),
        Example("2024年5月3日 下午12:00", NOON),
        Example("2024/5/3 午後 2時00分", datetime.fromisoformat("2024-05-03 14:00:00")),
        Example("Fri May  3 12:00:00 2024", NOON),
        Example("Fri, 03 May 2024 12:00:00 +0000", NOON),
        Example("1714737600", NOON),
        Example("1714737600000", NOON),
        Example("133592112000000000", NOON),
        Example("45415.5", NOON),
        Example("2024-05-03", datetime.fromisoformat("2024-05-03 00:00:00")),
        Example("2024-05-03 12:00:00 IST", NOON, "unknown_zone"),
        Example("1970-01-01 00:00:00", None, "sentinel_date"),
        Example("0", None, "sentinel_date"),
        Example("04/05/2024 10:00", None, "ambiguous_date"),
        Example("2024-05-03 25:00:00", None, "not_a_date"),
        Example("yesterday", None, "not_a_date"),
        Example("", None),
    ),
)
