"""Which claim about an attribute holds: locked edit, source precedence, date, role, completeness, content."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from muster.vocabulary.attributes import attributes

PLACE_COLUMNS = ("record_id", "table_ref", "row_number")
ASSETS_AT_ONCE = 50_000  # bounds the copies made on the way: 1,000,000 rows of 30 columns took 0.8 GB more at once
EARLIEST = ("first_seen_at", "record_created_at")
OF_LISTS = ("source", "choice", "age")  # what says whether a claim about a list was replaced
LATEST = ("last_seen_at", "record_updated_at", "last_boot_at")
# The order of claims, strongest criterion first, and what to say of a claim that loses by it.
CRITERIA = {
    "choice": "a person chose between this record and the others",
    "precedence": "another source has precedence",
    "age": "another file is of a later date",
    "detail": "a row about a part never outranks the asset's own row",
    "missing": "another record of the same rank is more complete",
}
# Of these a value that goes on where another ends says the same and more: RHEL 8.6 of RHEL 8, whichever is the stronger
# claim, as long as source, date and role are of one rank. Windows Server 2012 R2 is another system than 2012.
GRADED = ("os_name", "os_version", "database_engine", "database_version", "software_version", "cpu_model", "model")
GOES_ON = r"^(?:\.[0-9]|[ ,(])"
GOES_ELSEWHERE = r"(?i)^[ ,(]+(?:r[0-9]\b|or\b|oder\b|ou\b|o\b|and\b|und\b|et\b|y\b|to\b|bis\b|[-/+&])"
# An account that is disabled, a row that nobody kept: a word that says so gives way to any other of the same level.
VAGUE = {"lifecycle_status": "non_operational"}
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


def completeness(records: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """How many attributes each record fills; an empty list fills nothing."""
    said = [name for name in columns if records[name].null_count() < records.height]
    filled = [_filled(records, name).cast(pl.Int32) for name in said]
    nothing = pl.repeat(0, pl.len(), dtype=pl.Int32)
    return records.select(filled=pl.sum_horizontal(nothing, *filled)).to_series()


def _filled(records: pl.DataFrame, name: str) -> pl.Expr:
    listed = isinstance(records[name].dtype, pl.List)
    return pl.col(name).list.len().fill_null(0) > 0 if listed else pl.col(name).is_not_null()


def with_ranks(sources: pl.DataFrame) -> pl.DataFrame:
    """`sources` (choice, precedence, as_of, detail, filled) with `rank`: 0 = strongest, equal where content decides;
    and `level`, the same without regard to how complete the records are.
    """
    ranked = sources.with_columns(
        age=-pl.col("as_of").cast(pl.Int32).fill_null(-(2**30)), missing=-pl.col("filled").cast(pl.Int64)
    )
    criteria = list(CRITERIA)
    order = ranked.select(criteria).unique().sort(criteria).with_row_index("rank")
    order = order.with_columns(level=pl.struct(criteria[:-1]).rle_id())
    return ranked.join(order, on=criteria, how="left", maintain_order="left", nulls_equal=True)


def still_said(*asset: str) -> pl.Expr:
    """Which claims about a list of values count: all of all sources, unless something replaced them.

    What a newer export says replaces what an older export of the same source said in rows of the same kind, so that a
    server that moved has its new address alone; a person's choice between records likewise. `asset`: the columns that
    tell whose claims they are.
    """
    chosen = pl.col("choice") == pl.col("choice").min().over(*asset, "record_kind")
    age = pl.when(chosen).then("age")
    return chosen & (age == age.min().over(*asset, "source", "record_kind"))


def _without_part_facts(rows: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Blank what a row about a part says of the part alone. Needs record_kind."""
    kinds = {name: [kind for kind, own in PART_OWN.items() if name in own] for name in columns}
    return rows.with_columns(
        pl.when(~pl.col("record_kind").is_in(parts)).then(pl.col(name)).alias(name)
        for name, parts in kinds.items()
        if parts
    )


def alone(records: pl.DataFrame, record_kind: str, columns: Sequence[str]) -> pl.DataFrame:
    """What `survive` gives where every record is an asset of its own, all of one table: `columns`, row by row."""
    said = _without_part_facts(records.select(columns).with_columns(pl.lit(record_kind).alias("record_kind")), columns)
    lists = [name for name in columns if isinstance(records[name].dtype, pl.List)]
    return said.with_columns(_sorted_list(name) for name in lists).select(columns)


def survive(claims: pl.DataFrame, records: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """One row per asset with the surviving value of every column, in the order of asset_no.

    `claims`: asset_no, rank, level, at, record_kind, OF_LISTS and record_row, the place of the record in `records`.
    Assets of one record take its row as it is, so that the many that nothing contradicts cost one copy.
    """
    kept = ("asset_no", "rank", "level", "at", "record_kind", "record_row", *OF_LISTS)
    ordered = claims.select(kept).sort("asset_no", "rank", "at")
    places = ordered["asset_no"]
    last = places[-1] + 1 if len(places) else 0
    starts = pl.Series(range(0, last, ASSETS_AT_ONCE), dtype=places.dtype)
    cuts = [*places.search_sorted(starts, side="left").to_list(), len(places)]
    parts = [_survive_part(ordered[start:end], records, columns) for start, end in pairwise(cuts)]
    return pl.concat(parts) if parts else _survive_part(ordered, records, columns)


def _survive_part(ordered: pl.DataFrame, records: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    single = ordered.select(~pl.col("asset_no").is_duplicated()).to_series()
    alone = _rows(ordered.filter(single), records, columns)
    lists = [name for name in columns if isinstance(records[name].dtype, pl.List)]
    alone = alone.with_columns(_sorted_list(name) for name in lists).select("asset_no", *columns)
    if single.all():
        return alone
    several = _rows(ordered.filter(~single), records, columns)
    return pl.concat([alone, _merged(several, columns, lists)]).sort("asset_no")


def _rows(ordered: pl.DataFrame, records: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    if not columns:  # a frame of no columns has no rows to choose from
        return ordered
    said = records.select(columns)[ordered["record_row"]]
    return _without_part_facts(pl.concat([ordered, said], how="horizontal"), columns)


def _sorted_list(name: str) -> pl.Expr:
    members = pl.col(name).list.drop_nulls().list.unique().list.sort()
    return pl.when(pl.col(name).list.len() > 1).then(members).when(pl.col(name).list.len() == 1).then(pl.col(name))


def _merged(several: pl.DataFrame, columns: Sequence[str], lists: Sequence[str]) -> pl.DataFrame:
    plain = [name for name in columns if name not in lists]
    merged = several.group_by("asset_no", maintain_order=True).agg([_survivor(name) for name in plain])
    tied = several.filter(pl.struct("asset_no", "rank").is_duplicated())
    contested = several.join(tied.select("asset_no").unique(), on="asset_no", how="semi")
    for name in _disputed(contested, [name for name in plain if name not in EARLIEST + LATEST]):
        merged = _settled_by_value(merged, contested, name)
    for name in [name for name in plain if name in GRADED]:
        merged = as_told_in_full(merged, several, name)
    for name in (name for name in plain if name in VAGUE):
        merged = _without_vague_word(merged, several, name)
    for name in lists:
        merged = merged.join(_union(several, name), on="asset_no", how="left", maintain_order="left")
    return merged.select("asset_no", *columns)


def _survivor(name: str) -> pl.Expr:
    if name in EARLIEST:
        return pl.col(name).min()
    if name in LATEST:
        return pl.col(name).max()
    return pl.col(name).first(ignore_nulls=True)


def _disputed(contested: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """The attributes of which claims about one asset say different things."""
    if not names or not contested.height:
        return []
    said = contested.group_by("asset_no").agg(pl.col(name).drop_nulls().n_unique() for name in names)
    return [name for name in names if (said[name] > 1).any()]


def _settled_by_value(merged: pl.DataFrame, contested: pl.DataFrame, name: str) -> pl.DataFrame:
    """Between claims of one rank the smaller value holds: content decides, never the order of arrival."""
    stated = contested.select("asset_no", "rank", name).filter(pl.col(name).is_not_null())
    said = stated.group_by("asset_no").agg(pl.col(name).n_unique())
    stated = stated.join(said.filter(pl.col(name) > 1).select("asset_no"), on="asset_no", how="semi")
    if not stated.height:
        return merged
    best = stated.filter(pl.col("rank") == pl.col("rank").min().over("asset_no"))
    chosen = best.group_by("asset_no").agg(pl.col(name).min().alias("chosen"))
    joined = merged.join(chosen, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("chosen", name).alias(name)).drop("chosen")


def as_told_in_full(merged: pl.DataFrame, stated: pl.DataFrame, name: str) -> pl.DataFrame:
    """`merged` (asset_no, the attribute) with the value that says the same as the surviving one and more.

    `stated`: asset_no, level, the attribute, of the same assets in the same order. Only claims of the survivor's level
    count; where several say more and not the same, what all of them agree on stays.
    """
    chosen = merged[name].gather(stated["asset_no"].rle_id()).alias("chosen")  # a join takes three times as long
    said = stated.select("asset_no", "level", chosen, full=name).drop_nulls()
    more = said.filter(pl.col("full") != pl.col("chosen")).filter(
        pl.col("full").str.starts_with(pl.col("chosen")) & _goes_on("full", "chosen")
    )
    if not more.height:
        return merged
    best = said.join(more, on="asset_no", how="semi").group_by("asset_no").agg(pl.col("level").min())
    more = more.join(best, on=("asset_no", "level"), how="semi").select("asset_no", "full").unique()
    longest = more.sort("asset_no", pl.col("full").str.len_chars(), "full", descending=[False, True, False])
    fullest = longest.group_by("asset_no", maintain_order=True).agg(pl.col("full").first().alias("fullest"))
    others = more.join(fullest, on="asset_no").filter(pl.col("full") != pl.col("fullest"))
    torn = others.filter(~(pl.col("fullest").str.starts_with(pl.col("full")) & _goes_on("fullest", "full")))
    fullest = fullest.join(torn, on="asset_no", how="anti")
    joined = merged.join(fullest, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("fullest", name).alias(name)).drop("fullest")


def _goes_on(longer: str, shorter: str) -> pl.Expr:
    rest = pl.col(longer).str.slice(pl.col(shorter).str.len_chars())
    return rest.str.contains(GOES_ON) & ~rest.str.contains(GOES_ELSEWHERE)


def _without_vague_word(merged: pl.DataFrame, several: pl.DataFrame, name: str) -> pl.DataFrame:
    """The next word of the same level where the one that held says little."""
    vague = merged.filter(pl.col(name) == VAGUE[name]).select("asset_no")
    if not vague.height:
        return merged
    stated = several.select("asset_no", "rank", "level", name).filter(pl.col(name).is_not_null())
    stated = stated.join(vague, on="asset_no", how="semi")
    best = stated.filter(pl.col("level") == pl.col("level").min().over("asset_no"), pl.col(name) != VAGUE[name])
    chosen = (
        best.sort("asset_no", "rank", name).group_by("asset_no", maintain_order=True).agg(chosen=pl.col(name).first())
    )
    joined = merged.join(chosen, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("chosen", name).alias(name)).drop("chosen")


def _union(several: pl.DataFrame, name: str) -> pl.DataFrame:
    stated = several.select("asset_no", "record_kind", *OF_LISTS, name).filter(pl.col(name).list.len() > 0)
    said = stated.filter(still_said("asset_no")).select("asset_no", name).explode(name)
    return (
        said.filter(pl.col(name).is_not_null()).unique().sort("asset_no", name)
        .group_by("asset_no", maintain_order=True).agg(name)
    )  # fmt: skip
