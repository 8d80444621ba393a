"""It is recorded as retired and is running."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Either the record is wrong, or something unwatched runs, costs and is not patched.",
    threshold="the lifecycle status says retired and the power state says on",
    remedy="Find out who still uses it; switch it off or correct the record.",
    fires=lambda _: pl.col("retired") & pl.col("is_on"),
    message="It is recorded as retired and is powered on.",
    detail=pl.concat_str(pl.lit("lifecycle status: "), "lifecycle_status", pl.lit(", power state: "), "power_state"),
    confidence=0.9,
    example={"asset_type": "server", "lifecycle_status": "retired", "power_state": "on"},
    counterexample={"asset_type": "server", "lifecycle_status": "retired", "power_state": "off"},
)
