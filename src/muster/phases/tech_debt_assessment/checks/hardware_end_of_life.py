"""The maker no longer repairs this machine."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HARDWARE, RETIRED_ALREADY, about, ended, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Spare parts and firmware come from third parties or not at all, so a failure may last.",
    threshold="the maker's last day of hardware support lies before the day of the assessment",
    remedy="Move what runs on it early; buy repair from a third party only to bridge the time until then.",
    fires=lambda as_of: ended("hardware")(as_of) & ~RETIRED_ALREADY,
    message=about("hardware", "The maker's support of {product} ended {end}."),
    detail=told("hardware"),
    confidence=pl.col("hardware_sure"),
    applies=HARDWARE & ~pl.col("is_virtual").fill_null(False),
    example={"asset_type": "server", "model": "IBM Power S824 (8286-42A)"},
    counterexample={"asset_type": "server", "model": "ProLiant DL380 Gen9"},
)
