"""What became of every record: created, merged, unchanged, rejected or excluded, each record exactly once."""

from collections.abc import Sequence

import polars as pl

CREATED, MERGED, UNCHANGED = "created", "merged", "unchanged"


def dispose(claims: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The disposition of every claim row (asset_no, import_ref, table_ref, row_number, and the columns), in its order.

    The first record of an asset created it. A later one is unchanged where earlier imports had already said all that
    it says; else it was merged. Arrival decides here, and only here.
    """
    rows = claims.with_row_index("row").with_columns(
        later=pl.col("import_ref") > pl.col("import_ref").min().over("asset_no")
    )
    arrived = rows.select("row", "asset_no", "import_ref", "table_ref", "row_number", "record_id")
    arrived = arrived.sort("asset_no", "import_ref", "table_ref", "row_number", "record_id")
    firsts = arrived.filter(pl.col("asset_no").is_first_distinct())["row"]
    repeated = _said_before(rows.filter(pl.col("later")), rows, columns)
    found = (
        pl.when(pl.col("row").is_in(firsts.implode())).then(pl.lit(CREATED))
        .when(pl.col("row").is_in(repeated.implode())).then(pl.lit(UNCHANGED))
        .otherwise(pl.lit(MERGED))
    )  # fmt: skip
    return rows.select(found.alias("disposition")).to_series()


def _said_before(later: pl.DataFrame, rows: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """The rows of `later` all of whose claims were made by an earlier import of the same asset."""
    if not later.height:
        return later["row"]
    several = rows.join(later.select("asset_no").unique(), on="asset_no", how="semi")
    whole = several.select("row", "asset_no", "import_ref", said=several.select(columns).hash_rows(seed=9))
    copied = whole.filter(pl.col("import_ref") > pl.col("import_ref").min().over("asset_no", "said"))["row"]
    open_rows = later.join(copied.to_frame(), on="row", how="anti")
    affected = several.join(open_rows.select("asset_no").unique(), on="asset_no", how="semi")
    for name in columns:
        if open_rows.height:
            news = _news(affected, name)
            open_rows = open_rows.join(news.to_frame(), on="row", how="anti")
    return pl.concat([copied, open_rows["row"]])


def _news(rows: pl.DataFrame, name: str) -> pl.Series:
    """The rows that say something of this attribute that no earlier import said."""
    stated = rows.select("row", "asset_no", "import_ref", value=name)
    if isinstance(rows.schema[name], pl.List):
        stated = stated.filter(pl.col("value").list.len() > 0).explode("value")
    stated = stated.filter(pl.col("value").is_not_null())
    new = pl.col("import_ref") == pl.col("import_ref").min().over("asset_no", "value")
    return stated.filter(new)["row"].unique()
