"""The operating system gets security updates only under a paid extended contract."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, about, paid_only, told

CHECK = Check(
    severity=Severity.HIGH,
    reason="Extended support costs per core and year, and ends; some clouds include it, most do not.",
    threshold="the last day of security support lies before the day of the assessment, that of paid support does not",
    remedy="Upgrade with the migration, or confirm that the extended support is bought and until when.",
    fires=paid_only("os"),
    message=about("os", "{product} gets security updates only under a paid contract; free ones ended {end}."),
    detail=told("os"),
    confidence=pl.col("os_sure"),
    applies=HOST,
    example={"asset_type": "server", "os_name": "Red Hat Enterprise Linux 7.9"},
    counterexample={"asset_type": "server", "os_name": "CentOS 6 (64-bit)"},
)
