"""The values of a sheet's cells as text: whole numbers without a point, dates in ISO form, true and false."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from muster.phases.data_import.typed.number_text import number_text


def as_texts(rows: Sequence[Sequence[object]]) -> pl.DataFrame:
    """String columns '1'..'n', one for each cell of a row; '' for a blank cell."""
    columns = enumerate(zip(*rows, strict=True), 1)
    return pl.DataFrame([_texts(column).alias(str(number)) for number, column in columns])


def _texts(column: Sequence[object]) -> pl.Series:
    """Texts as they are, numbers all at once, the others one by one."""
    if set(map(type, column)) == {str}:
        return pl.Series(column, dtype=pl.String)
    numbers = pl.Series([value if type(value) is float else None for value in column], dtype=pl.Float64)
    others = [None if type(value) is float else TEXTS[type(value)](value) for value in column]
    chosen = pl.coalesce(pl.lit(pl.Series(others, dtype=pl.String)), number_text(pl.lit(numbers)))
    return pl.select(chosen.fill_null("")).to_series()


def _moment(value: datetime) -> str:
    return value.isoformat(sep=" ", timespec="milliseconds" if value.microsecond else "seconds")


def _time(value: time) -> str:
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _duration(value: timedelta) -> str:
    """Hours may be more than 24: a duration is no time of day."""
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


TEXTS: dict[type, Callable[..., str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    int: str,
    datetime: _moment,
    date: date.isoformat,
    time: _time,
    timedelta: _duration,
}
