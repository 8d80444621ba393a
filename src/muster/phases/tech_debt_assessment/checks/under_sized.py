"""It uses nearly all of the processors or the memory it has."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, RETIRED_ALREADY

CPU_PCT, MEMORY_PCT = 80, 90  # own judgement; monitoring tools commonly warn there

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Moved to the same size it stays slow, and the move is blamed for it.",
    threshold=f"processors used to {CPU_PCT} % or more, or memory to {MEMORY_PCT} % or more",
    remedy="Look at a whole month; move it to a larger size, or find what takes so much before.",
    fires=lambda _: (
        (pl.col("cpu_utilization_pct") >= CPU_PCT).fill_null(False)
        | (pl.col("memory_utilization_pct") >= MEMORY_PCT).fill_null(False)
    ),
    message="It uses nearly all of what it has.",
    detail=pl.concat_str(
        pl.format("processors used to {} %", pl.col("cpu_utilization_pct").round(0).cast(pl.Int64)),
        pl.format("memory used to {} %", pl.col("memory_utilization_pct").round(0).cast(pl.Int64)),
        pl.lit("one figure each: over how long it was measured is not known"),
        separator=", ",
        ignore_nulls=True,
    ),
    # One figure may be of a busy hour; where both are high it is less likely.
    confidence=pl.when((pl.col("cpu_utilization_pct") >= CPU_PCT) & (pl.col("memory_utilization_pct") >= MEMORY_PCT))
    .then(0.6)
    .otherwise(0.4),
    applies=MACHINE & ~RETIRED_ALREADY & ~pl.col("is_off"),
    attributes=("cpu_utilization_pct", "memory_utilization_pct"),
    example={"asset_type": "server", "cpu_utilization_pct": 93.0},
    counterexample={"asset_type": "server", "cpu_utilization_pct": 50.0, "memory_utilization_pct": 60.0},
)
