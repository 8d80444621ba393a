"""The operating system is known, its release is not."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, about, told

CHECK = Check(
    severity=Severity.LOW,
    reason="Its support cannot be told without the release.",
    threshold="a product is recognised and the support of its release is unknown",
    remedy="Import the exact release.",
    fires=lambda _: pl.col("os_product").is_not_null() & (pl.col("os_best") == "unknown"),
    message=about("os", "The support of {product} cannot be told."),
    detail=told("os"),
    confidence=1.0,
    applies=MACHINE,
    example={"asset_type": "virtual_machine", "os_name": "Ubuntu Linux (64-bit)"},
    counterexample={"asset_type": "virtual_machine", "os_name": "Ubuntu 22.04"},
)
