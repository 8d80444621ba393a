"""How much technical debt an asset carries, 0 to 100: its factors, with their weights and reasons as data.

The weights and bands are own judgement. Findings say what is wrong one by one; the score says how much of it there is,
and counts what no source tells as not known, never as good.
"""

from datetime import date, timedelta

import polars as pl

from muster.phases.tech_debt_assessment.complexity import band, halfway
from muster.phases.tech_debt_assessment.factor import Factor
from muster.phases.tech_debt_assessment.terms import HARDWARE, HOST, MACHINE, WORKLOAD
from muster.vocabulary.kinds import AssetType

LEVEL = {"active": 0.0, "security-only": 0.3, "paid-only": 0.7, "ended": 1.0}
YEAR = timedelta(days=365)


def _ending(prefix: str, as_of: date) -> pl.Expr:
    """LEVEL of the release, and at least 0.4 where free support ends within a year."""
    soon = (pl.col(f"{prefix}_last_end") >= as_of) & (pl.col(f"{prefix}_last_end") <= as_of + YEAR)
    return (
        pl.when(soon.fill_null(False))
        .then(pl.max_horizontal(halfway(prefix, LEVEL), 0.4))
        .otherwise(halfway(prefix, LEVEL))
    )


def _hardware(as_of: date) -> pl.Expr:
    years = (pl.lit(as_of) - pl.coalesce("purchase_date", "install_date")).dt.total_days() / 365.25
    over = (pl.col("end_of_life_date") < as_of).fill_null(False)
    return pl.when(over).then(1.0).otherwise(band(years, 3, 5, 7, 9))


def _written(*names: str) -> pl.Expr:
    """0 where one of the attributes is filled, else 1; null where no source carries any of them for any asset."""
    filled = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    carried = pl.any_horizontal(f"{name}_carried" for name in names)
    return pl.when(filled).then(0.0).when(carried).then(1.0)


def _use(_: date) -> pl.Expr:
    cpu = pl.col("cpu_utilization_pct")
    idle = pl.when(cpu < 15).then(0.5).when(cpu.is_not_null()).then(0.0)
    return pl.max_horizontal(band(pl.max_horizontal("cpu_utilization_pct", "memory_utilization_pct"), 80, 90), idle)


FACTORS = (
    Factor(
        "operating_system_support",
        30,
        "Without security updates it fails audits, and holes stay open.",
        lambda as_of: _ending("os", as_of),
        ("os_says", "os_best", "os_worst", "os_last_end"),
        HOST,
    ),
    Factor(
        "database_support",
        20,
        "Data are what is attacked, and their engine the slowest to upgrade.",
        lambda as_of: _ending("database", as_of),
        ("database_says", "database_best", "database_worst", "database_last_end"),
        (pl.col("asset_type") == str(AssetType.DATABASE)) | pl.col("database_engine").is_not_null(),
    ),
    Factor(
        "software_support",
        15,
        "Known holes stay open, and newer platforms no longer run it.",
        lambda as_of: pl.max_horizontal(_ending("software", as_of), _ending("stack", as_of)),
        ("software_says", "software_best", "stack_says", "stack_best"),
        pl.col("software_name").is_not_null() | pl.col("technology_stack").is_not_null(),
    ),
    Factor(
        "hardware_age",
        10,
        "Spare parts and vendor support run out, and failures grow.",
        _hardware,
        ("purchase_date", "install_date", "end_of_life_date"),
        HARDWARE & ~pl.col("is_virtual").fill_null(False),
    ),
    Factor(
        "backup",
        10,
        "What is not backed up is lost with the first mistake.",
        lambda _: pl.when(pl.col("without_backup")).then(1.0).when(pl.col("backup_status").is_not_null()).then(0.0),
        ("backup_status",),
        WORKLOAD,
    ),
    Factor(
        "ownership",
        10,
        "What nobody owns, nobody mends.",
        lambda _: _written("owner", "business_owner", "support_group", "assigned_user"),
        ("owner", "business_owner", "support_group", "assigned_user"),
        WORKLOAD,
    ),
    Factor(
        "knowledge",
        5,
        "Where environment, criticality and application are not written down, every change is a search.",
        lambda _: pl.mean_horizontal(_written("environment"), _written("criticality"), _written("application_name")),
        ("environment", "criticality", "application_name"),
        MACHINE,
    ),
    Factor(
        "sizing",
        5,
        "Too small is slow, too large is paid for in vain.",
        _use,
        ("cpu_utilization_pct", "memory_utilization_pct"),
        MACHINE,
    ),
    Factor(
        "single_point_of_failure",
        5,
        "What many need and nothing stands in for, nobody dares to touch.",
        lambda _: (
            pl.when(pl.col("virtualization_cluster").is_not_null())
            .then(0.0)
            .otherwise(band(pl.col("dependents"), 5, 10, 20))
        ),
        ("dependents", "virtualization_cluster"),
        WORKLOAD,
    ),
)
