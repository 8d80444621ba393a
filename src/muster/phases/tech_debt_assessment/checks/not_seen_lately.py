"""No tool has seen it for months."""

from datetime import date, timedelta

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY

# A quarter: longer than holidays and freezes, shorter than a migration.
DAYS = 90

CHECK = Check(
    severity=Severity.LOW,
    reason="It may be gone already; moving or paying for it would be waste.",
    threshold=f"last seen more than {DAYS} days before the day of the assessment, and not recorded as retired",
    remedy="Check whether it still exists; retire the record otherwise.",
    fires=lambda as_of: (
        (pl.col("last_seen_at").cast(pl.Date) < as_of - timedelta(days=DAYS)).fill_null(False) & ~RETIRED_ALREADY
    ),
    message=f"No tool has seen it for more than {DAYS} days.",
    detail=pl.concat_str(pl.lit("last seen: "), pl.col("last_seen_at").cast(pl.Date).cast(pl.String)),
    confidence=0.8,
    example={"asset_type": "server", "last_seen_at": date(2026, 1, 5)},
    counterexample={"asset_type": "server", "last_seen_at": date(2026, 6, 20)},
)
