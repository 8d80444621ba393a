"""The database product has no support left, not even for money."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import about, ended, told

CHECK = Check(
    severity=Severity.CRITICAL,
    reason="Databases hold what matters most, and managed services refuse versions without support.",
    threshold="the last day of security support and of paid support lies before the day of the assessment",
    remedy="Upgrade the database, or move it to a managed service in a supported version.",
    fires=ended("database"),
    message=about("database", "{product} has no support left; security updates ended {end}."),
    detail=told("database"),
    confidence=pl.col("database_sure"),
    example={"asset_type": "database", "database_engine": "PostgreSQL", "database_version": "9.6.24"},
    counterexample={"asset_type": "database", "database_engine": "PostgreSQL", "database_version": "17.2"},
)
