"""The stored inventory as a wave plan reads it, as of a day."""

from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, facts
from muster.phases.tech_debt_assessment.scores import scores
from muster.store import dependencies, inventory_reading, move_plan
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.wave_planning.estate import Estate, estate

ENDS = ("os_first_end", "database_first_end", "software_first_end", "end_of_life_date")


async def read(tx: Tx, scope: Scope, as_of: date) -> Estate:
    """The estate of an engagement. The end of support of an asset is the earliest that any of its products may have; it
    is as complex as its score says.
    """
    wanted = dict.fromkeys(["name", *ATTRIBUTES])
    assets = await inventory_reading.narrowed(tx, scope, list(wanted), plain=("name",))
    degrees = await dependencies.degrees(tx, scope)
    ends = facts(assets, as_of, degrees).select("asset_no", support_end=pl.min_horizontal(ENDS))
    hard = scores(assets, as_of, degrees).select("asset_no", complexity="complexity_score")
    told = assets.join(ends, on="asset_no", how="left", maintain_order="left")
    return estate(told.join(hard, on="asset_no", how="left", maintain_order="left"), await move_plan.edges(tx, scope))
