"""Groups of assets that belong together: Leiden communities of the dependency graph without its hubs."""

import polars as pl
from graspologic_native import leiden

# Placeholder figures; see the experiment in the tests.
SEED = 7
RESOLUTION = 1.0


def groups(edges: pl.DataFrame, assets: pl.DataFrame, seed: int = SEED) -> pl.DataFrame:
    """x"""
    pairs = (
        edges.select(
            pl.min_horizontal("source_no", "target_no").alias("a"),
            pl.max_horizontal("source_no", "target_no").alias("b"),
        )
        .unique()
        .sort("a", "b")
    )
    if pairs.is_empty():
        return pl.DataFrame(schema={"asset_no": pl.Int64, "group_no": pl.Int64})
    _, found = leiden([(str(a), str(b), 1.0) for a, b in pairs.iter_rows()], resolution=RESOLUTION, seed=seed)
    member = pl.DataFrame({"asset_no": [int(k) for k in found], "community": list(found.values())})
    first = member.group_by("community").agg(pl.col("asset_no").min().alias("first"), pl.len().alias("size"))
    numbered = first.filter(pl.col("size") > 1).sort("first").with_row_index("group_no", offset=1)
    return member.join(numbered, on="community").select("asset_no", pl.col("group_no").cast(pl.Int64)).sort("asset_no")
