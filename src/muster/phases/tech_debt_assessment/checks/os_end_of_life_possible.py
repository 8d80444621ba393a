"""The name of the operating system fits releases with and without support."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, about, perhaps_ended, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="A range such as SLES 15 hides whether the machine must be upgraded.",
    threshold="at least one release that fits the text is out of free support and at least one is not",
    remedy="Find out the exact release from the machine itself and import it.",
    fires=perhaps_ended("os"),
    message=about("os", "{product} may be out of support: depending on the release, free security updates end {end}."),
    detail=told("os"),
    confidence=pl.col("os_sure"),
    applies=HOST,
    example={"asset_type": "server", "os_name": "SUSE Linux Enterprise 15 (64-bit)"},
    counterexample={"asset_type": "server", "os_name": "Windows Server 2016 or later"},
)
