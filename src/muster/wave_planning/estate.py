"""What a wave plan is made of: assets with what matters for their move, and who needs whom."""

from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.applications import stated
from muster.phases.dependency_analysis.groups import hubs
from muster.phases.dependency_analysis.levels import USES
from muster.vocabulary.kinds import AssetType

# What carries others stays behind until all it carries has left; cables and arrays are not moved but replaced.
STAYS = (AssetType.HYPERVISOR, AssetType.CLUSTER, AssetType.NETWORK, AssetType.STORAGE)
MACHINES = (AssetType.SERVER, AssetType.VIRTUAL_MACHINE, AssetType.CONTAINER, AssetType.CLOUD_RESOURCE)
# Where nobody outside IT works. Unknown environments count as production, as in Azure Migrate's wave planning.
NONPRODUCTION = ("test", "development", "sandbox", "training", "staging", "acceptance")
CRITICALITY = {"low": 0, "medium": 1, "high": 2, "critical": 3}
UNKNOWN_CRITICALITY = 1
UNKNOWN_COMPLEXITY = 50.0
NODE_SCHEMA: dict[str, pl.DataType] = {
    "asset_no": pl.Int64(),
    "name": pl.String(),
    "asset_type": pl.String(),
    "application_name": pl.String(),
    "environment": pl.String(),
    "criticality": pl.String(),
    "lifecycle_status": pl.String(),
    "complexity": pl.Float64(),
    "support_end": pl.Date(),
    "storage_used_gb": pl.Float64(),
    "storage_total_gb": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Estate:
    """`assets`: what moves, one row each: asset_no, name, machine, application (null: unknown), stage ('nonproduction'
    or 'production'), critical 0..3, complex 0..100, support_end, gigabytes (to move: used, else provided; null:
    unknown, or no machine), known_environment, known_criticality, known_complexity, shared (a service that much of the
    estate uses). `needs`: source_no, target_no, count: source does not work without target. `hosted`: source_no,
    target_no: source runs on target.

    The score of complexity, 0..100, comes in as the column `complexity` of the assets that `estate` is given.
    """

    assets: pl.DataFrame
    needs: pl.DataFrame
    hosted: pl.DataFrame


def estate(assets: pl.DataFrame, edges: pl.DataFrame) -> Estate:
    """`assets`: NODE_SCHEMA, missing columns are unknown. `edges`: source_no, target_no, kind, count, confidence."""
    shaped = assets.select(
        (pl.col(name) if name in assets.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in NODE_SCHEMA.items()
    )
    moving = shaped.filter(
        ~pl.col("asset_type").is_in([str(kind) for kind in STAYS]) & pl.col("lifecycle_status").ne_missing("retired")
    )
    inside = edges.join(moving.select(source_no="asset_no"), on="source_no", how="semi")
    inside = inside.join(moving.select(target_no="asset_no"), on="target_no", how="semi")
    hosted = inside.filter(pl.col("kind") == "runs_on").select("source_no", "target_no").unique().sort(pl.all())
    shared = hubs(edges, shaped.select("asset_no", "asset_type"))["asset_no"]
    told = _with_applications(_with_environments(moving, hosted), inside)
    facts = told.with_columns(shared=pl.col("asset_no").is_in(shared.implode()))
    return Estate(_judged(facts), _needs(inside, shared), hosted)


def _with_environments(moving: pl.DataFrame, hosted: pl.DataFrame) -> pl.DataFrame:
    """What runs on a machine is in the machine's environment where nobody says another."""
    carriers = hosted.join(moving.select(target_no="asset_no", carried="environment"), on="target_no")
    only = carriers.group_by(asset_no="source_no").agg(
        pl.when(pl.col("carried").n_unique() == 1).then(pl.col("carried").first()).alias("carried")
    )
    joined = moving.join(only, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(environment=pl.coalesce("environment", "carried")).drop("carried")


def _with_applications(moving: pl.DataFrame, inside: pl.DataFrame) -> pl.DataFrame:
    """`application` as sources state it, in one spelling; what names and flows only propose binds nothing together."""
    said = stated(moving, inside).with_columns(pl.col("application").str.to_lowercase())
    return moving.join(said, on="asset_no", how="left", maintain_order="left")


def _judged(told: pl.DataFrame) -> pl.DataFrame:
    nonproduction = pl.col("environment").is_in(NONPRODUCTION).fill_null(False)
    return told.select(
        "asset_no",
        "name",
        "application",
        "support_end",
        "shared",
        machine=pl.col("asset_type").is_in([str(kind) for kind in MACHINES]),
        stage=pl.when(nonproduction).then(pl.lit("nonproduction")).otherwise(pl.lit("production")),
        critical=pl.col("criticality").replace_strict(CRITICALITY, default=UNKNOWN_CRITICALITY, return_dtype=pl.Int64),
        complex=pl.col("complexity").fill_null(UNKNOWN_COMPLEXITY),
        gigabytes=pl.when(pl.col("asset_type").is_in([str(kind) for kind in MACHINES])).then(
            pl.coalesce("storage_used_gb", "storage_total_gb")
        ),
        known_environment=pl.col("environment").is_not_null(),
        known_criticality=pl.col("criticality").is_not_null(),
        known_complexity=pl.col("complexity").is_not_null(),
    ).sort("asset_no")


def _needs(inside: pl.DataFrame, shared: pl.Series) -> pl.DataFrame:
    """Services that nearly everybody uses order nothing: both sites reach them until the last user has moved."""
    far = pl.col("target_no").is_in(shared.implode()) | pl.col("source_no").is_in(shared.implode())
    directed = inside.filter(pl.col("kind").is_in(USES) & ~far & (pl.col("source_no") != pl.col("target_no")))
    return directed.group_by("source_no", "target_no").agg(pl.col("count").sum()).sort("source_no", "target_no")
