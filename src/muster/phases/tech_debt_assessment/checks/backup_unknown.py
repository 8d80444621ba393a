"""Nothing is said of its backup, though sources say it of others."""

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY, WORKLOAD, missing

CHECK = Check(
    severity=Severity.LOW,
    reason="It may have been left out of the backup; then a move that goes wrong cannot be taken back.",
    threshold="the backup status is empty, and at least one asset has one",
    remedy="Look for it in the backup system.",
    fires=lambda _: missing("backup_status"),
    message="Nothing is recorded of its backup.",
    confidence=0.6,
    applies=WORKLOAD & ~RETIRED_ALREADY,
    attributes=("backup_status",),
    example={"asset_type": "server", "backup_status": None},
    counterexample={"asset_type": "server", "backup_status": "daily"},
)
