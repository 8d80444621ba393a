"""How hard an asset is to move, 0 to 100: its factors, with their weights and reasons as data.

The weights and bands are own judgement. A score divides by the weights that concern an asset, so they need no sum.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from muster.phases.tech_debt_assessment.factor import Factor
from muster.phases.tech_debt_assessment.terms import HOST, MACHINE, WORKLOAD
from muster.vocabulary.kinds import AssetType

# Systems that no cloud runs as they are: they are changed for another before they can move.
NOT_IN_CLOUDS = (
    "hp-ux", "ibm-aix", "ibm-i", "z-os", "openvms", "tru64", "netware", "irix", "sco-openserver", "unixware",
    "oracle-solaris", "windows-nt",
)  # fmt: skip
SUPPORT_LEVEL = {"active": 0.0, "security-only": 0.25, "paid-only": 0.6, "ended": 0.8}
CRITICALITY_LEVEL = {"low": 0.0, "medium": 0.35, "high": 0.7, "critical": 1.0}
PRODUCTION_LEVEL = {
    "production": 1.0, "disaster_recovery": 0.7, "staging": 0.4, "acceptance": 0.4, "test": 0.1, "development": 0.0,
    "sandbox": 0.0, "training": 0.1,
}  # fmt: skip
OPEN_DATA = ("public", "internal", "unclassified", "none", "low")


def band(value: pl.Expr, *steps: float) -> pl.Expr:
    """0 below the first step, 1 from the last one on, evenly between; null stays null."""
    reached = pl.sum_horizontal((value >= step).cast(pl.Float64) for step in steps) / len(steps)
    return pl.when(value.is_not_null()).then(reached)


def support(prefix: str) -> pl.Expr:
    """SUPPORT_LEVEL of the release."""
    return halfway(prefix, SUPPORT_LEVEL)


def halfway(prefix: str, levels: Mapping[str, float]) -> pl.Expr:
    """The level of the support status as of the day; of a range of releases, halfway between its best and its worst."""
    best, worst = (
        pl.col(f"{prefix}_{end}").replace_strict(levels, default=None, return_dtype=pl.Float64)
        for end in ("best", "worst")
    )
    return (best + worst) / 2


def _operating_system(_: date) -> pl.Expr:
    foreign = pl.col("os_product").is_in(NOT_IN_CLOUDS)
    return pl.when(foreign).then(1.0).otherwise(support("os"))


def _data(_: date) -> pl.Expr:
    regulated = pl.when(pl.col("compliance_scope").is_not_null()).then(1.0)
    open_data = pl.col("data_classification").str.to_lowercase().is_in(OPEN_DATA)
    classed = pl.when(open_data).then(0.1).when(pl.col("data_classification").is_not_null()).then(0.7)
    return pl.coalesce(regulated, classed)


FACTORS = (
    Factor(
        "dependencies",
        20,
        "Everything that talks to it must be reached from the new place, or move with it.",
        lambda _: band(pl.col("dependents") + pl.col("dependencies"), 1, 5, 10, 25),
        ("dependents", "dependencies"),
    ),
    Factor(
        "operating_system",
        15,
        "What no cloud runs, or has no support, is changed before it moves.",
        _operating_system,
        ("os_says", "os_best", "os_worst"),
        HOST,
    ),
    Factor(
        "criticality",
        15,
        "The more the business needs it, the shorter the window and the more is tested.",
        lambda _: pl.col("criticality").replace_strict(CRITICALITY_LEVEL, default=None, return_dtype=pl.Float64),
        ("criticality",),
        WORKLOAD,
    ),
    Factor(
        "database",
        15,
        "Data move for long and must not differ at the end; an old release is upgraded on the way.",
        lambda _: pl.max_horizontal(band(pl.col("database_size_gb"), 50, 500, 2000), support("database")),
        ("database_says", "database_size_gb"),
        (pl.col("asset_type") == str(AssetType.DATABASE)) | pl.col("database_engine").is_not_null(),
    ),
    Factor(
        "environment",
        10,
        "Where people work, a failed move is felt.",
        lambda _: pl.col("environment").replace_strict(PRODUCTION_LEVEL, default=None, return_dtype=pl.Float64),
        ("environment",),
        WORKLOAD,
    ),
    Factor(
        "storage",
        10,
        "The first copy takes as long as there are data.",
        lambda _: band(pl.coalesce("storage_used_gb", "storage_total_gb"), 100, 500, 2000, 10000),
        ("storage_used_gb", "storage_total_gb"),
        MACHINE,
    ),
    Factor(
        "data_protection",
        10,
        "Regulated or confidential data need proofs, places and permissions.",
        _data,
        ("compliance_scope", "data_classification"),
        WORKLOAD,
    ),
    Factor(
        "size",
        5,
        "Very large machines have few sizes to move to.",
        lambda _: pl.max_horizontal(
            band(pl.col("memory_mb"), 65536, 262144, 1048576), band(pl.col("cpu_cores"), 32, 64, 128)
        ),
        ("memory_mb", "cpu_cores"),
        MACHINE,
    ),
    Factor(
        "hardware",
        5,
        "A machine of metal is converted, a virtual one is copied.",
        lambda _: (
            pl.when(pl.col("asset_type") == str(AssetType.VIRTUAL_MACHINE))
            .then(0.0)
            .otherwise((~pl.col("is_virtual")).cast(pl.Float64))
        ),
        ("is_virtual", "asset_type"),
        MACHINE,
    ),
    Factor(
        "carried",
        5,
        "What runs on it moves with it or before it.",
        lambda _: band(pl.col("carried"), 2, 5, 10),
        ("carried",),
        MACHINE,
    ),
)
