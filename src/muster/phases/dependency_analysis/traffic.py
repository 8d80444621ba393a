"""How much, how often and when, as flow logs and lists of connections write it beside who and whom."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, partial
from importlib import resources
from typing import TypeAlias

import polars as pl

TRAFFIC_SCHEMA = {
    "count": pl.Int64(),
    "bytes": pl.Int64(),
    "packets": pl.Int64(),
    "first_seen": pl.Datetime("us"),
    "last_seen": pl.Datetime("us"),
    "refused": pl.Boolean(),
}
_SIGNS = re.compile(r"[\W_]+")
_AMOUNT = r"^([\d.,]*\d)\s*([KkMGT])?i?B?$"
_SCALE = {"K": 1_000, "k": 1_000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000}  # as nfdump prints
# A number of seconds since 1970 has ten digits in our time; thirteen are milliseconds, and so on.
_EPOCHS = ((1e8, 1e6), (1e11, 1e3), (1e14, 1.0), (1e17, 1e-3))  # from here on, and its factor to microseconds
_WRITTEN = ("%Y-%m-%d %H:%M:%S%.f", "%Y/%m/%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_REFUSED = r"^(?i:reject|den[yi]|drop|block|refuse|d$)"  # as firewalls write it; Azure writes D
# Azure's dependency analysis sees TCP alone, and its export has no column that says so ("Analyze server dependencies").
_TCP_ALONE = frozenset({"timeslot", "sourceservername", "destinationservername", "destinationport"})
_TIMES = ("started", "ended", "at", "day")
_FIGURES = r"^[0-9]{1,18}$"
_AS_READ = pl.Float64()
_Read: TypeAlias = Callable[[str], pl.Expr]


def plain_header(name: str) -> str:
    """A header as it is looked up: lower case, letters and digits only."""
    return _SIGNS.sub("", name.casefold())


def is_of_tcp_alone(columns: Sequence[str]) -> bool:
    """True for an export of which every row is a TCP connection without saying so."""
    return {plain_header(name) for name in columns} >= _TCP_ALONE


def traffic_columns(columns: Sequence[str]) -> dict[str, list[int]]:
    """The 1-based positions of columns that count or time connections, by what they say, in order of the table."""
    found: dict[str, list[int]] = {}
    known = _known()
    for at, name in enumerate(columns, 1):
        said = known.get(plain_header(name)) or known.get(plain_header(name.rpartition(".")[2]))
        if said is not None:
            found.setdefault(said, []).append(at)
    return found


def traffic(raw: Mapping[int, pl.Series], places: Mapping[str, Sequence[int]], height: int) -> pl.DataFrame:
    """TRAFFIC_SCHEMA of each record. `raw`: text columns by position, at least those of `places` (traffic_columns).

    A record is one connection unless it says how many it stands for. An amount or a time that cannot be read is null.
    `refused`: a firewall let it not through.
    """
    frame = pl.DataFrame(height=height).with_columns(raw[at].cast(pl.String).alias(str(at)) for at in raw)
    figures = _figures(frame)
    told = sorted({at for name in _TIMES for at in places.get(name, ())})
    # Read once, however often they are asked for below.
    frame = frame.with_columns(_moments(raw[at], str(at) in figures).alias(f"time {at}") for at in told)
    amount, time = partial(_amount, figures), pl.col
    started, ended, at, day = (
        _first([f"time {at}" for at in places.get(name, ())], time, pl.Datetime("us")) for name in _TIMES
    )
    seconds = pl.coalesce(
        _first(places.get("seconds", ()), _number), _first(places.get("milliseconds", ()), _number) / 1000
    )
    lasted = pl.duration(microseconds=(seconds.fill_null(0) * 1_000_000).round().cast(pl.Int64))
    begun = pl.coalesce(started, at, day)
    return frame.with_columns(
        _whole(_first(places.get("count", ()), amount)).fill_null(1).clip(lower_bound=1).alias("count"),
        _whole(_total(places, "bytes", amount)).alias("bytes"),
        _whole(_total(places, "packets", amount)).alias("packets"),
        pl.coalesce(begun, ended).alias("first_seen"),
        pl.coalesce(ended, begun + lasted).alias("last_seen"),
        pl.any_horizontal(pl.lit(False), *(_refused(str(at)) for at in places.get("decision", ()))).alias("refused"),
    ).select(pl.col(name).cast(dtype) for name, dtype in TRAFFIC_SCHEMA.items())


def _figures(frame: pl.DataFrame) -> frozenset[str]:
    """The columns that hold whole numbers and nothing else, as most do: there is one way to read them."""
    alone = frame.select(pl.all().str.contains(_FIGURES).all())
    return frozenset(name for name, plain in alone.to_dicts()[0].items() if plain) if frame.width else frozenset()


def _refused(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.contains(_REFUSED)


def _whole(amount: pl.Expr) -> pl.Expr:
    return amount.round().cast(pl.Int64, strict=False)


def _total(places: Mapping[str, Sequence[int]], name: str, amount: _Read) -> pl.Expr:
    """The column of the total, or the sum of both ways where there is none; null where nothing can be read."""
    parts = [amount(str(at)) for at in places.get(f"{name}_parts", ())]
    summed = pl.sum_horizontal(parts) if parts else pl.lit(None, pl.Float64)
    said = pl.any_horizontal(part.is_not_null() for part in parts) if parts else pl.lit(False)
    total = _first(places.get(name, ()), amount) + _first(places.get(f"{name}_again", ()), amount).fill_null(0)
    return pl.coalesce(total, pl.when(said).then(summed))


def _first(columns: Sequence[int | str], read: _Read, dtype: pl.DataType = _AS_READ) -> pl.Expr:
    values = [read(str(at)) for at in columns]
    return pl.coalesce(values) if values else pl.lit(None, dtype)


def _number(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().cast(pl.Float64, strict=False)


def _amount(figures: Collection[str], column: str) -> pl.Expr:
    """A number, or one with a scale as nfdump prints it: 1.2 M."""
    if column in figures:
        return pl.col(column).cast(pl.Float64)
    text = pl.col(column).str.strip_chars()
    number = text.str.extract(_AMOUNT, 1).str.replace_all(",", "").cast(pl.Float64, strict=False)
    scale = text.str.extract(_AMOUNT, 2).replace_strict(_SCALE, default=1, return_dtype=pl.Int64)
    return number * scale


def _moments(column: pl.Series, figures: bool) -> pl.Series:
    """Seconds, milli-, micro- or nanoseconds since 1970, or a date and time, in UTC where a zone is given.

    Most columns write all of their moments in one form. So each form reads what those before it left, and first comes
    the one that reads most of the first values; words that are kept once are read once.
    """
    if isinstance(column.dtype, pl.Enum):
        read = _moments(column.dtype.categories, figures=False)  # words that no record has may be others
        return read.gather(column.to_physical().cast(pl.Int64))
    if figures:
        return _counted(column.cast(pl.Float64))
    left = column.str.strip_chars()
    probe = left.drop_nulls().head(_PROBED)
    found = pl.repeat(None, column.len(), dtype=pl.Datetime("us"), eager=True)
    for form in sorted(_FORMS, key=lambda form: form(probe).null_count()):
        if left.null_count() == left.len():
            break
        found = found.zip_with(found.is_not_null(), form(left))
        left = left.zip_with(found.is_null(), _NOTHING)
    return found


def _counted(number: pl.Series) -> pl.Series:
    """Moments that are counted from 1970 on, by how large their numbers are."""
    factors = [factor for least, factor in _EPOCHS if (number >= least).any()]
    micros = pl.lit(None, pl.Float64)
    for least, factor in _EPOCHS[: len(factors)]:
        micros = pl.when(pl.col("number") >= least).then(pl.col("number") * factor).otherwise(micros)
    moments = micros.round().cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
    return number.to_frame("number").with_columns(moments.alias("moments"))["moments"]


def _zoned(text: pl.Series) -> pl.Series:
    with_offset = text.str.replace("Z$", "+00:00")
    moments = with_offset.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
    return moments.dt.replace_time_zone(None)


def _unzoned(form: str, text: pl.Series) -> pl.Series:
    return text.str.replace("T", " ", literal=True).str.to_datetime(form, strict=False, time_unit="us")


_FORMS: tuple[Callable[[pl.Series], pl.Series], ...] = (
    lambda text: _counted(text.cast(pl.Float64, strict=False)),
    _zoned,
    *(partial(_unzoned, form) for form in _WRITTEN),
)
_PROBED = 200
_NOTHING = pl.Series([None], dtype=pl.String)


@cache
def _known() -> dict[str, str]:
    text = resources.files("muster.phases.dependency_analysis").joinpath("traffic.json").read_text("utf-8")
    return {header: said for said, headers in json.loads(text).items() if said != "note" for header in headers}
