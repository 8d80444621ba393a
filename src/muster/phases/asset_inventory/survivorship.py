"""Which claim about an attribute holds: locked edit, source precedence, date, role, completeness, content."""

from collections.abc import Sequence

import polars as pl

from muster.vocabulary.attributes import attributes

PLACE_COLUMNS = ("record_id", "table_ref", "row_number")
EARLIEST = ("first_seen_at", "record_created_at")
LATEST = ("last_seen_at", "record_updated_at", "last_boot_at")
# The order of claims, strongest criterion first, and what to say of a claim that loses by it.
CRITERIA = {
    "precedence": "another source has precedence",
    "age": "another file is of a later date",
    "detail": "a row about a part never outranks the asset's own row",
    "missing": "another record of the same rank is more complete",
}
# What a row about a part says of the part, not of the machine that holds it.
NUMBERS = ("uuid", "serial_number", "model", "manufacturer", "asset_tag")
SIZES = ("storage_total_gb", "storage_used_gb", "storage_free_gb")
PART_OWN = {
    "disk": (*NUMBERS, *SIZES),
    "partition": (*NUMBERS, *SIZES),
    "network_interface": NUMBERS,
    "software": (*NUMBERS, "vendor"),
}


def attribute_columns(records: pl.DataFrame) -> list[str]:
    """The columns of `records` that are claims, in catalogue order, unknown ones last by name."""
    known = list(attributes())
    present = [name for name in records.columns if name not in PLACE_COLUMNS]
    return sorted(present, key=lambda name: (known.index(name) if name in known else len(known), name))


def with_ranks(claims: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """`claims` with `rank`: 0 = strongest, equal where nothing but content decides. Needs precedence, as_of, detail."""
    filled = pl.sum_horizontal([_filled(claims, name) for name in columns]) if columns else pl.lit(0)
    ranked = claims.with_columns(
        age=-pl.col("as_of").cast(pl.Int32).fill_null(-(2**30)), missing=len(columns) - filled.cast(pl.Int64)
    )
    criteria = list(CRITERIA)
    order = ranked.select(criteria).unique().sort(criteria).with_row_index("rank")
    return ranked.join(order, on=criteria, how="left", maintain_order="left", nulls_equal=True)


def _filled(claims: pl.DataFrame, name: str) -> pl.Expr:
    listed = isinstance(claims.schema[name], pl.List)
    return pl.col(name).list.len().fill_null(0) > 0 if listed else pl.col(name).is_not_null()


def without_part_facts(claims: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Blank what a row about a part says of the part alone. Needs record_kind."""
    kinds = {name: [kind for kind, own in PART_OWN.items() if name in own] for name in columns}
    return claims.with_columns(
        pl.when(~pl.col("record_kind").is_in(parts)).then(pl.col(name)).alias(name)
        for name, parts in kinds.items()
        if parts
    )


def survive(claims: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """One row per asset with the surviving value of every column. `claims`: asset_no, rank, at, and the columns."""
    ordered = claims.sort("asset_no", "rank", "at")
    single = ~pl.col("asset_no").is_duplicated()
    alone = ordered.filter(single).select("asset_no", *columns)
    several = ordered.filter(~single)
    lists = [name for name in columns if isinstance(claims.schema[name], pl.List)]
    alone = alone.with_columns(_sorted_list(name) for name in lists)
    if not several.height:
        return alone
    return pl.concat([alone, _merged(several, columns, lists)]).sort("asset_no")


def _sorted_list(name: str) -> pl.Expr:
    members = pl.col(name).list.drop_nulls().list.unique().list.sort()
    return pl.when(pl.col(name).list.len() > 1).then(members).when(pl.col(name).list.len() == 1).then(pl.col(name))


def _merged(several: pl.DataFrame, columns: Sequence[str], lists: Sequence[str]) -> pl.DataFrame:
    plain = [name for name in columns if name not in lists]
    merged = several.group_by("asset_no", maintain_order=True).agg([_survivor(name) for name in plain])
    tied = several.filter(pl.struct("asset_no", "rank").is_duplicated())
    contested = several.join(tied.select("asset_no").unique(), on="asset_no", how="semi")
    for name in plain:
        if name not in EARLIEST + LATEST:
            merged = _settled_by_value(merged, contested, name)
    for name in lists:
        merged = merged.join(_union(several, name), on="asset_no", how="left", maintain_order="left")
    return merged.select("asset_no", *columns)


def _survivor(name: str) -> pl.Expr:
    if name in EARLIEST:
        return pl.col(name).min()
    if name in LATEST:
        return pl.col(name).max()
    return pl.col(name).first(ignore_nulls=True)


def _settled_by_value(merged: pl.DataFrame, contested: pl.DataFrame, name: str) -> pl.DataFrame:
    """Between claims of one rank the smaller value holds: content decides, never the order of arrival."""
    stated = contested.select("asset_no", "rank", name).filter(pl.col(name).is_not_null())
    best = stated.filter(pl.col("rank") == pl.col("rank").min().over("asset_no"))
    chosen = best.group_by("asset_no").agg(pl.col(name).min().alias("chosen"))
    joined = merged.join(chosen, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("chosen", name).alias(name)).drop("chosen")


def _union(several: pl.DataFrame, name: str) -> pl.DataFrame:
    stated = several.select("asset_no", name).filter(pl.col(name).list.len() > 0).explode(name)
    return (
        stated.filter(pl.col(name).is_not_null()).unique().sort("asset_no", name)
        .group_by("asset_no", maintain_order=True).agg(name)
    )  # fmt: skip
