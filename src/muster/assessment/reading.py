"""The scores and strategies of an engagement as of a day, computed when they are read: only overrides are stored."""

from datetime import date
from typing import Any

import polars as pl

from muster.phases.dependency_analysis.applications import stated
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, DEGREES, WRITTEN, read_facts
from muster.phases.tech_debt_assessment.scores import SCORES, SLICE, explained, measured, proposed, scores
from muster.store import dependencies, inventory_reading, move_plan, said_of_assets
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

OVERRIDDEN = {"asset_no": pl.Int64, "decided": pl.String, "author": pl.String, "reason": pl.String}


async def assessed(tx: Tx, scope: Scope, as_of: date) -> pl.DataFrame:
    """One row an asset, in order of asset_no: asset_no, name, asset_type, application (as written, null: unknown),
    asset_id (the public one), SCORES, author and reason of the person who decided its strategy. strategy_by: person,
    source or rules.
    """
    wanted = dict.fromkeys(["name", *ATTRIBUTES])
    assets = await inventory_reading.narrowed(tx, scope, list(wanted), plain=("name",))
    found = scores(assets, as_of, await dependencies.degrees(tx, scope))
    named = _named(assets, await move_plan.edges(tx, scope))
    known = named.join(await move_plan.public_ids(tx, scope), on="asset_no", how="left", maintain_order="left")
    joined = known.join(found, on="asset_no", how="left", maintain_order="left")
    return overridden(joined, await overrides(tx, scope))


async def known_facts(tx: Tx, scope: Scope, as_of: date) -> pl.DataFrame:
    """What every asset runs, as of a day: asset_no and the product, release and support per reader of facts.READERS."""
    assets = await inventory_reading.narrowed(tx, scope, list(ATTRIBUTES))
    told = read_facts(assets, as_of)
    kept = [pl.col("asset_no"), pl.col(r"^(os|database|software|platform)_(product|says|last_end|settle|sure)$")]
    pieces = [told.of(assets.slice(start, SLICE)).select(*kept) for start in range(0, max(assets.height, 1), SLICE)]
    return pl.concat(pieces)


async def overrides(tx: Tx, scope: Scope) -> pl.DataFrame:
    """OVERRIDDEN: what people decided about the strategies of assets."""
    said = await said_of_assets.newest(tx, scope, said_of_assets.OVERRIDE)
    rows = [
        (asset, one["body"]["strategy"], one["author"], one["reason"])
        for asset, one in said.items()
        if one["body"]["strategy"] is not None
    ]
    return pl.DataFrame(rows, schema=OVERRIDDEN, orient="row")


def overridden(found: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """`found` (asset_no, strategy, strategy_by) with what people decided in place of what source and rules say."""
    joined = found.join(decided, on="asset_no", how="left", maintain_order="left")
    by_a_person = pl.col("decided").is_not_null()
    return joined.with_columns(
        strategy=pl.coalesce("decided", "strategy"),
        strategy_by=pl.when(by_a_person).then(pl.lit("person")).otherwise("strategy_by"),
    ).drop("decided")


def _named(assets: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """asset_no, name, asset_type and the application each asset belongs to, in its first spelling."""
    shaped = assets.select(
        "asset_no",
        "name",
        asset_type=pl.col("asset_type").cast(pl.String),
        application_name=pl.col("application_name").cast(pl.String),
    )
    said = stated(shaped, edges)
    spelt = said.with_columns(pl.col("application").min().over(pl.col("application").str.to_lowercase()))
    told = shaped.join(spelt, on="asset_no", how="left", maintain_order="left")
    return told.select("asset_no", "name", "asset_type", "application")


async def of_asset(tx: Tx, scope: Scope, asset_no: int, as_of: date) -> dict[str, Any]:
    """The scores, the strategy and what they are made of, of one asset: SCORES without asset_no, author, reason, and
    `complexity`, `debt` (by factor) and `rules` (for and against), as scores.explained gives them.
    """
    only = [asset_no]
    assets = await inventory_reading.narrowed(tx, scope, list(ATTRIBUTES), only=only)
    degrees = await dependencies.degrees(tx, scope, only)
    carried = await inventory_reading.carried(tx, scope, WRITTEN)
    known = measured(read_facts(assets, as_of, degrees, carried).of(assets), as_of)
    found = overridden(proposed(known).select(*SCORES), await overrides(tx, scope)).to_dicts()[0]
    told = {
        kind: [{name: value for name, value in entry.items() if name != "asset_no"} for entry in entries]
        for kind, entries in explained(known, as_of).items()
    }
    joined = known.select(*DEGREES).to_dicts()[0]
    return {name: value for name, value in found.items() if name != "asset_no"} | joined | told | {"as_of": as_of}
