"""What counts as a machine of a wave, and why everything else does not."""

import polars as pl

from muster.vocabulary.kinds import AssetType

MACHINES = (AssetType.SERVER, AssetType.VIRTUAL_MACHINE)
CARRIED = (AssetType.CONTAINER, AssetType.CLOUD_RESOURCE)  # machines only with a system, cores or memory of their own
SOFTWARE = (AssetType.APPLICATION, AssetType.DATABASE, AssetType.MIDDLEWARE)
# What carries others stays behind until all it carries has left; cables and arrays are not moved but replaced.
STAYS = (AssetType.HYPERVISOR, AssetType.CLUSTER, AssetType.NETWORK, AssetType.STORAGE)
RETIRED = "it is retired"
WHY: dict[AssetType, str] = {
    **dict.fromkeys(SOFTWARE, "it moves with the machines it runs on; where none is known it counts as one"),
    **dict.fromkeys((AssetType.HYPERVISOR, AssetType.CLUSTER), "it stays until all that it carries has left"),
    **dict.fromkeys((AssetType.NETWORK, AssetType.STORAGE), "it is not moved but replaced"),
    AssetType.LOAD_BALANCER: "it is set up anew at the target",
    AssetType.CONTAINER: "it moves with what it runs on",
    AssetType.CLOUD_RESOURCE: "it has no system, cores or memory, and is set up anew",
    AssetType.OTHER: "a desk's device, a peripheral or a rack is no machine to migrate",
}
SCHEMA = pl.Schema({"asset_type": pl.String, "assets": pl.Int64, "planned": pl.Int64, "why": pl.String})


def uncounted(assets: pl.DataFrame, planned: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA: how many assets of each type are no machine of the plan, and why. `planned` of them are in a wave, since
    they are software, or an application, a dependency or a person ties them to it.

    `assets`: asset_no, asset_type, lifecycle_status. `planned`: those in the plan, asset_no and machine.
    """
    known = assets.join(planned.select("asset_no", "machine"), on="asset_no", how="left", maintain_order="left")
    retired = pl.col("lifecycle_status").eq_missing("retired")
    why = pl.col("asset_type").replace_strict({str(kind): text for kind, text in WHY.items()}, default=None)
    rest = known.filter(~pl.col("machine").fill_null(False)).select(
        "asset_type",
        why=pl.when(retired).then(pl.lit(RETIRED)).otherwise(why),
        planned=pl.col("machine").is_not_null(),
    )
    counted = rest.group_by("asset_type", "why").agg(pl.len().alias("assets"), pl.col("planned").sum())
    return (
        counted.select(SCHEMA.names())
        .cast(SCHEMA)
        .sort(["assets", "asset_type", "why"], descending=[True, False, False])
    )
