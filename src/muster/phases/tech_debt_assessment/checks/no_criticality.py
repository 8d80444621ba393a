"""It is not recorded how critical it is to the business."""

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD, missing

CHECK = Check(
    severity=Severity.LOW,
    reason="Critical workloads move late and with more tests; unknown counts as medium.",
    threshold="the criticality is empty",
    remedy="Ask the business owner and record the criticality.",
    fires=lambda _: missing("criticality"),
    message="No criticality is recorded; it will be treated as medium.",
    confidence=1.0,
    applies=WORKLOAD & ~RETIRED_ALREADY,
    attributes=("criticality",),
    example={"asset_type": "application", "criticality": None},
    counterexample={"asset_type": "application", "criticality": "high"},
)
