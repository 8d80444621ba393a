"""The hardware is older than five years."""

from datetime import date, timedelta

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HARDWARE, RETIRED_ALREADY

# The usual depreciation and standard maintenance term of servers.
YEARS = 5

CHECK = Check(
    severity=Severity.LOW,
    reason="Spare parts and vendor support run out, and failures grow.",
    threshold=f"bought, else installed, more than {YEARS} years before the day of the assessment",
    remedy="Move what runs on it early; do not buy maintenance for it again.",
    fires=lambda as_of: (
        (pl.coalesce("purchase_date", "install_date") < as_of - timedelta(days=round(YEARS * 365.25))).fill_null(False)
        & ~RETIRED_ALREADY
    ),
    message=f"The hardware is more than {YEARS} years old.",
    detail=pl.concat_str(pl.lit("bought or installed: "), pl.coalesce("purchase_date", "install_date").cast(pl.String)),
    confidence=0.8,
    applies=HARDWARE & ~pl.col("is_virtual").fill_null(False),
    example={"asset_type": "server", "purchase_date": date(2019, 5, 1)},
    counterexample={"asset_type": "server", "purchase_date": date(2024, 5, 1)},
)
