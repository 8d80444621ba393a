"""What a wave plan is made of: assets with what matters for their move, and who needs whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.applications import stated
from muster.phases.dependency_analysis.groups import hubs
from muster.phases.dependency_analysis.levels import USES
from muster.vocabulary.kinds import AssetType
from muster.wave_planning.counted import CARRIED, MACHINES, SOFTWARE, STAYS, uncounted

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
    "os_name": pl.String(),
    "cpu_cores": pl.Float64(),
    "memory_mb": pl.Float64(),
    "unsure": pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Estate:
    """`assets`: what is planned, one row each: asset_no, name, machine, software (runs on some machine, known or not),
    application (null: unknown), stage ('nonproduction' or 'production'), critical 0..3, complex 0..100, support_end,
    gigabytes (to move: used, else provided; null: unknown, or no machine), known_environment, known_criticality,
    known_complexity, shared (a service that much of the estate uses). `needs`: source_no, target_no, count: source does
    not work without target. `hosted`: source_no, target_no: source runs on target. `uncounted`: what is no machine to
    move, as counted.uncounted says it.

    The score of complexity, 0..100, comes in as the column `complexity` of the assets that `estate` is given.
    """

    assets: pl.DataFrame
    needs: pl.DataFrame
    hosted: pl.DataFrame
    uncounted: pl.DataFrame


def estate(assets: pl.DataFrame, edges: pl.DataFrame, pinned: Collection[int] = ()) -> Estate:
    """`assets`: NODE_SCHEMA, missing columns are unknown; `unsure` says that nothing tells what an asset of type other
    is. `edges`: source_no, target_no, kind, count, confidence. What a person `pinned` is planned whatever it is.
    """
    shaped = assets.select(
        (pl.col(name) if name in assets.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in NODE_SCHEMA.items()
    )
    moving = shaped.filter(~_of(STAYS) & pl.col("lifecycle_status").ne_missing("retired"))
    inside = edges.join(moving.select(source_no="asset_no"), on="source_no", how="semi")
    inside = inside.join(moving.select(target_no="asset_no"), on="target_no", how="semi")
    hosted = inside.filter(pl.col("kind") == "runs_on").select("source_no", "target_no").unique().sort(pl.all())
    shared = hubs(edges, shaped.select("asset_no", "asset_type"))["asset_no"]
    told = _with_applications(_with_environments(moving, hosted), inside)
    facts = told.with_columns(
        shared=pl.col("asset_no").is_in(shared.implode()), machine=_machine(hosted), software=_of(SOFTWARE)
    )
    planned = facts.filter(_planned(inside, pinned))
    return Estate(_judged(planned), _needs(inside, shared), hosted, uncounted(shaped, planned))


def _of(types: Sequence[AssetType]) -> pl.Expr:
    return pl.col("asset_type").is_in([str(kind) for kind in types])


def _machine(hosted: pl.DataFrame) -> pl.Expr:
    """What is moved as a machine: servers, whatever has a system, cores or memory of its own and runs on nothing that
    moves, and what nothing says is none.
    """
    own = pl.any_horizontal(pl.col("os_name", "cpu_cores", "memory_mb").is_not_null())
    alone = ~pl.col("asset_no").is_in(hosted["source_no"].implode())
    return _of(MACHINES) | (_of(CARRIED) & own & alone) | pl.col("unsure").fill_null(False)


def _planned(inside: pl.DataFrame, pinned: Collection[int]) -> pl.Expr:
    """Machines, software, and of the rest what an application, a dependency or a person ties to a wave."""
    apart = inside.filter(pl.col("source_no") != pl.col("target_no"))
    tied = pl.concat([apart["source_no"], apart["target_no"], pl.Series(list(pinned), dtype=pl.Int64)])
    bound = pl.col("application").is_not_null() | pl.col("asset_no").is_in(tied.implode())
    return pl.col("machine") | pl.col("software") | bound


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
        "machine",
        "software",
        stage=pl.when(nonproduction).then(pl.lit("nonproduction")).otherwise(pl.lit("production")),
        critical=pl.col("criticality").replace_strict(CRITICALITY, default=UNKNOWN_CRITICALITY, return_dtype=pl.Int64),
        complex=pl.col("complexity").fill_null(UNKNOWN_COMPLEXITY),
        gigabytes=pl.when("machine").then(pl.coalesce("storage_used_gb", "storage_total_gb")),
        known_environment=pl.col("environment").is_not_null(),
        known_criticality=pl.col("criticality").is_not_null(),
        known_complexity=pl.col("complexity").is_not_null(),
    ).sort("asset_no")


def _needs(inside: pl.DataFrame, shared: pl.Series) -> pl.DataFrame:
    """Services that nearly everybody uses order nothing: both sites reach them until the last user has moved."""
    far = pl.col("target_no").is_in(shared.implode()) | pl.col("source_no").is_in(shared.implode())
    directed = inside.filter(pl.col("kind").is_in(USES) & ~far & (pl.col("source_no") != pl.col("target_no")))
    return directed.group_by("source_no", "target_no").agg(pl.col("count").sum()).sort("source_no", "target_no")
