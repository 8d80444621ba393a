"""How much of what a migration is planned with is known, by kind of asset, and what keeps which assets from it."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from muster.assessment.blocker import BLOCKERS, PLANNED, WANTED
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, Facts, read_facts
from muster.store import dependencies, identity_reviews, inventory_reading
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

SLICE = 1 << 16  # assets whose facts are in memory at a time
EXTRA = ("name", "ip_address")


@dataclass(frozen=True, slots=True)
class Readiness:
    """`kinds`: asset_type, assets, ready (none of the blockers holds). `completeness`: asset_type, fact, known, assets,
    percent, needed_for. `blockers`: asset_type, blocker, assets, reason, remedy. `blocked`: asset_no, name, asset_type,
    blockers. Only assets that are to be moved and not retired count. `open_ends`: dependencies on what no asset answers
    to; `open_pairs`: records that may be one asset.
    """

    kinds: pl.DataFrame
    completeness: pl.DataFrame
    blockers: pl.DataFrame
    blocked: pl.DataFrame
    open_ends: int
    open_pairs: int


async def readiness(tx: Tx, scope: Scope, as_of: date) -> Readiness:
    """What is known of an engagement as of a day, counted."""
    wanted = dict.fromkeys([*EXTRA, *ATTRIBUTES])
    assets = await inventory_reading.narrowed(tx, scope, list(wanted), plain=("name",))
    told = read_facts(assets, as_of, await dependencies.degrees(tx, scope))
    named = assets.with_columns(namesakes=pl.len().over("name", "asset_type"))
    pieces = [_looked_at(told, named.slice(start, SLICE)) for start in range(0, max(named.height, 1), SLICE)]
    seen = pl.concat(pieces)
    ends = await dependencies.counts(tx, scope)
    return Readiness(
        _kinds(seen), _completeness(seen), _blockers(seen), _blocked(seen), ends["unresolved"],
        len(await identity_reviews.waiting(tx, scope)),
    )  # fmt: skip


def _looked_at(told: Facts, assets: pl.DataFrame) -> pl.DataFrame:
    """asset_no, name, asset_type; per wanted fact whether it is known (null: not asked), per blocker if it holds."""
    extra = assets.select(*EXTRA, "namesakes")
    known = pl.concat([told.of(assets), extra], how="horizontal").filter(PLANNED)
    filled = [
        pl.when(wanted.of)
        .then(pl.any_horizontal(pl.col(name).is_not_null() for name in wanted.attributes))
        .alias(f"known {wanted.fact}")
        for wanted in WANTED
    ]
    held = [blocker.when.fill_null(False).alias(f"held {blocker.name}") for blocker in BLOCKERS]
    return known.select("asset_no", "name", "asset_type", *filled, *held)


def _held() -> list[str]:
    return [f"held {blocker.name}" for blocker in BLOCKERS]


def _kinds(seen: pl.DataFrame) -> pl.DataFrame:
    counted = seen.group_by("asset_type").agg(assets=pl.len(), ready=(~pl.any_horizontal(_held())).sum())
    return counted.sort("asset_type")


def _completeness(seen: pl.DataFrame) -> pl.DataFrame:
    frames = [
        seen.group_by("asset_type")
        .agg(known=pl.col(f"known {wanted.fact}").sum(), assets=pl.col(f"known {wanted.fact}").count())
        .filter(pl.col("assets") > 0)
        .select(
            "asset_type",
            pl.lit(wanted.fact).alias("fact"),
            "known",
            "assets",
            (100 * pl.col("known") / pl.col("assets")).round(1).alias("percent"),
            pl.lit(wanted.needed_for).alias("needed_for"),
        )
        for wanted in WANTED
    ]
    return pl.concat(frames).sort("asset_type", "percent", "fact")


def _blockers(seen: pl.DataFrame) -> pl.DataFrame:
    frames = [
        seen.filter(pl.col(f"held {blocker.name}"))
        .group_by("asset_type")
        .agg(assets=pl.len())
        .select(
            "asset_type",
            pl.lit(blocker.name).alias("blocker"),
            "assets",
            pl.lit(blocker.reason).alias("reason"),
            pl.lit(blocker.remedy).alias("remedy"),
        )
        for blocker in BLOCKERS
    ]
    return pl.concat(frames).sort("assets", "asset_type", "blocker", descending=[True, False, False])


def _blocked(seen: pl.DataFrame) -> pl.DataFrame:
    names = [pl.when(pl.col(f"held {blocker.name}")).then(pl.lit(blocker.name)) for blocker in BLOCKERS]
    listed = pl.concat_list(names).list.drop_nulls()
    return seen.filter(pl.any_horizontal(_held())).select("asset_no", "name", "asset_type", blockers=listed)
