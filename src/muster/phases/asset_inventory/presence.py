"""Assets that a newer export of their source does not have any more: stale or retired, as the source's policy says.

Days are those the exports tell of (as-of), never the day of the computation; exports without a day say nothing here.
"""

from collections.abc import Mapping

import polars as pl

from muster.phases.asset_inventory.rules import RETIRE, Policy

PRESENCE = {"presence": pl.String(), "presence_reason": pl.String()}


def with_presence(
    assets: pl.DataFrame, claims: pl.DataFrame, tables: pl.DataFrame, policies: Mapping[str, Policy]
) -> pl.DataFrame:
    """`assets` with presence ('stale', 'retired' or null) and its reason.

    An asset has vanished when every source with a policy that told of it has a newer export of the same kind of records
    without it. One such source that still has it keeps it present.
    """
    gone = _gone(claims, tables, policies) if policies else None
    if gone is None:
        return assets.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in PRESENCE.items())
    return assets.join(gone, on="asset_no", how="left", maintain_order="left")


def _gone(claims: pl.DataFrame, tables: pl.DataFrame, policies: Mapping[str, Policy]) -> pl.DataFrame:
    """asset_no, presence, presence_reason of the assets that vanished."""
    export = ["source", "record_kind"]
    dated = tables.filter(pl.col("source").is_in(list(policies)) & pl.col("as_of").is_not_null())
    newest = dated.group_by(export).agg(newest=pl.col("as_of").max())
    seen = claims.select("asset_no", *export, "as_of").filter(pl.col("as_of").is_not_null())
    seen = seen.join(newest, on=export).group_by("asset_no", *export).agg(pl.col("as_of").max(), pl.col("newest").max())
    days = {source: policy.after_days for source, policy in policies.items() if policy.kind == RETIRE}
    allowed = pl.col("source").replace_strict(days, default=None, return_dtype=pl.Int64)
    missed = (pl.col("newest") - pl.col("as_of")).dt.total_days()
    seen = seen.with_columns(missed=missed, retired=(missed >= allowed).fill_null(False))
    gone = seen.filter((pl.col("missed") > 0).all().over("asset_no"))
    said = pl.format(
        "{} had it on {} and not on {} ({} days)", "source", pl.col("as_of").cast(pl.String),
        pl.col("newest").cast(pl.String), "missed",
    )  # fmt: skip
    told = gone.with_columns(said=said).sort("asset_no", *export)
    return told.group_by("asset_no", maintain_order=True).agg(
        presence=pl.when(pl.col("retired").any()).then(pl.lit("retired")).otherwise(pl.lit("stale")),
        presence_reason=pl.col("said").str.join("; "),
    )
