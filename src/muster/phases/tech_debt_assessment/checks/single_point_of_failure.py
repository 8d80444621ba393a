"""Many others need it, and nothing is known to stand in for it."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD, missing

# Own judgement: as many as one team still knows by name.
DEPENDENTS = 5

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="While it moves, or when it fails, all of them stand still.",
    threshold=f"at least {DEPENDENTS} other assets need it, and no cluster is recorded that it is in; where no source "
    "tells of clusters, whether it is in one is unknown",
    remedy="Find out whether it has a second; else move it on its own day, with all its users informed.",
    fires=lambda _: (pl.col("dependents") >= DEPENDENTS).fill_null(False) & missing("virtualization_cluster"),
    message=pl.when("virtualization_cluster_carried")
    .then(pl.lit("Many others depend on it; others have a cluster recorded, it has none."))
    .otherwise(pl.lit("Many others depend on it; whether something stands in for it is not known.")),
    detail=pl.format("{} others need it", pl.col("dependents")),
    # Where no source writes clusters down, that none is written says nothing.
    confidence=pl.when("virtualization_cluster_carried").then(0.5).otherwise(0.25),
    applies=WORKLOAD & ~RETIRED_ALREADY,
    example={"asset_type": "database", "dependents": 12},
    counterexample={"asset_type": "database", "dependents": 12, "virtualization_cluster": "db-cluster"},
)
