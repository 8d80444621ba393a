"""The hardware is out of warranty."""

from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HARDWARE, RETIRED_ALREADY

CHECK = Check(
    severity=Severity.LOW,
    reason="A failure is repaired at the cost of the client, or not at all.",
    threshold="the warranty ended before the day of the assessment",
    remedy="Move what runs on it early, or renew the maintenance contract.",
    fires=lambda as_of: (pl.col("warranty_end_date") < as_of).fill_null(False) & ~RETIRED_ALREADY,
    message="Its warranty has ended.",
    detail=pl.concat_str(pl.lit("warranty end: "), pl.col("warranty_end_date").cast(pl.String)),
    confidence=0.9,
    applies=HARDWARE & ~pl.col("is_virtual").fill_null(False),
    example={"asset_type": "server", "warranty_end_date": date(2025, 3, 1)},
    counterexample={"asset_type": "server", "warranty_end_date": date(2027, 3, 1)},
)
