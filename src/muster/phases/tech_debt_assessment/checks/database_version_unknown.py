"""The database product is named, the support of its version cannot be told."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import told

CHECK = Check(
    severity=Severity.LOW,
    reason="Its support and its licence cannot be told without the version.",
    threshold="a database engine is named and its support is unknown",
    remedy="Import the version that the database itself reports.",
    fires=lambda _: (
        pl.col("database_engine").is_not_null() & (pl.col("database_best").fill_null("unknown") == "unknown")
    ),
    message="The support of its database product cannot be told.",
    detail=told("database"),
    confidence=1.0,
    example={"asset_type": "database", "database_engine": "Oracle"},
    counterexample={"asset_type": "database", "database_engine": "Oracle", "database_version": "19.3.0.0.0"},
)
