"""The source says that it is not backed up."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD

CHECK = Check(
    severity=Severity.HIGH,
    reason="A move that goes wrong cannot be taken back, and its data are lost with it.",
    threshold="the backup status says none, not protected, failed or the like",
    remedy="Back it up, and restore it once as a test, before anything is moved.",
    fires=lambda _: pl.col("without_backup"),
    message="It is recorded as not backed up.",
    detail=pl.concat_str(pl.lit("backup status: "), "backup_status"),
    confidence=0.9,
    applies=WORKLOAD & ~RETIRED_ALREADY,
    example={"asset_type": "server", "backup_status": "Not protected"},
    counterexample={"asset_type": "server", "backup_status": "Veeam, daily"},
)
