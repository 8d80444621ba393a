"""Rows about a part (a disk, an adapter, an installed program) find the asset they belong to."""

import polars as pl

# Tried in this order, in the same file first: a detail joins where exactly one asset answers.
KEYS: tuple[tuple[str, ...], ...] = (
    ("uuid", "alias"),
    ("sid", "alias"),
    ("alias", "host"),
    ("host", "domain"),
    ("alias", "domain"),
    ("alias", "runs_on"),
    ("host",),
    ("alias",),
    ("uuid",),
    ("sid",),
)
NAMELESS = (("uuid",), ("sid",))


def attach(assets: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """(at, label, rule) of every detail row. `assets` and `details`: at, family, file_no, keys; assets also label.

    Details that no asset answers to are taken together by their machine's name: they are all that is known of it.
    """
    found: list[pl.DataFrame] = []
    left = details
    names = pl.concat([assets, assets.with_columns(alias="host")]).unique(["at", "alias"], maintain_order=True)
    for scope, rule in ((["file_no"], "same_file"), ([], "name")):
        for keys in KEYS:
            if not scope and keys in NAMELESS and keys == ("sid",):
                continue
            hit = _only_answer(names, left, [*scope, "family", *keys]).with_columns(rule=pl.lit(rule))
            found.append(hit)
            left = left.join(hit, on="at", how="anti")
    found.append(_by_themselves(left))
    return pl.concat(found)


def _only_answer(assets: pl.DataFrame, details: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Details whose key belongs to one asset only. Live machines are asked before retired ones."""
    if not details.height or (on[-1:] in (["uuid"], ["sid"]) and len(on) == 3):
        details = details.filter(pl.col("alias").is_null() & pl.col("host").is_null())
    keyed = assets.filter(pl.all_horizontal(pl.col(on).is_not_null()))
    live = keyed.group_by(on).agg(
        pl.col("label").filter(~pl.col("retired")).unique().alias("live"), pl.col("label").unique().alias("any")
    )
    one_live, one = pl.col("live").list.len() == 1, pl.col("any").list.len() == 1
    chosen = pl.when(one_live).then(pl.col("live").list.first()).when(one).then(pl.col("any").list.first())
    answers = live.with_columns(label=chosen).filter(pl.col("label").is_not_null()).select(*on, "label")
    return details.join(answers, on=on).select("at", "label")


def _by_themselves(left: pl.DataFrame) -> pl.DataFrame:
    name = pl.coalesce("host", "alias")
    full = pl.when(pl.col("domain").is_not_null() & name.is_not_null()).then(
        pl.concat_str(name, "domain", separator=".")
    )
    number = pl.concat_str(pl.col("source"), pl.coalesce("uuid", "sid", "serial", "tag"), separator="#")
    row = pl.format("row {}/{}", "list_no", "row_number")
    who = pl.coalesce(full, name, number, "address_name", row)
    return left.select("at", label=pl.col("at").min().over("family", who), rule=pl.lit("name"))
