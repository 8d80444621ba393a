"""It uses little of the processors and the memory it has."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, RETIRED_ALREADY

# Own judgement. Small machines are left out: there is hardly a smaller size to move them to.
CPU_PCT, MEMORY_PCT, CORES, MEMORY_MB = 15, 40, 4, 8192

CHECK = Check(
    severity=Severity.LOW,
    reason="Moved as it is, it is paid for in the cloud by the hour without being used.",
    threshold=f"processors used to less than {CPU_PCT} % and memory to less than {MEMORY_PCT} % (or not told), "
    f"with at least {CORES} processors or {MEMORY_MB} MB",
    remedy="Size it by its use, not by what it has; look at a whole month before.",
    fires=lambda _: (
        (pl.col("cpu_utilization_pct") < CPU_PCT)
        & (pl.col("memory_utilization_pct").fill_null(0) < MEMORY_PCT)
        & ((pl.col("cpu_cores") >= CORES) | (pl.col("memory_mb") >= MEMORY_MB))
    ).fill_null(False),
    message="It uses little of what it has.",
    detail=pl.concat_str(
        pl.format("processors used to {} %", pl.col("cpu_utilization_pct").round(0).cast(pl.Int64)),
        pl.format("memory used to {} %", pl.col("memory_utilization_pct").round(0).cast(pl.Int64)),
        pl.lit("one figure each: over how long it was measured is not known"),
        separator=", ",
        ignore_nulls=True,
    ),
    # One figure may be of a quiet night; two that agree are a little less likely to be.
    confidence=pl.when(pl.col("memory_utilization_pct").is_null()).then(0.3).otherwise(0.5),
    applies=MACHINE & ~RETIRED_ALREADY & ~pl.col("is_off"),
    attributes=("cpu_utilization_pct",),
    example={"asset_type": "server", "cpu_utilization_pct": 4.0, "memory_utilization_pct": 21.0, "cpu_cores": 16},
    counterexample={
        "asset_type": "server",
        "cpu_utilization_pct": 4.0,
        "memory_utilization_pct": 80.0,
        "cpu_cores": 16,
    },
)
