"""The stored inventory as a wave plan reads it, as of a day."""

from collections.abc import Collection
from datetime import date

import polars as pl

from muster.phases.asset_inventory.kinds import NOTHING
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, facts
from muster.phases.tech_debt_assessment.scores import scores
from muster.store import dependencies, inventory_reading, move_plan
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.wave_planning.estate import Estate, estate

ENDS = ("os_first_end", "database_first_end", "software_first_end", "end_of_life_date")


async def read(tx: Tx, scope: Scope, as_of: date, pinned: Collection[int] = ()) -> Estate:
    """The estate of an engagement, with what people `pinned`. The end of support of an asset is the earliest that any
    of its products may have; it is as complex as its score says.
    """
    wanted = dict.fromkeys(["name", *ATTRIBUTES])
    assets = await inventory_reading.narrowed(tx, scope, list(wanted), plain=("name",))
    degrees = await dependencies.degrees(tx, scope)
    ends = facts(assets, as_of, degrees).select("asset_no", support_end=pl.min_horizontal(ENDS))
    hard = scores(assets, as_of, degrees).select("asset_no", complexity="complexity_score")
    unsure = await move_plan.of_unknown_type(tx, scope, NOTHING)
    told = assets.with_columns(unsure=pl.col("asset_no").is_in(unsure["asset_no"].implode()))
    for known in (ends, hard):
        told = told.join(known, on="asset_no", how="left", maintain_order="left")
    return estate(told, await move_plan.edges(tx, scope), pinned)
