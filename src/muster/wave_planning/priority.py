"""How soon an asset is worth moving, 0..100: a stated sum of weights, each for one fact."""

import polars as pl

from muster.wave_planning.estate import Estate

# What speaks for an early move, with its weight and why. Own judgement; weights add up to 100.
WEIGHTS = {
    "support_ends": (30, "what loses support first gains most"),
    "simple": (25, "a simple move teaches cheaply"),
    "uncritical": (20, "a failure hurts nobody"),
    "independent": (15, "little else has to be looked at"),
    "nonproduction": (10, "its users can wait"),
}
MOST_PARTNERS = 20  # with this many partners nothing is left of independence


def with_priority(assets: pl.DataFrame, estate: Estate) -> pl.DataFrame:
    """`assets` with partners (Int64), known_dependencies and priority. Support ends are ranked within the estate: the
    first gets all of the weight, an unknown or the last one none.
    """
    ends = [
        estate.needs.select(asset_no=name, other=other)
        for name, other in (("source_no", "target_no"), ("target_no", "source_no"))
    ]
    partners = pl.concat(ends).unique().group_by("asset_no").agg(partners=pl.len().cast(pl.Int64))
    joined = assets.join(partners, on="asset_no", how="left", maintain_order="left").with_columns(
        pl.col("partners").fill_null(0)
    )
    known = pl.col("support_end").count()
    soon = 1 - (pl.col("support_end").rank("dense") - 1) / pl.max_horizontal(known - 1, 1)
    facts = {
        "support_ends": soon.clip(0, 1).fill_null(0.0),
        "simple": 1 - pl.col("complex") / 100,
        "uncritical": 1 - pl.col("critical") / 3,
        "independent": 1 - pl.col("partners").clip(upper_bound=MOST_PARTNERS) / MOST_PARTNERS,
        "nonproduction": (pl.col("stage") == "nonproduction").cast(pl.Float64),
    }
    total = pl.sum_horizontal(WEIGHTS[name][0] * fact for name, fact in facts.items())
    return joined.with_columns(known_dependencies=pl.col("partners") > 0, priority=total.round(1))
