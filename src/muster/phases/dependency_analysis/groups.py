"""Groups of assets that belong together: communities of the dependency graph without its hubs.

Leiden finds many small communities, more of them the larger the estate is; merging and moving by the map equation
(walk.py) then gives each its own size. So the resolution follows the estate, and groups may be of very different sizes.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import metadata, resources
from math import log

import polars as pl
from graspologic_native import leiden

from muster.phases.dependency_analysis.decided import AUTOMATIC, numbered
from muster.phases.dependency_analysis.walk import graph_of, shortened
from muster.vocabulary.kinds import AssetType

SEED = 7
# Who runs on which host tells where a machine is, not what it belongs to.
PLATFORM = (AssetType.HYPERVISOR, AssetType.CLUSTER)
# A recorded membership outweighs a few connections.
MEMBERSHIP_WEIGHT = 5.0
# A hub has more than HUB_LEAST partners and more than HUB_FACTOR times as many as nine tenths of all assets have, or
# more than HUB_SHARE of all connected assets, where these are no handful.
HUB_LEAST = 50
HUB_FACTOR = 10
HUB_QUANTILE = 0.9
HUB_SHARE = 0.5
HUB_LEAST_SHARED = 20
# Communities to start from: so many assets per unit of resolution. Found on planted estates of 30 to 1,500 applications
# (bench/structure.py): both starts lead to nearly the same groups, and the one that is described more briefly is taken.
STARTS = (40.0, 16.0)
# With fewer pairs than this per asset (trees), single steps of a walk see too little; two are taken at once.
SPARSE = 1.5
SPARSE_TIME = 2.0
# What tells assets apart whatever number they have.
KNOWN_BY = ("name", "asset_type", "fqdn", "source_id", "uuid", "asset_tag", "application_name")
# How many steps of a walk are named at once, for what a person asked: the more, the larger the groups.
GRAINS = {"coarsest": 4.0, "coarse": 2.0, AUTOMATIC: 1.0, "fine": 0.5, "finest": 0.25}


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups (asset_no, group_no), and a hash of all that they follow from."""

    graph: str
    groups: pl.DataFrame


def groups(edges: pl.DataFrame, assets: pl.DataFrame, grain: str = AUTOMATIC, seed: int = SEED) -> pl.DataFrame:
    """Group connected assets: asset_no Int64, group_no Int64 (1.., numbered by smallest member), sorted by asset_no.

    `edges`: as edges.edges gives them. `assets`: asset_no, asset_type. `grain`: one of GRAINS. Hubs, hypervisors,
    clusters and assets without a partner are in no group. The same edges give the same groups in any order of rows,
    and, where assets have different names, whatever their numbers are.
    """
    return grouped(edges, assets, grain, None, seed).groups


def grouped(
    edges: pl.DataFrame, assets: pl.DataFrame, grain: str, before: Grouping | None, seed: int = SEED
) -> Grouping:
    """`groups`, or those of `before` where they were found in the same graph."""
    linked = _pairs(edges, assets)
    kept = _without(linked, _hubs(linked).get_column("asset_no"))
    kept = pl.concat([kept.select("a", "b", "weight"), _stated(kept, assets)])
    nodes = _nodes(kept, assets)
    one, other = (nodes.select(pl.col("asset_no").alias(end), pl.col("node").alias(f"{end}_node")) for end in "ab")
    ends = kept.join(one, on="a").join(other, on="b")
    ordered = ends.select(
        pl.min_horizontal("a_node", "b_node").alias("one"),
        pl.max_horizontal("a_node", "b_node").alias("other"),
        "weight",
    ).sort("one", "other")
    graph = _hash(nodes, ordered, grain, seed)
    if before is not None and before.graph == graph:
        return before
    found = _best(list(ordered.iter_rows()), nodes.height, grain, seed) if ordered.height else ()
    of_assets = zip(nodes["asset_no"].to_list(), found, strict=True)
    return Grouping(graph, numbered({number: group for number, group in of_assets if number >= 0}))


def _hash(nodes: pl.DataFrame, pairs: pl.DataFrame, grain: str, seed: int) -> str:
    """A hash of all that groups follow from, the way to find them included."""
    told = io.BytesIO(f"{_version()} {grain} {seed}".encode())
    told.seek(0, io.SEEK_END)
    for frame in (nodes, pairs):
        frame.write_csv(told, include_header=False)
    return sha256(told.getbuffer()).hexdigest()


@cache
def _version() -> str:
    """A hash of what finds groups: whoever changes it need not remember to say so."""
    folder = resources.files("muster.phases.dependency_analysis")
    text = b"\0".join(folder.joinpath(name).read_bytes() for name in ("groups.py", "walk.py", "decided.py"))
    return f"{sha256(text).hexdigest()[:16]} {metadata.version('graspologic-native')}"


def _nodes(pairs: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """asset_no, node (0..) of all that has a partner, in order of what is known of them: asset numbers follow the order
    of arrival, and where two groupings are equally good it must not decide.
    """
    numbers = pl.concat([pairs["a"], pairs["b"]]).unique().to_frame("asset_no")
    by = [name for name in KNOWN_BY if name in assets.columns]
    known = numbers.join(assets.select("asset_no", *by), on="asset_no", how="left").sort(*by, "asset_no")
    return known.select("asset_no").with_row_index("node").with_columns(pl.col("node").cast(pl.Int64))


def hubs(edges: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """Assets that too many others use, or that use too many, to say what belongs together: asset_no, partners."""
    return _hubs(_pairs(edges, assets))


def _hubs(pairs: pl.DataFrame) -> pl.DataFrame:
    linked = pairs.filter(~pl.col("only_member"))
    ends = pl.concat([linked.select(pl.col(name).alias("asset_no")) for name in ("a", "b")])
    partners = ends.group_by("asset_no").agg(pl.len().cast(pl.Int64).alias("partners"))
    usual = partners.select(pl.col("partners").quantile(HUB_QUANTILE, "nearest")).item() or 0
    many = pl.col("partners") > max(HUB_LEAST, HUB_FACTOR * usual)
    most = pl.col("partners") > max(HUB_LEAST_SHARED, HUB_SHARE * partners.height)
    return partners.filter(many | most).sort("asset_no")


def _pairs(edges: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """a < b, weight, only_member; one row per pair that has nothing to do with the platform."""
    platform = assets.filter(pl.col("asset_type").is_in([str(kind) for kind in PLATFORM])).get_column("asset_no")
    member = pl.col("kind") == "member_of"
    factor = pl.when(member).then(MEMBERSHIP_WEIGHT).otherwise(1.0)
    return (
        _without(
            edges.select(
                pl.min_horizontal("source_no", "target_no").alias("a"),
                pl.max_horizontal("source_no", "target_no").alias("b"),
                (factor * pl.col("confidence") * (1 + pl.col("count").log1p())).round(6).alias("weight"),
                member.alias("member"),
            ),
            platform,
        )
        .group_by("a", "b")
        # Summed in one order: sums of floats depend on it.
        .agg(pl.col("weight").sort().sum(), pl.col("member").all().alias("only_member"))
        .sort("a", "b")
    )


def _stated(pairs: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """a, b, weight: the connected assets of which a source states the application, each with that application.

    It has a number below 0 where no one asset stands for it. A name that far more assets have than others have theirs
    (an estate's "Infrastructure") is no application, as a hub is no neighbour.
    """
    assets = assets.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("name", "application_name") if name not in assets.columns
    )
    connected = pl.concat([pairs["a"], pairs["b"]]).unique().implode()
    application = pl.col("asset_type") == AssetType.APPLICATION
    named = assets.select("asset_no", key=_key(pl.when(~application).then("application_name"))).drop_nulls()
    named = named.filter(pl.col("asset_no").is_in(connected)).with_columns(size=pl.len().over("key"))
    usual = named.unique("key").select(pl.col("size").quantile(HUB_QUANTILE, "nearest")).item() or 0
    telling = named.filter(pl.col("size").is_between(2, max(HUB_LEAST, HUB_FACTOR * usual)))
    own = assets.select("asset_no", key=_key(pl.when(application).then("name"))).drop_nulls()
    only = own.filter(pl.len().over("key") == 1).select("key", app="asset_no")
    joined = telling.join(only, on="key", how="left")
    number = pl.coalesce("app", -pl.col("key").rank("dense").cast(pl.Int64))
    found = joined.select(
        a=pl.min_horizontal("asset_no", number),
        b=pl.max_horizontal("asset_no", number),
        weight=pl.lit(round(MEMBERSHIP_WEIGHT * (1 + log(2)), 6)),  # as one recorded membership
    )
    return found.join(pairs, on=["a", "b"], how="anti").sort("a", "b")


def _key(name: pl.Expr) -> pl.Expr:
    key = name.str.strip_chars().str.to_lowercase()
    return pl.when(key.str.len_chars() > 0).then(key)


def _without(pairs: pl.DataFrame, left_out: pl.Series) -> pl.DataFrame:
    gone = left_out.unique().implode()
    return pairs.filter(~pl.col("a").is_in(gone) & ~pl.col("b").is_in(gone))


def _best(pairs: Sequence[tuple[int, int, float]], nodes: int, grain: str, seed: int) -> Sequence[int]:
    """A group for each node: of the groups that STARTS lead to, those that describe a walk most briefly."""
    named = [(str(one), str(other), weight) for one, other, weight in pairs]
    graph = graph_of(pairs, nodes)
    time = GRAINS[grain] * (SPARSE_TIME if len(pairs) < SPARSE * nodes else 1.0)
    found = []
    for assets_each in STARTS:
        communities: Mapping[str, int] = leiden(named, resolution=max(1.0, nodes / assets_each), seed=seed)[1]
        found.append(shortened(graph, [communities[str(node)] for node in range(nodes)], time))
    return min(found, key=lambda one: one[0])[1]
