"""The software has no support left."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import about, ended, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Known holes stay open, and newer platforms no longer run it.",
    threshold="the last day of security support and of paid support lies before the day of the assessment",
    remedy="Upgrade the software before or with the migration.",
    fires=ended("software"),
    message=about("software", "{product} has no support left; security updates ended {end}."),
    detail=told("software"),
    confidence=pl.col("software_sure"),
    example={"asset_type": "middleware", "software_name": "Apache Tomcat", "software_version": "8.5.57"},
    counterexample={"asset_type": "middleware", "software_name": "Apache Tomcat", "software_version": "10.1.24"},
)
