"""What an asset adds to what is said of the whole estate, as one number: the whole is known without reading all again.

Two things are said of the estate: which attributes some asset has (facts.WRITTEN), and which checks ask for a fact that
no source carries for any asset they apply to.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from muster.phases.tech_debt_assessment.check import Check
from muster.phases.tech_debt_assessment.facts import WRITTEN

NOTHING = 0


def asking(checks: Mapping[str, Check]) -> dict[str, Check]:
    """The checks that ask for a fact which sources may not carry at all."""
    return {name: check for name, check in checks.items() if check.attributes}


def marks(assets: pl.DataFrame, known: pl.DataFrame, checks: Mapping[str, Check]) -> pl.DataFrame:
    """asset_no, marks (Int64, one bit each): which of WRITTEN the asset has, and of each check whether it applies, and
    whether it applies and the fact is there. `known`: the facts on `assets`, in their order.
    """
    has = [pl.col(name).is_not_null() if name in assets.columns else pl.lit(False) for name in WRITTEN]
    own = assets.select(_number(has, 0).alias("own")).to_series()
    asked = known.select(_number(_asked(checks), len(WRITTEN)).alias("asked")).to_series()
    return assets.select("asset_no").with_columns((own | asked).alias("marks"))


def _asked(checks: Mapping[str, Check]) -> list[pl.Expr]:
    found = []
    for check in asking(checks).values():
        applies = pl.lit(True) if check.applies is None else check.applies.fill_null(False)
        filled = pl.any_horizontal(pl.col(name).is_not_null() for name in check.attributes)
        found += [applies, applies & filled]
    return found


def _number(bits: list[pl.Expr], first: int) -> pl.Expr:
    """The conditions as bits of one number, the first of them at place `first`."""
    return pl.sum_horizontal(
        pl.lit(0, pl.Int64), *(bit.cast(pl.Int64) * (1 << place) for place, bit in enumerate(bits, first))
    )


def together(marked: pl.Series) -> int:
    """The marks that some of these have."""
    return int(marked.to_frame("marks").select(pl.col("marks").bitwise_or()).item() or NOTHING)


def carried(marked: int) -> frozenset[str]:
    """Those of WRITTEN that some asset has."""
    return frozenset(name for place, name in enumerate(WRITTEN) if marked >> place & 1)


def in_no_source(marked: int, checks: Mapping[str, Check]) -> dict[str, Check]:
    """The checks that apply to some asset and whose fact no source carries for any of those."""
    return {name: check for name, check, (some, filled) in _pairs(marked, checks) if some and not filled}


def _pairs(marked: int, checks: Mapping[str, Check]) -> Iterator[tuple[str, Check, tuple[bool, bool]]]:
    for place, (name, check) in enumerate(asking(checks).items()):
        bits = marked >> len(WRITTEN) + 2 * place
        yield name, check, (bool(bits & 1), bool(bits & 2))
