"""A runtime or framework of it has no support left."""

import polars as pl

from muster.phases.tech_debt_assessment.check import Check, Severity
from muster.phases.tech_debt_assessment.facts import STACK_SEPARATOR
from muster.phases.tech_debt_assessment.terms import about, ended, told

CHECK = Check(
    severity=Severity.MEDIUM,
    reason="Known holes stay open, and platforms of a cloud offer newer releases alone.",
    threshold="the support of the worst supported part of its technology stack ended before the day of the assessment",
    remedy="Bring the code to a supported release before or with the move.",
    fires=ended("stack"),
    message=about("stack", "{product} has no support left; security updates ended {end}."),
    detail=told("stack"),
    confidence=pl.col("stack_sure"),
    example={"asset_type": "application", "technology_stack": f"PHP 5.6{STACK_SEPARATOR}nginx 1.29"},
    counterexample={"asset_type": "application", "technology_stack": "PHP 8.4"},
)
