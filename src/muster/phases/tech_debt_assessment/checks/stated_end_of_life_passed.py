"""The source itself gives an end of life that has passed."""

from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import RETIRED_ALREADY

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="The client planned to have it gone by then.",
    threshold="the recorded end of life lies before the day of the assessment and it is not recorded as retired",
    remedy="Ask the owner whether it is to be retired; correct the date otherwise.",
    fires=lambda as_of: (pl.col("end_of_life_date") < as_of).fill_null(False) & ~RETIRED_ALREADY,
    message="Its recorded end of life has passed.",
    detail=pl.concat_str(pl.lit("end of life: "), pl.col("end_of_life_date").cast(pl.String)),
    confidence=0.9,
    example={"asset_type": "server", "end_of_life_date": date(2024, 12, 31)},
    counterexample={"asset_type": "server", "end_of_life_date": date(2028, 12, 31)},
)
