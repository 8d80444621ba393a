"""One condition that a good wave plan meets: what it judges, how much it weighs, and what to do where it is broken."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

BROKEN_SCHEMA = pl.Schema({"wave": pl.Int64, "asset_no": pl.Int64, "other_no": pl.Int64})


@dataclass(frozen=True, slots=True)
class Placed:
    """A plan to judge. `assets`: the members of units.Units with their wave; `needs`, `chatty`: pairs of assets;
    `waves`: wave, machines; `smallest`, `largest`: machines that a wave should have. `loads`: wave, window, capacity's
    measures and over (which limits are exceeded) of each window that has a limit, and of each wave (window null).
    """

    assets: pl.DataFrame
    needs: pl.DataFrame
    chatty: pl.DataFrame
    waves: pl.DataFrame
    smallest: int
    largest: int
    loads: pl.DataFrame

    def both(self, pairs: pl.DataFrame, one: str, other: str) -> pl.DataFrame:
        """`pairs` with what is known of both ends: columns of the first with `_one`, of the second with `_other`."""
        told = self.assets.select("asset_no", "wave", "stage", "critical", "complex", "pinned")
        left = told.rename({name: f"{name}_one" for name in told.columns}).rename({"asset_no_one": one})
        right = told.rename({name: f"{name}_other" for name in told.columns}).rename({"asset_no_other": other})
        return pairs.join(left, on=one).join(right, on=other)


@dataclass(frozen=True, slots=True)
class Judged:
    """How many things were looked at, and those that break it: BROKEN_SCHEMA, other_no null for one alone."""

    looked_at: int
    broken: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Condition:
    """`weight` is its share of the score; `broken` says what is wrong, with {asset}, {other} and {wave}."""

    weight: int
    reason: str
    broken: str
    remedy: str
    judge: Callable[[Placed], Judged]


def broken(rows: pl.DataFrame, wave: str, asset: str, other: str | None = None) -> pl.DataFrame:
    """Rows as BROKEN_SCHEMA, in order of wave and asset."""
    second = pl.lit(None, pl.Int64) if other is None else pl.col(other)
    return (
        rows.select(wave=wave, asset_no=asset, other_no=second).cast(BROKEN_SCHEMA).sort("wave", "asset_no", "other_no")
    )


def too_early(placed: Placed, heavy: pl.Expr, light: pl.Expr) -> Judged:
    """Heavy assets in the first half of their stage's waves although light ones follow, nothing lighter needs them, and
    no person put them there.
    """
    assets = placed.assets.with_columns(heavy=heavy, light=light)
    last_light = pl.col("wave").filter(pl.col("light")).max().over("stage")
    middle = (pl.col("wave").min() + pl.col("wave").max()).over("stage") / 2
    early = assets.filter("heavy", ~pl.col("pinned"), pl.col("wave") < middle, pl.col("wave") < last_light)
    users = placed.needs.join(assets.filter(~pl.col("heavy")).select(source_no="asset_no"), on="source_no", how="semi")
    free = early.join(users.select(asset_no="target_no"), on="asset_no", how="anti")
    return Judged(int(assets["heavy"].sum()), broken(free, "wave", "asset_no"))
