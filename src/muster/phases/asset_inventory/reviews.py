"""What speaks for and against two records being one thing: the evidence of the review queue."""

from collections.abc import Sequence

import polars as pl
from rapidfuzz import fuzz

COMPARED = (
    *("hostname", "fqdn", "uuid", "serial_number", "asset_tag", "ip_address", "mac_address", "environment"),
    *("os_name", "manufacturer", "model", "memory_mb", "cpu_cores", "location", "owner", "application_name"),
)
# That two records say the same of these is no evidence: most machines are alike in them.
ONLY_AGAINST = ("is_virtual", "lifecycle_status")
NAMELESS = 0.5  # the likeness of two names of which one is missing or an address
ADDRESS = r"^(\d{1,3}\.){3}\d{1,3}$"
SCHEMA = {
    "record_id": pl.Int64(), "rival_record_id": pl.Int64(), "rule": pl.String(), "score": pl.Float64(),
    "agrees": pl.List(pl.String), "contradicts": pl.List(pl.String),
}  # fmt: skip


def with_evidence(pairs: pl.DataFrame, record_ids: pl.Series, records: pl.DataFrame) -> pl.DataFrame:
    """`pairs` (record_row, rival_row, rule) by their ids, with score, and what agrees and contradicts where both speak.

    `record_ids` and `records`, the attribute columns: by row.

    The score is the likeness of the names, times the share of agreeing attributes; a name that is equal counts as one.
    Where one says no name, likeness is NAMELESS.
    """
    if not pairs.height:
        return pl.DataFrame(schema=SCHEMA)
    sides = [records[pairs[side]] for side in ("record_row", "rival_row")]
    ids = {
        "record_id": record_ids.gather(pairs["record_row"]),
        "rival_record_id": record_ids.gather(pairs["rival_row"]),
    }
    pairs = pairs.select("rule").with_columns(**ids)
    columns = [name for name in (*COMPARED, *ONLY_AGAINST) if name in records.columns]
    verdicts = pl.DataFrame({name: _same(sides[0][name], sides[1][name]) for name in columns})
    likeness = pl.Series("likeness", _likeness(*(_names(side) for side in sides)), dtype=pl.Float64)
    known = pl.concat([pairs, verdicts, likeness.to_frame()], how="horizontal")
    agrees = _where([name for name in columns if name not in ONLY_AGAINST], True)
    contradicts = _where(columns, False)
    told = known.select("record_id", "rival_record_id", "rule", "likeness", agrees=agrees, contradicts=contradicts)
    share = (pl.col("agrees").list.len() + 1) / (pl.col("agrees").list.len() + pl.col("contradicts").list.len() + 1)
    return told.with_columns(score=(pl.col("likeness") * share).round(3)).select(list(SCHEMA))


def _same(left: pl.Series, right: pl.Series) -> pl.Series:
    """True or False where both sides say something, null elsewhere."""
    both = pl.DataFrame({"left": left, "right": right})
    if isinstance(left.dtype, pl.List):
        shared = pl.col("left").list.set_intersection("right").list.len() > 0
        told = (pl.col("left").list.len() > 0) & (pl.col("right").list.len() > 0)
        return both.select(pl.when(told).then(shared)).to_series()
    if left.dtype == pl.String:
        both = both.with_columns(pl.col("left", "right").str.strip_chars().str.to_lowercase())
    return both.select(pl.col("left") == pl.col("right")).to_series()


def _where(columns: Sequence[str], verdict: bool) -> pl.Expr:
    told = [pl.when(pl.col(name) == verdict).then(pl.lit(name)) for name in columns]
    return pl.concat_list(told or [pl.lit(None, pl.String)]).list.drop_nulls()


def _names(side: pl.DataFrame) -> list[str]:
    """What each record is called, without case and domain; nothing where that is an address."""
    known = [pl.col(name).cast(pl.String) for name in ("name", "hostname", "fqdn") if name in side.columns]
    named = pl.coalesce(known or [pl.lit(None, pl.String)]).fill_null("").str.to_lowercase()
    short = pl.when(~named.str.contains(ADDRESS)).then(named.str.extract(r"^([^.]*)"))
    return side.select(name=short).to_series().fill_null("").to_list()


def _likeness(left: Sequence[str], right: Sequence[str]) -> list[float]:
    """0 to 1 per pair; the queue is short, so each pair is looked at by itself."""
    pairs = zip(left, right, strict=True)
    return [fuzz.ratio(one, other) / 100 if one and other else NAMELESS for one, other in pairs]
