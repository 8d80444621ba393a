"""What became of every record: created, merged, unchanged, rejected or excluded, each record exactly once."""

import polars as pl

CREATED, MERGED, UNCHANGED = "created", "merged", "unchanged"


def dispose(claims: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    """The disposition of every claim, in their order.

    `claims`: asset_no, import_ref, table_ref, row_number, record_id, record_row; `records`: the attribute columns
    alone, row by row what record_row points to. The first record of an asset created it. A later one is unchanged where
    earlier imports had already said all that it says; else it was merged. Arrival decides here, and only here.
    """
    slim = claims.select("asset_no", "import_ref", "table_ref", "row_number", "record_id", "record_row")
    rows = slim.with_row_index("row")
    arrived = rows.sort("asset_no", "import_ref", "table_ref", "row_number", "record_id")
    firsts = arrived.filter(pl.col("asset_no").is_first_distinct())["row"]
    repeated = _said_before(rows, records)
    found = (
        pl.when(pl.col("row").is_in(firsts.implode())).then(pl.lit(CREATED))
        .when(pl.col("row").is_in(repeated.implode())).then(pl.lit(UNCHANGED))
        .otherwise(pl.lit(MERGED))
    )  # fmt: skip
    return rows.select(found.alias("disposition")).to_series()


def _said_before(rows: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    """The rows all of whose claims were made by an earlier import of the same asset."""
    if rows["import_ref"].n_unique() < 2:
        return rows["row"].clear()
    first_import = pl.col("import_ref").min().over("asset_no")
    several = rows.filter(first_import != pl.col("import_ref").max().over("asset_no"))
    said = records[several["record_row"]]
    whole = several.with_columns(said=said.hash_rows(seed=9))
    earlier = pl.col("import_ref") > pl.col("import_ref").min().over("asset_no", "said")
    copied = whole.select("row", copied=earlier)
    open_rows = several.filter(~copied["copied"] & several.select(pl.col("import_ref") > first_import).to_series())
    affected = pl.concat([several, said], how="horizontal")
    affected = affected.join(open_rows.select("asset_no").unique(), on="asset_no", how="semi")
    left = open_rows.select("row")
    for name in records.columns:
        if left.height:
            left = left.join(_news(affected, name).to_frame(), on="row", how="anti")
    return pl.concat([copied.filter("copied")["row"], left["row"]])


def _news(rows: pl.DataFrame, name: str) -> pl.Series:
    """The rows that say something of this attribute that no earlier import said."""
    stated = rows.select("row", "asset_no", "import_ref", value=name)
    if isinstance(rows[name].dtype, pl.List):
        stated = stated.filter(pl.col("value").list.len() > 0).explode("value")
    stated = stated.filter(pl.col("value").is_not_null())
    new = pl.col("import_ref") == pl.col("import_ref").min().over("asset_no", "value")
    return stated.filter(new)["row"].unique()
