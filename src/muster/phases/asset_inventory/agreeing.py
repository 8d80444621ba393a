"""The easy bulk, joined at once: records of one name that share no key with others and contradict nothing.

The rules of clusters.py would join each of these groups whole; that takes a step per record, this takes a few columns.
"""

import polars as pl

from muster.phases.asset_inventory.bodies import LONG
from muster.phases.asset_inventory.components import MOST_RIVALS
from muster.phases.asset_inventory.nodes import ANY_KIND
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules

STRONG = {"source_id": "sid_key", "uuid": "uuid_no", "serial_number": "serial_no", "asset_tag": "tag_no"}
SINGLE = ("uuid_no", "serial_no", "domain_no", "tag_no", "host_no", "system_no", "kin_no", "form_no", "running_bits")


def agreeing(nodes: pl.DataFrame, rules: Rules = AS_THEY_COME) -> pl.DataFrame:
    """(no, first, rule) of the nodes in groups that agree: `first` is the number of the group's first node.

    A group has no more in common than its name; where a name joins nothing, no group is easy.
    """
    if not rules.allow("name"):
        nodes = nodes.clear()
    grouped = nodes.with_columns(group=_only_name())
    keys = _keys(grouped)
    closed = _closed(keys)
    inside = grouped.filter(pl.col("group").is_in(_consistent(grouped).implode()))
    inside = inside.filter(pl.col("group").is_in(closed.implode()))
    return inside.select("no", first=pl.col("no").min().over("group"), rule=_strongest(inside, rules))


def _only_name() -> pl.Expr:
    """The node's one name; a number of its own, below 0, where it has none or two."""
    host, alias = pl.col("host_key"), pl.col("alias_key")
    own = -pl.col("no").cast(pl.Int64) - 1
    return pl.when((host != 0) & (alias != 0) & (host != alias)).then(own).when((host != 0) | (alias != 0)).then(
        pl.when(host != 0).then(host).otherwise(alias)
    ).otherwise(own)  # fmt: skip


def _keys(nodes: pl.DataFrame) -> pl.DataFrame:
    """(group, key): every key of every node; numbers of different kinds are kept apart by their kind."""
    numbers = {"host_key": 0, "alias_key": 0} | {name: at for at, name in enumerate(STRONG.values(), start=1)}
    found = [
        nodes.filter(pl.col(name) != 0).select("group", key=name, kind=pl.lit(kind)) for name, kind in numbers.items()
    ]
    letters = nodes.filter(pl.col("letters_keys").is_not_null()).select("group", key="letters_keys")
    found.append(letters.explode("key").with_columns(kind=pl.lit(12)))
    for name in ("macs", "ips", "address_name", "entries"):
        text = nodes.select("group", key=name).filter(pl.col("key").is_not_null())
        text = text if name == "address_name" else text.explode("key")
        kind = pl.lit({"macs": 10, "entries": 13}.get(name, 11))
        found.append(text.select("group", pl.col("key").hash(seed=5).reinterpret(signed=True), kind=kind))
    return pl.concat(found)


def _closed(keys: pl.DataFrame) -> pl.Series:
    """The groups none of whose keys is found in another group."""
    several = keys.group_by("kind", "key").agg(pl.col("group").min() != pl.col("group").max())
    open_groups = keys.join(several.filter("group").select("kind", "key"), on=["kind", "key"], how="semi")["group"]
    return keys.filter(~pl.col("group").is_in(open_groups.unique().implode()))["group"].unique()


def _consistent(nodes: pl.DataFrame) -> pl.Series:
    """The groups of several nodes that state no fact in two ways, and neither number nor environment so in one list."""
    facts = [pl.col(name).filter(pl.col(name) != 0).n_unique() <= 1 for name in SINGLE]
    kind, seen = pl.col("kind_bits"), pl.col("seen_no")
    found = nodes.filter(pl.col("group") >= 0).group_by("group").agg(
        *facts,
        one_state=pl.col("retired_bits").n_unique() == 1,
        one_kind=kind.filter(kind != ANY_KIND).n_unique() <= 1,
        one_number=_once_in_a_list("sid_no"),
        one_stage=_once_in_a_list("stage_no"),
        one_time=(seen.max() - seen.filter(seen != 0).min()).fill_null(0) < LONG,
        free=pl.col("pinned").is_null().all(),
        # One row has every address: nothing speaks of a second machine at another place.
        one_place=pl.col("ips").list.len().max().fill_null(0) == pl.col("ips").explode().drop_nulls().n_unique(),
        one_machine=pl.col("macs").list.len().max().fill_null(0) == pl.col("macs").explode().drop_nulls().n_unique(),
        size=pl.len().is_between(2, MOST_RIVALS),
    )  # fmt: skip
    return found.filter(pl.all_horizontal(pl.exclude("group")))["group"]


def _once_in_a_list(fact: str) -> pl.Expr:
    """True where no list states the fact in two ways."""
    said = pl.col(fact) != 0
    return pl.struct("list_no", fact).filter(said).n_unique() == pl.col("list_no").filter(said).n_unique()


def _strongest(nodes: pl.DataFrame, rules: Rules) -> pl.Expr:
    """The strongest rule in force by which a node meets another of its group: at least by their name."""
    meets = {rule: (pl.col(key) != 0) & pl.struct("group", key).is_duplicated() for rule, key in STRONG.items()}
    meets["mac_address"] = _share(nodes, "macs")
    meets["same_entry"] = _share(nodes, "entries")
    meets["fqdn"] = (pl.col("full_key") != 0) & pl.struct("group", "full_key").is_duplicated()
    meets["host_address"] = _share(nodes, "ips")
    twice = pl.struct("group", "list_no").is_duplicated().any().over("group", "source")
    meets["source_name"] = (pl.col("source") != "") & pl.struct("group", "source").is_duplicated() & ~twice
    chosen = pl.lit("name")
    for rule, shared in ((rule, shared) for rule, shared in reversed(meets.items()) if rules.allow(rule)):
        chosen = pl.when(shared).then(pl.lit(rule)).otherwise(chosen)
    return chosen


def _share(nodes: pl.DataFrame, name: str) -> pl.Expr:
    members = nodes.select("no", "group", key=name).filter(pl.col("key").is_not_null()).explode("key")
    shared = members.filter(pl.struct("group", "key").is_duplicated())["no"].unique()
    return pl.col("no").is_in(shared.implode())
