"""Groups of assets that belong together: Leiden communities of the dependency graph without its hubs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lgamma, log

import polars as pl
from graspologic_native import leiden

from muster.vocabulary.kinds import AssetType

SEED = 7
# Who runs on which host tells where a machine is, not what it belongs to.
PLATFORM = (AssetType.HYPERVISOR, AssetType.CLUSTER)
# A recorded membership outweighs a few connections.
MEMBERSHIP_WEIGHT = 5.0
# A hub has more than HUB_LEAST partners and more than HUB_FACTOR times as many as nine tenths of all assets have.
HUB_LEAST = 50
HUB_FACTOR = 10
HUB_QUANTILE = 0.9
# The best resolution grows with the estate (measured on planted estates: 8 for 30 applications, 128 for 1,500).
RESOLUTIONS = (1.0, 4.0, 16.0, 64.0, 256.0)
# With fewer pairs than this per asset (trees), the description length cannot tell groups apart; size decides then.
SPARSE = 1.5
TYPICAL_SIZE = 16
# Taken in full, the cost of naming each member's group chose groups that were too large. Planted estates of 30 to 1,500
# applications that are not sparse: adjusted Rand index 0.49 to 0.99 at 1, 0.78 to 0.99 at this share.
PARTITION_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class _Graph:
    """Undirected pairs with `weights` for the search and `strengths` (memberships count more) for the choice."""

    pairs: Sequence[tuple[str, str, float]]
    strengths: Sequence[float]
    nodes: int


def groups(edges: pl.DataFrame, assets: pl.DataFrame, seed: int = SEED) -> pl.DataFrame:
    """Group connected assets: asset_no Int64, group_no Int64 (1.., numbered by smallest member), sorted by asset_no.

    `edges`: as edges.edges gives them. `assets`: asset_no, asset_type. Hubs, hypervisors, clusters and assets without a
    partner are in no group. The same edges give the same groups in any order of rows.
    """
    linked = _pairs(edges, assets)
    kept = _without(linked, hubs(edges, assets).get_column("asset_no"))
    if kept.is_empty():
        return pl.DataFrame(schema={"asset_no": pl.Int64, "group_no": pl.Int64})
    graph = _Graph(
        pairs=[(str(a), str(b), weight) for a, b, weight in kept.select("a", "b", "weight").iter_rows()],
        strengths=kept.get_column("strength").to_list(),
        nodes=pl.concat([kept["a"], kept["b"]]).n_unique(),
    )
    return _numbered(_best_partition(graph, seed))


def hubs(edges: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """Assets that too many others use, or that use too many, to say what belongs together: asset_no, partners."""
    linked = _pairs(edges, assets).filter(~pl.col("only_member"))
    ends = pl.concat([linked.select(pl.col(name).alias("asset_no")) for name in ("a", "b")])
    partners = ends.group_by("asset_no").agg(pl.len().cast(pl.Int64).alias("partners"))
    usual = partners.select(pl.col("partners").quantile(HUB_QUANTILE, "nearest")).item() or 0
    return partners.filter(pl.col("partners") > max(HUB_LEAST, HUB_FACTOR * usual)).sort("asset_no")


def _pairs(edges: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """a < b, weight, strength, only_member; one row per pair that has nothing to do with the platform."""
    platform = assets.filter(pl.col("asset_type").is_in([str(kind) for kind in PLATFORM])).get_column("asset_no")
    member = pl.col("kind") == "member_of"
    factor = pl.when(member).then(MEMBERSHIP_WEIGHT).otherwise(1.0)
    return (
        _without(
            edges.select(
                pl.min_horizontal("source_no", "target_no").alias("a"),
                pl.max_horizontal("source_no", "target_no").alias("b"),
                (factor * pl.col("confidence") * (1 + pl.col("count").log1p())).round(6).alias("weight"),
                factor.alias("strength"),
                member.alias("member"),
            ),
            platform,
        )
        .group_by("a", "b")
        # Summed in one order: sums of floats depend on it.
        .agg(pl.col("weight").sort().sum(), pl.col("strength").max(), pl.col("member").all().alias("only_member"))
        .sort("a", "b")
    )


def _without(pairs: pl.DataFrame, left_out: pl.Series) -> pl.DataFrame:
    gone = left_out.unique().implode()
    return pairs.filter(~pl.col("a").is_in(gone) & ~pl.col("b").is_in(gone))


def _best_partition(graph: _Graph, seed: int) -> Mapping[str, int]:
    """The partition of the ladder of resolutions that describes the graph most briefly, then of its neighbours.

    The measure is the description length of the planted-partition model (Zhang and Peixoto, 2020), without a parameter.
    """
    sparse = sum(graph.strengths) < SPARSE * graph.nodes
    measure = _distance_from_typical if sparse else _description_length
    tried = {resolution: _partition(graph, resolution, seed) for resolution in RESOLUTIONS}
    best = min(RESOLUTIONS, key=lambda resolution: (measure(graph, tried[resolution]), resolution))
    near = {resolution: _partition(graph, resolution, seed) for resolution in (best / 2, best * 2)}
    near[best] = tried[best]
    return near[min(sorted(near), key=lambda resolution: (measure(graph, near[resolution]), resolution))]


def _partition(graph: _Graph, resolution: float, seed: int) -> Mapping[str, int]:
    found: Mapping[str, int] = leiden(graph.pairs, resolution=resolution, seed=seed)[1]
    return found


def _distance_from_typical(graph: _Graph, communities: Mapping[str, int]) -> float:
    return abs(log(graph.nodes / len(set(communities.values())) / TYPICAL_SIZE))


def _description_length(graph: _Graph, communities: Mapping[str, int]) -> float:
    """Nats that say the partition, and the pairs given that pairs within groups are more likely than between."""
    sizes: dict[int, int] = {}
    for community in communities.values():
        sizes[community] = sizes.get(community, 0) + 1
    nodes, count = len(communities), len(sizes)
    within = sum(
        strength
        for (a, b, _), strength in zip(graph.pairs, graph.strengths, strict=True)
        if communities[a] == communities[b]
    )
    possible_within = sum(size * (size - 1) / 2 for size in sizes.values())
    possible_between = nodes * (nodes - 1) / 2 - possible_within
    partition = lgamma(nodes + 1) - sum(lgamma(sizes[name] + 1) for name in sorted(sizes)) + _choices(nodes, count)
    return (
        PARTITION_SHARE * partition
        + _rate(within, possible_within)
        + _rate(sum(graph.strengths) - within, possible_between)
    )


def _choices(nodes: int, count: int) -> float:
    return lgamma(nodes) - lgamma(count) - lgamma(nodes - count + 1)


def _rate(seen: float, possible: float) -> float:
    """Negative log likelihood of `seen` events over `possible` places at their own rate (Poisson, no constants)."""
    return seen - seen * log(seen / possible) if seen > 0 and possible > 0 else 0.0


def _numbered(communities: Mapping[str, int]) -> pl.DataFrame:
    members = pl.DataFrame(
        {"asset_no": [int(name) for name in communities], "community": list(communities.values())},
        schema={"asset_no": pl.Int64, "community": pl.Int64},
    )
    of = members.group_by("community").agg(pl.col("asset_no").min().alias("first"), pl.len().alias("size"))
    numbered = of.filter(pl.col("size") > 1).sort("first").with_row_index("group_no", offset=1)
    joined = members.join(numbered, on="community")
    return joined.select("asset_no", pl.col("group_no").cast(pl.Int64)).sort("asset_no")
