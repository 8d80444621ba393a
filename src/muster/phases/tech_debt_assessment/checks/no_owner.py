"""Nobody is named who owns, runs or uses it."""

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD, missing

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Nobody can approve its move, test it, or say that it can go.",
    threshold="owner, business owner, support group and assigned user are all empty",
    remedy="Ask the support groups of its application and network segment; record an owner.",
    fires=lambda _: missing("owner", "business_owner", "support_group", "assigned_user"),
    message="No owner, support group or user is recorded.",
    confidence=1.0,
    applies=WORKLOAD & ~RETIRED_ALREADY,
    attributes=("owner", "business_owner", "support_group", "assigned_user"),
    example={"asset_type": "server", "owner": None},
    counterexample={"asset_type": "server", "support_group": "Unix team"},
)
