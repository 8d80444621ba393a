"""It is powered off and not recorded as retired."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, RETIRED_ALREADY

CHECK = Check(
    severity=Severity.INFO,
    reason="What is off may be retired instead of moved.",
    threshold="the power state says off and the lifecycle status does not say retired",
    remedy="Ask the owner whether it can be retired.",
    fires=lambda _: pl.col("is_off") & ~RETIRED_ALREADY,
    message="It is powered off; it may be retired instead of moved.",
    confidence=0.7,
    applies=MACHINE,
    example={"asset_type": "virtual_machine", "power_state": "powered off"},
    counterexample={"asset_type": "virtual_machine", "power_state": "on"},
)
