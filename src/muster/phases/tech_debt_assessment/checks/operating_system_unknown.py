"""The operating system is missing or not recognised."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Neither the support nor the way to migrate the machine can be told.",
    threshold="no product of the lifecycle catalogue fits the text",
    remedy="Find out the operating system from the machine itself and import it.",
    fires=lambda _: pl.col("os_product").is_null(),
    message=pl.when(pl.col("os_told").is_null())
    .then(pl.lit("No source says which operating system it runs."))
    .otherwise(pl.lit("The operating system is not one that the lifecycle catalogue knows.")),
    detail=told("os"),
    confidence=1.0,
    applies=MACHINE,
    attributes=("os_name", "os_version"),
    example={"asset_type": "virtual_machine", "os_name": "Other (32-bit)"},
    counterexample={"asset_type": "virtual_machine", "os_name": "Ubuntu 22.04"},
)
