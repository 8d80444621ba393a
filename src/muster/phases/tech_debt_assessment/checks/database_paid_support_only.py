"""The database gets security updates only under a paid extended contract."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import about, paid_only, told

CHECK = Check(
    severity=Severity.HIGH,
    reason="Extended database support is dear and ends; licences seldom move to the cloud unchanged.",
    threshold="the last day of security support lies before the day of the assessment, that of paid support does not",
    remedy="Upgrade with the migration, or confirm that the extended support is bought and until when.",
    fires=paid_only("database"),
    message=about("database", "{product} gets security updates only under a paid contract; free ones ended {end}."),
    detail=told("database"),
    confidence=pl.col("database_sure"),
    example={"asset_type": "database", "database_engine": "Microsoft SQL Server 2014 SP3"},
    counterexample={"asset_type": "database", "database_engine": "Microsoft SQL Server 2022"},
)
