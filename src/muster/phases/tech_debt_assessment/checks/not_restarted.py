"""It has not been restarted for a year."""

from datetime import date, timedelta

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import HOST, RETIRED_ALREADY

DAYS = 365  # a year of updates that need a restart; own judgement

CHECK = Check(
    severity=Severity.LOW,
    reason="Updates of its kernel are not in force, and nobody knows whether it starts again; a move restarts it.",
    threshold=f"last started more than {DAYS} days before it was last seen, else before the day of the assessment",
    remedy="Restart it in a window of its own before the move.",
    fires=lambda as_of: (
        pl.col("last_boot_at").cast(pl.Date)
        < pl.coalesce(pl.col("last_seen_at").cast(pl.Date), pl.lit(as_of)) - timedelta(days=DAYS)
    ).fill_null(False),
    message="It has not been restarted for more than a year.",
    detail=pl.concat_str(pl.lit("last started: "), pl.col("last_boot_at").cast(pl.Date).cast(pl.String)),
    confidence=0.8,
    applies=HOST & ~RETIRED_ALREADY,
    example={"asset_type": "server", "last_boot_at": date(2024, 1, 5)},
    counterexample={"asset_type": "server", "last_boot_at": date(2026, 5, 20)},
)
