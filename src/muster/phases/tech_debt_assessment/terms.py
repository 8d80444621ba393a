"""Expressions that several checks share: kinds of assets, states in words, and the findings on a product's support."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from muster.phases.tech_debt_assessment.cycle import Status
from muster.vocabulary.kinds import AssetType

SOON_DAYS = 365


def _is_any(*kinds: AssetType) -> pl.Expr:
    return pl.col("asset_type").is_in([str(kind) for kind in kinds])


MACHINE = _is_any(AssetType.SERVER, AssetType.VIRTUAL_MACHINE)
HOST = _is_any(AssetType.SERVER, AssetType.VIRTUAL_MACHINE, AssetType.HYPERVISOR)
WORKLOAD = _is_any(AssetType.SERVER, AssetType.VIRTUAL_MACHINE, AssetType.APPLICATION, AssetType.DATABASE)
HARDWARE = _is_any(
    AssetType.SERVER, AssetType.HYPERVISOR, AssetType.STORAGE, AssetType.NETWORK, AssetType.LOAD_BALANCER
)


def missing(*attributes: str) -> pl.Expr:
    """True where all of the attributes are empty."""
    return pl.all_horizontal(pl.col(name).is_null() for name in attributes)


RETIRED_ALREADY = pl.col("retired")


def ended(prefix: str) -> Callable[[date], pl.Expr]:
    """All possible releases have no support left, not even paid."""
    return lambda _: _is(prefix, "best", Status.ENDED)


def paid_only(prefix: str) -> Callable[[date], pl.Expr]:
    """No possible release has free security updates, and some can still be paid for."""
    return lambda _: _is(prefix, "best", Status.PAID_ONLY)


def perhaps_ended(prefix: str) -> Callable[[date], pl.Expr]:
    """The text fits releases with and without free security updates."""

    def fires(_: date) -> pl.Expr:
        over = pl.col(f"{prefix}_worst").is_in([str(Status.PAID_ONLY), str(Status.ENDED)])
        kept = pl.col(f"{prefix}_best").is_in([str(Status.ACTIVE), str(Status.SECURITY_ONLY)])
        return (over & kept).fill_null(False)

    return fires


def ends_soon(prefix: str) -> Callable[[date], pl.Expr]:
    """Free security updates end within SOON_DAYS, whichever of the possible releases it is."""

    def fires(as_of: date) -> pl.Expr:
        last = pl.col(f"{prefix}_last_end")
        first = pl.col(f"{prefix}_first_end")
        return ((first >= as_of) & (last <= as_of + timedelta(days=SOON_DAYS))).fill_null(False)

    return fires


def _is(prefix: str, column: str, status: Status) -> pl.Expr:
    return (pl.col(f"{prefix}_{column}") == str(status)).fill_null(False)


def end_in_words(prefix: str) -> pl.Expr:
    """`2024-06-30`, `between 2016-06-30 and 2024-10-31`, or that the day is not recorded."""
    first, last = (pl.col(f"{prefix}_{end}_end").cast(pl.String) for end in ("first", "last"))
    return (
        pl.when(first.is_null())
        .then(pl.lit("on a day that is not recorded"))
        .when(first == last)
        .then(pl.concat_str(pl.lit("on "), first))
        .otherwise(pl.concat_str(pl.lit("between "), first, pl.lit(" and "), last))
    )


def about(prefix: str, text: str) -> pl.Expr:
    """A sentence with {product} and {end} filled in."""
    before, _, after = text.partition("{product}")
    middle, _, rest = after.partition("{end}")
    parts = [pl.lit(before), pl.col(f"{prefix}_says"), pl.lit(middle)]
    return pl.concat_str(*parts, *((end_in_words(prefix), pl.lit(rest)) if "{end}" in text else ()))


def told(prefix: str) -> pl.Expr:
    """What the source says, and what would settle it where several releases fit."""
    settle = pl.col(f"{prefix}_settle")
    asks = pl.when(settle != "").then(pl.concat_str(pl.lit("; would be settled by "), settle)).otherwise(pl.lit(""))
    return pl.concat_str(pl.lit("source says: "), pl.col(f"{prefix}_told"), asks)
