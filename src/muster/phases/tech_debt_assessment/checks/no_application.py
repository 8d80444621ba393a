"""Nobody says which application it belongs to."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.terms import MACHINE, RETIRED_ALREADY, missing

CHECK = Check(
    severity=Severity.LOW,
    reason="It moves with the wrong wave, or with none.",
    threshold="no application is named, and no edge joins it to another asset",
    remedy="Ask who logs on to it and who talks to it; import relations or sockets.",
    fires=lambda _: (
        missing("application_name")
        & (pl.sum_horizontal("dependents", "dependencies", "carried", ignore_nulls=False) == 0).fill_null(True)
    ),
    message="It belongs to no application that a source names.",
    confidence=0.9,
    applies=MACHINE & ~RETIRED_ALREADY,
    attributes=("application_name",),
    example={"asset_type": "server", "application_name": None},
    counterexample={"asset_type": "server", "application_name": "ERP"},
)
