"""Answers of the date rules: what is kept of a moment, and what is said about a doubtful one."""

from muster.phases.data_cleansing.rule import Cleansed, Reading, Value, wrong
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.written_time import Moment, moment

NEVER = frozenset(
    {
        "never",
        "nie",
        "niemals",
        "jamais",
        "nunca",
        "mai",
        "nooit",
        "从不",
        "なし",
        "никогда",
        "aldrig",
        "nigdy",
        "永不",
        "期限なし",
        "永久",
        "unlimited",
        "unbegrenzt",
        "perpetual",
        "forever",
        "lifetime",
        "life time",
        "permanent",
        "open end",
        "no end",
        "no expiry",
        "does not expire",
        "indefinite",
        "unbefristet",
        "lebenslang",
        "dauerhaft",
        "kein ende",
        "illimité",
        "illimitée",
        "à vie",
        "perpétuel",
        "perpétuelle",
        "indéfini",
        "ilimitado",
        "ilimitada",
        "indefinido",
        "illimitato",
        "onbeperkt",
        "бессрочно",
        "sans fin",
    }
)
PROBLEMS = {
    "sentinel_date": ("is what tools write for 'not set' or 'for ever'", "Nothing to do if no date is known."),
    "incomplete_date": ("names no day", "Write the day, or keep the text in another attribute."),
    "implausible_date": ("is no day that an inventory can speak of", "Correct the date in the source."),
    "not_a_date": ("is not a date", "Correct the date in the source, or give the column another meaning."),
    "ambiguous_date": (
        "can be read with the day or the month first",
        "Say in the field mapping which comes first in this column.",
    ),
    "ambiguous_year": (
        "has a year of two digits that may stand first or last",
        "Write the year with four digits, or say with a recipe (year_first) where it stands in this column.",
    ),
    "day_month_order": (
        "has day and month in another order than its column; its only possible reading was taken",
        "Check whether the column mixes two orders: other dates in it may be read the wrong way round.",
    ),
    "unknown_zone": (
        "names a time zone that is unknown or not unique; it was read as UTC",
        "Write the offset from UTC.",
    ),
}


def dated(raw: str, reading: Reading, whole_days: bool) -> Cleansed:
    """The day as written, or the moment in UTC; a doubtful one as an issue."""
    text = tidy(raw)
    if text is None or text.lower() in NEVER:
        return Cleansed(None)
    found = moment(text, reading.day_first, reading.from_1904, reading.year_first)
    value = _kept(found, whole_days)
    if not found.problem or (whole_days and found.problem == "unknown_zone"):
        return Cleansed(value)
    what, hint = PROBLEMS[found.problem]
    return wrong(found.problem, text, what, hint, value=value)


def _kept(found: Moment, whole_days: bool) -> Value:
    if whole_days:
        return None if found.written is None else found.written.date()
    return found.utc
