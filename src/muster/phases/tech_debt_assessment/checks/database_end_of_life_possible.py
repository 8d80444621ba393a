"""The name of the database fits versions with and without support."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import about, perhaps_ended, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="A version that is half told hides whether the database must be upgraded.",
    threshold="at least one version that fits the text is out of free support and at least one is not",
    remedy="Ask the database for its version, service pack or build, and import it.",
    fires=perhaps_ended("database"),
    message=about(
        "database", "{product} may be out of support: depending on the version, free security updates end {end}."
    ),
    detail=told("database"),
    confidence=pl.col("database_sure"),
    example={"asset_type": "database", "database_engine": "MySQL 8"},
    counterexample={"asset_type": "database", "database_engine": "Oracle 19c"},
)
