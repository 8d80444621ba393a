"""The database loses its free security updates within a year."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import SOON_DAYS, about, ends_soon, told

CHECK = Check(
    severity=Severity.HIGH,
    reason="A migration takes months; what ends during it is better upgraded with it.",
    threshold=f"the last day of free security support is at most {SOON_DAYS} days after the day of the assessment",
    remedy="Plan the upgrade into the migration wave of this database.",
    fires=ends_soon("database"),
    message=about("database", "{product} loses its free security updates {end}."),
    detail=told("database"),
    confidence=pl.col("database_sure"),
    example={"asset_type": "database", "database_engine": "IBM DB2", "database_version": "11.5.8.0"},
    counterexample={"asset_type": "database", "database_engine": "Oracle 19c"},
)
