"""What keeps an asset from being planned, and what a plan asks of each kind of asset: data with reasons."""

from dataclasses import dataclass

import polars as pl

from muster.phases.tech_debt_assessment.terms import HOST, MACHINE, RETIRED_ALREADY, WORKLOAD
from muster.vocabulary.kinds import AssetType

OWNERS = ("owner", "business_owner", "support_group", "assigned_user")
DATABASE = pl.col("asset_type") == str(AssetType.DATABASE)
APPLICATION = pl.col("asset_type") == str(AssetType.APPLICATION)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that a migration is planned with: of whom, filled by which attributes (one is enough), and what for."""

    fact: str
    attributes: tuple[str, ...]
    of: pl.Expr
    needed_for: str


WANTED = (
    Wanted("operating system", ("os_name",), HOST, "whether a cloud runs it, its licences"),
    Wanted("processors", ("cpu_cores",), HOST, "the size to move to"),
    Wanted("memory", ("memory_mb",), HOST, "the size to move to"),
    Wanted("storage", ("storage_total_gb", "storage_used_gb"), HOST, "the size to move to, how long the copy takes"),
    Wanted("address", ("ip_address",), HOST, "networks, firewalls, dependencies"),
    Wanted("use of processors", ("cpu_utilization_pct",), MACHINE, "a size by use instead of by what it has"),
    Wanted("use of memory", ("memory_utilization_pct",), MACHINE, "a size by use instead of by what it has"),
    Wanted("environment", ("environment",), WORKLOAD, "waves, windows"),
    Wanted("criticality", ("criticality",), WORKLOAD, "waves, windows, tests"),
    Wanted("somebody responsible", OWNERS, WORKLOAD, "approvals, tests"),
    Wanted("application", ("application_name",), MACHINE | DATABASE, "what moves together"),
    Wanted("backup", ("backup_status",), WORKLOAD, "a way back"),
    Wanted("data class or regulation", ("data_classification", "compliance_scope"), WORKLOAD, "where it may run"),
    Wanted("database engine", ("database_engine",), DATABASE, "whether a managed service runs it, its licences"),
    Wanted("database version", ("database_version",), DATABASE, "its support, the way to move it"),
    Wanted(
        "database size",
        ("database_size_gb", "storage_used_gb", "storage_total_gb"),
        DATABASE,
        "how long the copy takes",
    ),
)


@dataclass(frozen=True, slots=True)
class Blocker:
    """Where `when` holds, the asset cannot be planned before `remedy` is done. It reads facts.facts and `namesakes`."""

    name: str
    reason: str
    remedy: str
    when: pl.Expr


def _missing(*names: str) -> pl.Expr:
    return pl.all_horizontal(pl.col(name).is_null() for name in names)


BLOCKERS = (
    Blocker(
        "no operating system",
        "Nobody can say where it can run.",
        "Import a source that reads it from the machine.",
        MACHINE & pl.col("os_told").is_null(),
    ),
    Blocker(
        "operating system not recognised",
        "Its support and its target cannot be told.",
        "Correct the name, or map its spelling with muster value set.",
        MACHINE & pl.col("os_told").is_not_null() & pl.col("os_product").is_null(),
    ),
    Blocker(
        "release not told",
        "Whether it must be upgraded first is open.",
        "Import the version that the system itself reports.",
        MACHINE & pl.col("os_product").is_not_null() & (pl.col("os_settle").fill_null("") != ""),
    ),
    Blocker(
        "no processors or memory",
        "No size to move to can be chosen.",
        "Import a source with the machine's size.",
        MACHINE & (pl.col("cpu_cores").is_null() | pl.col("memory_mb").is_null()),
    ),
    Blocker(
        "no storage",
        "Neither disks nor the time of the copy can be planned.",
        "Import a source with disks.",
        MACHINE & _missing("storage_total_gb", "storage_used_gb"),
    ),
    Blocker(
        "no address",
        "It cannot be reached, nor its traffic followed.",
        "Import a source with addresses.",
        MACHINE & _missing("ip_address"),
    ),
    Blocker(
        "shares its name",
        "Nobody can tell which of the assets of this name is meant.",
        "Settle it with muster review, or give one another name.",
        WORKLOAD & (pl.col("namesakes") > 1),
    ),
    Blocker(
        "nobody responsible",
        "Nobody can approve its move.",
        "Ask the support groups of its application; record an owner.",
        WORKLOAD & _missing(*OWNERS),
    ),
    Blocker(
        "no application",
        "What moves with it is open.",
        "Import relations, sockets or a list of applications.",
        MACHINE
        & _missing("application_name")
        & (pl.sum_horizontal("dependents", "dependencies", "carried", ignore_nulls=False) == 0).fill_null(True),
    ),
    Blocker(
        "database without engine or version",
        "The way to move it is open.",
        "Import what the database itself reports.",
        DATABASE & (_missing("database_engine") | (pl.col("database_best").fill_null("unknown") == "unknown")),
    ),
)
PLANNED = WORKLOAD & ~RETIRED_ALREADY
