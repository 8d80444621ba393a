"""What people say of dependencies and groups, applied to what was found: the newest word about an edge holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

CONFIRM, REFUSE, ADD = "confirm_edge", "refuse_edge", "add_edge"
PIN_GROUP, SET_GRAIN = "pin_group", "set_grain"
ABOUT_EDGES = (CONFIRM, REFUSE, ADD)
KINDS = (*ABOUT_EDGES, PIN_GROUP, SET_GRAIN)
EDGE_KEY = ("source_no", "target_no", "kind", "port", "protocol")
AUTOMATIC = "automatic"  # groups are as large as the estate has them
FOUND, CONFIRMED, ADDED = "found", "confirmed", "added"
SAID_SCHEMA = {
    "number": pl.Int64, "verdict": pl.String, "source_no": pl.Int64, "target_no": pl.Int64, "kind": pl.String,
    "port": pl.Int64, "protocol": pl.String,
}  # fmt: skip
BY_A_PERSON = '{"files":0,"found_by":["person"],"relation_types":[]}'


@dataclass(frozen=True, slots=True)
class EdgeWord:
    """What a person said of edges from one asset to another. `number` orders words in time. Where `kind`, `port` or
    `protocol` is None, a confirmation or refusal is about edges of any; an added edge has none.
    """

    number: int
    verdict: str
    source_no: int
    target_no: int
    kind: str | None = None
    port: int | None = None
    protocol: str | None = None


@dataclass(frozen=True, slots=True)
class GroupWord:
    """An asset belongs where another does, or (`with_no` None) with none. The newest word about an asset holds."""

    number: int
    asset_no: int
    with_no: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """Everything people said of dependencies, as numbers of assets. `grain`: one of groups.GRAINS."""

    edges: Sequence[EdgeWord] = ()
    groups: Sequence[GroupWord] = ()
    grain: str = AUTOMATIC


def said_of(made: Sequence[Mapping[str, Any]], assets: Mapping[int, Mapping[str, int]]) -> Said:
    """Standing decisions (id, kind, body), oldest first, as words. `assets`: by decision, the asset number that each
    side of its subject ('records', 'others') is now. What is about an asset that is no more waits for it to come back.
    """
    edges, groups, grain = [], [], AUTOMATIC
    for one in made:
        number, body, ends = one["id"], one["body"], assets.get(one["id"], {})
        if one["kind"] == SET_GRAIN:
            grain = body["grain"]
        elif one["kind"] == PIN_GROUP and "records" in ends and ("others" in ends) == body["together"]:
            groups.append(GroupWord(number, ends["records"], ends.get("others")))
        elif one["kind"] in ABOUT_EDGES and len(ends) == 2:
            named = {name: body.get(name) for name in EDGE_KEY[2:]}
            edges.append(EdgeWord(number, one["kind"], ends["records"], ends["others"], **named))
    return Said(edges, groups, grain)


def apply(edges: pl.DataFrame, words: Sequence[EdgeWord]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Edges that stand, and those that were refused; both with standing and decision_id (null where nobody spoke).

    `edges`: as edges.edges gives them. What a person confirmed or added is certain. A person has seen no connection, so
    an added edge counts none.
    """
    said = pl.DataFrame(
        [[getattr(word, name) for name in SAID_SCHEMA] for word in words], schema=SAID_SCHEMA, orient="row"
    )
    every = pl.concat([edges, _added(edges, said)]).with_row_index("at")
    newest = _newest(every, said)
    told = every.join(newest, on="at", how="left", maintain_order="left")
    files = pl.col("evidence") == BY_A_PERSON
    standing = (
        pl.when(pl.col("verdict").is_null())
        .then(pl.lit(FOUND))
        .when(files)
        .then(pl.lit(ADDED))
        .otherwise(pl.lit(CONFIRMED))
    )
    refused = pl.col("verdict").eq_missing(REFUSE)
    sure = pl.when(pl.col("verdict").is_null() | refused).then("confidence").otherwise(1.0)
    decided = told.with_columns(standing=standing, confidence=sure).drop("at").sort(EDGE_KEY)
    return decided.filter(~refused).drop("verdict"), decided.filter(refused).drop("verdict", "standing")


def _added(edges: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """The edges that people added and no file tells of."""
    wanted = said.filter(pl.col("verdict") == ADD, pl.col("source_no") != pl.col("target_no")).select(EDGE_KEY).unique()
    new = wanted.join(edges.select(EDGE_KEY), on=EDGE_KEY, how="anti", nulls_equal=True)
    told = {"count": pl.lit(0), "confidence": pl.lit(1.0), "evidence": pl.lit(BY_A_PERSON)}
    return new.select(
        (pl.col(name) if name in EDGE_KEY else told.get(name, pl.lit(None))).cast(dtype).alias(name)
        for name, dtype in edges.schema.items()
    )


def _newest(edges: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """at, verdict, decision_id: the newest word about each edge that anybody spoke of."""
    met = edges.select("at", *EDGE_KEY).join(said, on=("source_no", "target_no"), suffix="_said")
    exact = [pl.col(f"{name}_said").eq_missing(pl.col(name)) for name in EDGE_KEY[2:]]
    any_ = [pl.col(f"{name}_said").is_null() | known for name, known in zip(EDGE_KEY[2:], exact, strict=True)]
    meant = pl.when(pl.col("verdict") == ADD).then(pl.all_horizontal(exact)).otherwise(pl.all_horizontal(any_))
    last = met.filter(meant).sort("number").unique("at", keep="last")
    return last.select("at", "verdict", decision_id="number")


def pinned(groups: pl.DataFrame, words: Sequence[GroupWord]) -> pl.DataFrame:
    """Groups (asset_no, group_no) after what people said of members; numbered again by smallest member.

    The newest word about an asset holds. Words may follow each other (A goes with B, B with C); where they run in a
    circle, all of the circle is one group.
    """
    if not words:
        return groups
    holds = {word.asset_no: word.with_no for word in sorted(words, key=lambda word: word.number)}
    found: dict[int, int] = dict(groups.iter_rows())
    communities = {asset: group for asset, group in found.items() if asset not in holds}
    for asset in sorted(one for one, other in holds.items() if other is not None):
        head = _head(asset, holds)
        free = head not in holds
        communities[asset] = found[head] if free and head in found else -head - 1
        if free:
            communities[head] = communities[asset]
    return numbered(communities)


def _head(asset: int, holds: Mapping[int, int | None]) -> int:
    """The asset that an asset is with in the end; of a circle, the smallest."""
    path: list[int] = []
    while (other := holds.get(asset)) is not None:
        if asset in path:
            return min(path[path.index(asset) :])
        path.append(asset)
        asset = other
    return asset


def numbered(communities: Mapping[int, int]) -> pl.DataFrame:
    """asset_no, group_no (1.., by smallest member) of communities (asset to any number) of two members or more."""
    members = pl.DataFrame(
        {"asset_no": list(communities), "community": list(communities.values())},
        schema={"asset_no": pl.Int64, "community": pl.Int64},
    )
    of = members.group_by("community").agg(pl.col("asset_no").min().alias("first"), pl.len().alias("size"))
    ranked = of.filter(pl.col("size") > 1).sort("first").with_row_index("group_no", offset=1)
    joined = members.join(ranked, on="community")
    return joined.select("asset_no", pl.col("group_no").cast(pl.Int64)).sort("asset_no")
