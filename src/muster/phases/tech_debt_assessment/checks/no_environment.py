"""It is not recorded whether it is production."""

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD, missing

CHECK = Check(
    severity=Severity.LOW,
    reason="Waves move test before production; unknown counts as production.",
    threshold="the environment is empty",
    remedy="Record the environment, from the pattern of the names or from the owner.",
    fires=lambda _: missing("environment"),
    message="No environment is recorded; it will be treated as production.",
    confidence=1.0,
    applies=WORKLOAD & ~RETIRED_ALREADY,
    attributes=("environment",),
    example={"asset_type": "server", "environment": None},
    counterexample={"asset_type": "server", "environment": "test"},
)
