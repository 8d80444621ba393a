"""The operating system has no support left, not even for money."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, about, ended, told

CHECK = Check(
    severity=Severity.CRITICAL,
    reason="Without security updates it fails audits, and clouds offer no images or support for it.",
    threshold="the last day of security support and of paid support lies before the day of the assessment",
    remedy="Upgrade or replace the operating system before or with the migration; isolate the machine until then.",
    fires=ended("os"),
    message=about("os", "{product} has no support left; security updates ended {end}."),
    detail=told("os"),
    confidence=pl.col("os_sure"),
    applies=HOST,
    example={"asset_type": "server", "os_name": "CentOS 6 (64-bit)"},
    counterexample={"asset_type": "server", "os_name": "Red Hat Enterprise Linux 9 (64-bit)"},
)
