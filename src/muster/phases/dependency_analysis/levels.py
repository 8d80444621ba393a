"""How far what an edge leads to is shared, by fan-in: by one application only, by some, by nearly all."""

import polars as pl

OWN, SHARED, EVERYONE = "own", "shared", "everyone"
LEVELS = (OWN, SHARED, EVERYONE)
# Own judgement: what half of all applications use, and no handful, is of nearly all.
NEARLY_ALL = 0.5
LEAST_EVERYONE = 5
USES = ("connection", "depends_on", "uses")


def applications_of(assets: pl.DataFrame, boundaries: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """asset_no, unit: the application an asset is in or proposed for, else its group, else itself, as one text."""
    joined = assets.select("asset_no").join(
        boundaries.select("asset_no", "application"), on="asset_no", how="left", maintain_order="left"
    )
    joined = joined.join(groups, on="asset_no", how="left", maintain_order="left")
    return joined.select(
        "asset_no",
        unit=pl.coalesce(
            pl.format("application {}", pl.col("application").str.to_lowercase()),
            pl.format("group {}", "group_no"),
            pl.format("asset {}", "asset_no"),
        ),
    )


def levelled(edges: pl.DataFrame, units: pl.DataFrame, hubs: pl.Series) -> pl.DataFrame:
    """`edges` with users (how many applications use the target, its own counted) and level.

    An edge to or from a hub is of nearly all, whichever way it leads: monitoring calls everybody, everybody calls a
    directory. Where a thing runs, and whose member it is, counts as use.
    """
    marked = hubs.unique().implode()
    of = _named(units, "source_no", "source_unit")
    own = _named(units, "target_no", "target_unit")
    met = edges.select("source_no", "target_no").unique().join(of, on="source_no").join(own, on="target_no")
    plain = met.filter(~pl.col("source_no").is_in(marked))
    both = pl.concat([plain.select("target_no", unit="source_unit"), met.select("target_no", unit="target_unit")])
    users = both.unique().group_by("target_no").agg(users=pl.len().cast(pl.Int64))
    total = pl.concat([met["source_unit"], met["target_unit"]]).n_unique()
    joined = edges.join(users, on="target_no", how="left", maintain_order="left")
    far = pl.col("target_no").is_in(marked) | pl.col("source_no").is_in(marked)
    most = pl.col("users") >= max(LEAST_EVERYONE, NEARLY_ALL * total)
    level = (
        pl.when(far | most).then(pl.lit(EVERYONE)).when(pl.col("users") > 1).then(pl.lit(SHARED)).otherwise(pl.lit(OWN))
    )
    return joined.with_columns(level=level)


def _named(units: pl.DataFrame, number: str, unit: str) -> pl.DataFrame:
    """asset_no, unit under other names."""
    return units.select(pl.col("asset_no").alias(number), pl.col("unit").alias(unit))
