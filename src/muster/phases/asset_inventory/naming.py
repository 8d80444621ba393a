"""What an asset is called and what kind of thing it is, once its claims are settled."""

import polars as pl

from muster.phases.asset_inventory.kinds import HOSTED, text_column

# The first of these that an asset has is its name; a name made from a number says so. The host name beside the name of
# a database is that of the machine it runs on.
NAMES = ("name", "hostname", "fqdn")
OWN_NAMES = {
    "application": ("application_name",),
    "database": ("database_name", "database_instance"),
    "middleware": ("software_name",),
}
NUMBERS = {"asset_tag": "asset tag {}", "serial_number": "serial {}", "source_id": "id {}", "uuid": "uuid {}"}


def named(assets: pl.DataFrame) -> pl.DataFrame:
    """`assets` with `name` filled for every asset. Needs asset_type and first_row, its first record's row number."""
    soft = [(kind, name) for kind, names in OWN_NAMES.items() for name in names]
    text = {name: pl.lit(text_column(assets, name)) for name in (*NAMES, *NUMBERS, *(name for _, name in soft))}
    own = [pl.when(pl.col("asset_type") == kind).then(text[name]) for kind, name in soft]
    choices: list[pl.Expr] = [text["name"], *own, *(text[name] for name in NAMES[1:])]
    if "ip_address" in assets.columns:
        choices.append(pl.col("ip_address").list.first())
    choices += [pl.format(pattern, text[name]) for name, pattern in NUMBERS.items()]
    choices += [text[name] for _, name in soft]
    choices.append(pl.format("record {}", "first_row"))
    return assets.with_columns(name=pl.coalesce(choices))


def voted_types(claims: pl.DataFrame) -> pl.DataFrame:
    """asset_no, asset_type, type_confidence, type_reason, in the order of asset_no.

    `claims`: asset_no, kind, kind_confidence, kind_reason, rank, detail, source, list_no.
    Every source has one vote per kind, however often it repeats itself. Rows about the asset itself vote before rows
    about its parts. `other` never wins against a kind, and `server` gives way to a more special machine. Votes count by
    their confidence; the source with precedence breaks a tie.
    """
    columns = ["asset_no", "detail", "kind", "kind_confidence", "kind_reason", "rank", "source", "list_no"]
    votes = _counted(claims.select(columns))
    vague = pl.when(pl.col("kind") == "other").then(2).when(_gives_way()).then(1).otherwise(0)
    order = ["asset_no", "detail", "vague", "votes", "rank", "kind"]
    descending = [False, False, False, True, False, False]
    ordered = votes.with_columns(vague=vague).sort(order, descending=descending)
    winners = ordered.filter(pl.col("asset_no").is_first_distinct())
    return winners.select("asset_no", "type_confidence", "type_reason", asset_type="kind")


def _gives_way() -> pl.Expr:
    special = pl.col("kind").is_in(["virtual_machine", "hypervisor"]) & (pl.col("type_confidence") >= HOSTED)
    return (pl.col("kind") == "server") & special.any().over("asset_no")


def _counted(claims: pl.DataFrame) -> pl.DataFrame:
    """asset_no, detail, kind, votes, rank, type_confidence, type_reason: one row per kind that anybody votes for."""
    voter = pl.when(pl.col("source") == "").then(pl.format("list {}", "list_no")).otherwise("source")
    lonely = claims.select(~pl.col("asset_no").is_duplicated()).to_series()
    trust, why = pl.col("kind_confidence"), pl.col("kind_reason")
    columns = {"votes": trust.round(6), "rank": pl.col("rank"), "type_confidence": trust, "type_reason": why}
    alone = claims.filter(lonely).select("asset_no", "detail", "kind", **columns)
    order = ["asset_no", "rank", "kind_confidence", "kind_reason"]
    several = claims.filter(~lonely).sort(order, descending=[False, False, True, False])
    ballots = several.with_columns(voter=voter)
    ballots = ballots.filter(pl.struct("asset_no", "detail", "kind", "voter").is_first_distinct())
    counted = ballots.group_by("asset_no", "detail", "kind").agg(
        trust.sum().round(6).alias("votes"),
        pl.col("rank").min(),
        trust.max().alias("type_confidence"),
        why.sort_by(-trust, why).first().alias("type_reason"),
    )
    return pl.concat([alone, counted.select(alone.columns)])
