"""The operating system loses its free security updates within a year."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, SOON_DAYS, about, ends_soon, told

CHECK = Check(
    severity=Severity.HIGH,
    reason="A migration takes months; what ends during it is better upgraded with it.",
    threshold=f"the last day of free security support is at most {SOON_DAYS} days after the day of the assessment",
    remedy="Plan the upgrade into the migration wave of this machine.",
    fires=ends_soon("os"),
    message=about("os", "{product} loses its free security updates {end}."),
    detail=told("os"),
    confidence=pl.col("os_sure"),
    applies=HOST,
    example={"asset_type": "server", "os_name": "Windows Server 2016 Standard"},
    counterexample={"asset_type": "server", "os_name": "Windows Server 2022"},
)
