"""The stored inventory as a wave plan reads it, as of a day."""

from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, facts
from muster.store import inventory, move_plan
from muster.store.frames import frame_of
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.wave_planning.estate import Estate, estate

ENDS = ("os_first_end", "database_first_end", "software_first_end", "end_of_life_date")


async def read(tx: Tx, scope: Scope, as_of: date) -> Estate:
    """The estate of an engagement. The end of support of an asset is the earliest that any of its products may have."""
    wanted = dict.fromkeys([*ATTRIBUTES, "application_name", "storage_used_gb", "storage_total_gb"])
    assets = frame_of(await inventory.columns(tx, scope, list(wanted))).rename({"id": "asset_no"})
    told = facts(assets, as_of)
    ends = told.select("asset_no", support_end=pl.min_horizontal(ENDS))
    return estate(assets.join(ends, on="asset_no", how="left", maintain_order="left"), await move_plan.edges(tx, scope))
