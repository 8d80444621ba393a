"""Assets that may be one thing though no rule joins them: almost one name, or a number or an address in common.

Looked for when a person asks, outside the inventory: a proposal changes nothing until it is decided.
"""

import polars as pl
from rapidfuzz import fuzz

from muster.phases.asset_inventory.keys import junk_values
from muster.phases.asset_inventory.letters import shortened
from muster.phases.asset_inventory.reviews import COMPARED, SCHEMA, with_evidence

# A host name that differs is no evidence beside the name itself.
ATTRIBUTES = ("name", "asset_type", *(name for name in COMPARED if name not in ("hostname", "fqdn")))
RULE = "proposed"
LEAST_LIKE = 88  # names less alike than this, 0 to 100, are no proposal by themselves
MOST_IN_BLOCK = 30  # what more assets have in common tells nothing
PAIRS_AT_ONCE = 200_000
# Two assets that state different ones of these are two things, whatever else agrees.
OWN = frozenset({"uuid", "serial_number"})


def proposals(assets: pl.DataFrame, least_score: float, most: int) -> pl.DataFrame:
    """The `most` likeliest pairs as reviews have them (reviews.SCHEMA), each of the first records of two assets.

    `assets`: record_id (the first record of each) and ATTRIBUTES. Pairs come from blocks: names of the same letters or
    with one letter less, names with the same figures and the same start, and equal numbers, cards and addresses. Of two
    assets whose names only resemble each other nothing may contradict that is a machine's own.
    """
    assets = assets.select("record_id", *(name for name in ATTRIBUTES if name in assets.columns))
    known = assets.with_columns(short=_short(assets)).with_row_index("row", offset=0)
    known = known.with_columns(pl.col("row").cast(pl.Int64))
    best = pl.DataFrame(schema=SCHEMA)
    for pairs in _pairs(_blocks(known)).iter_slices(PAIRS_AT_ONCE):
        likely = pairs.filter(_like(known["short"], pairs) | pl.col("number"))
        found = with_evidence(likely.select("record_row", "rival_row", rule=pl.lit(RULE)), assets["record_id"], assets)
        apart = pl.col("contradicts").list.set_intersection(sorted(OWN)).list.len() > 0
        best = pl.concat([best, found.filter(~apart & (pl.col("score") >= least_score))])
        best = best.sort("score", "record_id", "rival_record_id", descending=[True, False, False]).head(most)
    return best


def _short(assets: pl.DataFrame) -> pl.Series:
    name = pl.col("name").str.to_lowercase().str.strip_chars().str.extract(r"^([^.]*)")
    short = assets.select(short=name).to_series()
    return assets.select(
        pl.when((short.str.len_chars() > 1) & ~short.is_in(junk_values()["names"])).then(short)
    ).to_series()


def _blocks(known: pl.DataFrame) -> pl.DataFrame:
    """(row, key, number): what assets of one type may have in common; `number`: it is more than a resemblance."""
    named = known.filter(pl.col("short").is_not_null()).select("row", "asset_type", name="short")
    figures = pl.col("name").str.replace_all("[^0-9]", "")
    letters = pl.col("name").str.split("").list.sort().list.join("")
    found = [
        named.select("row", key=_key("letters", letters), number=pl.lit(False)),
        named.select("row", key=_key("start", pl.col("name").str.slice(0, 4), figures), number=pl.lit(False)),
        named.select("row", key=_key("end", pl.col("name").str.slice(-6)), number=pl.lit(False)),
        *(part.select("row", key=_key("form", pl.col("key")), number=pl.lit(False)) for part in shortened(named)),
    ]
    for name in ("uuid", "serial_number", "asset_tag", "ip_address", "mac_address"):
        if name not in known.columns:
            continue
        said = known.select("row", "asset_type", value=name).filter(pl.col("value").is_not_null())
        said = said.explode("value") if said.schema["value"] == pl.List else said
        junk = pl.col("value").str.to_uppercase().str.replace_all(r"[^\p{L}\p{N}]", "").is_in(junk_values()["serials"])
        found.append(said.filter(~junk).select("row", key=_key(name, pl.col("value")), number=pl.lit(True)))
    return pl.concat(found).unique()


def _key(kind: str, *parts: pl.Expr) -> pl.Expr:
    named = [part.alias(f"part_{at}") for at, part in enumerate(parts)]
    return pl.struct(pl.lit(kind).alias("kind"), "asset_type", *named).hash(seed=5)


def _pairs(blocks: pl.DataFrame) -> pl.DataFrame:
    """(record_row, rival_row, number): every two rows that share a key which few have; the lower row first."""
    few = blocks.filter(pl.len().over("key").is_between(2, MOST_IN_BLOCK))
    both = few.join(few.select("key", rival="row"), on="key").filter(pl.col("row") < pl.col("rival"))
    pairs = both.group_by("row", "rival").agg(pl.col("number").any()).sort("row", "rival")
    return pairs.rename({"row": "record_row", "rival": "rival_row"})


def _like(names: pl.Series, pairs: pl.DataFrame) -> pl.Series:
    """True where the names of a pair are alike and their figures the same."""
    sides = [names.gather(pairs[side]) for side in ("record_row", "rival_row")]
    figures = [side.str.replace_all("[^0-9]", "") for side in sides]
    alike = [_ratio(one, other) >= LEAST_LIKE for one, other in zip(*sides, strict=True)]
    return pl.Series("like", alike, dtype=pl.Boolean) & (figures[0] == figures[1]).fill_null(False)


def _ratio(one: str | None, other: str | None) -> float:
    return fuzz.ratio(one, other) if one and other else 0.0
