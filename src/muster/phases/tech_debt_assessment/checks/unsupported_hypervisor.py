"""It runs on a hypervisor that has no support left."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import about, told
from muster.vocabulary.kinds import AssetType

CHECK = Check(
    severity=Severity.HIGH,
    reason="Migration tools do not replicate from it, and a hole in it opens every guest.",
    threshold="free security updates of the named platform ended before the day of the assessment",
    remedy="Move its guests first, or upgrade the platform; check what the migration tool requires.",
    fires=lambda _: pl.col("platform_best").is_in(["ended", "paid-only"]).fill_null(False),
    message=about("platform", "{product}, which it runs on, gets no free security updates; they ended {end}."),
    detail=told("platform"),
    confidence=pl.col("platform_sure"),
    applies=pl.col("asset_type") == str(AssetType.VIRTUAL_MACHINE),
    example={"asset_type": "virtual_machine", "virtualization_platform": "VMware ESXi 5.5.0"},
    counterexample={"asset_type": "virtual_machine", "virtualization_platform": "VMware ESXi 8.0"},
)
