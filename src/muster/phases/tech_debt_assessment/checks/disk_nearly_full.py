"""Its storage is nearly full."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, RETIRED_ALREADY

SHARE = 0.9  # own judgement
USED = pl.col("storage_used_gb") / pl.col("storage_total_gb")

CHECK = Check(
    severity=Severity.LOW,
    reason="Replication needs room for changes, and the copy is full on its first day.",
    threshold=f"storage used is at least {SHARE:.0%} of the total and not more than all of it",
    remedy="Plan more storage for the target, or clear it before the move.",
    fires=lambda _: ((USED >= SHARE) & (USED <= 1)).fill_null(False),
    message="Its storage is nearly full.",
    detail=pl.format("{} % used", (USED * 100).round(0).cast(pl.Int64)),
    confidence=0.8,
    applies=HOST & ~RETIRED_ALREADY,
    attributes=("storage_used_gb",),
    example={"asset_type": "server", "storage_total_gb": 500.0, "storage_used_gb": 485.0},
    counterexample={"asset_type": "server", "storage_total_gb": 500.0, "storage_used_gb": 200.0},
)
