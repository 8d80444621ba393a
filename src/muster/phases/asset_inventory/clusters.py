"""Which records are one asset: the identity rules, strongest first.

Every rule and every guard is a function of the records that shared keys connect, directly or by way of others (the keys
are those of `nodes.connections`), or of one record's own table; none counts anything over the whole engagement. So the
inventory of two sets of records that share no key is the union of their inventories, and only what a new record is
connected with has to be computed again.
"""

from array import array
from collections.abc import Callable, Sequence

import polars as pl

from muster.phases.asset_inventory.components import (
    AWAY,
    BARE,
    DOMAIN,
    FACTS,
    FORM,
    HEIR,
    KIND,
    LISTED,
    NAMED,
    NUMBERS,
    OWN_ID,
    RETIRED,
    ROWS,
    SETTLING,
    SYSTEM,
    TAG,
)
from muster.phases.asset_inventory.ended import join_retired
from muster.phases.asset_inventory.evidence import Evidence
from muster.phases.asset_inventory.letters import RULES as TYPOS
from muster.phases.asset_inventory.letters import join_mistyped
from muster.phases.asset_inventory.lives import Lives
from muster.phases.asset_inventory.rivals import Rivals
from muster.phases.asset_inventory.rules import AS_THEY_COME, IDENTITY_RULES, Rules
from muster.phases.asset_inventory.unnamed import join_called_by_address, join_unnamed
from muster.phases.asset_inventory.whereabouts import Whereabouts

# rule -> score: how far a join by this rule is trusted, 0..1. Decisions and copies of a row are certain.
SCORES = {
    **IDENTITY_RULES,
    "decision": 1.0,
    "same_row": 1.0,
    "same_file": 0.95,
    "new": 1.0,
    "excluded": 1.0,
    "no_identity": 1.0,
}
MANY = 3  # so many machines of one host name and names of their own are no renamed machine and its clone
MOST_PAIRS = 60  # a number that more different machines share is a number of none of them


def _array(nodes: pl.DataFrame, column: str) -> "array[int]":
    return array("q", nodes[column].to_list())


def components_of(nodes: pl.DataFrame, rules: Rules = AS_THEY_COME) -> Rivals:
    """Every node by itself."""
    return Rivals(
        facts={name: _array(nodes, f"{name}_no") for name in FACTS},
        retired=_array(nodes, "retired_bits"),
        kinds=_array(nodes, "kind_bits"),
        listed=_array(nodes, "list_no"),
        sid=_array(nodes, "sid_no"),
        own_id=_array(nodes, "own_no"),
        copies=_array(nodes, "copies"),
        whereabouts=Whereabouts(
            nodes["ips"].fill_null([]).to_list(), nodes["macs"].fill_null([]).to_list(), _array(nodes, "tool_no")
        ),
        aliases=array("q", nodes.select(pl.col("alias_no") * (pl.col("host_no") == 0)).to_series().to_list()),
        lives=Lives(_array(nodes, "running_bits"), _array(nodes, "seen_no")),
        settling=tuple(rule for rule in SETTLING if rules.allow(rule)),
    )


def groups(pairs: pl.DataFrame) -> list[list[int]]:
    """`pairs` (key, no) as lists of node numbers that share a key, in content order; keys of a single node left out."""
    return _shared(pairs)["no"].to_list()


def _shared(pairs: pl.DataFrame) -> pl.DataFrame:
    """(key, no): the nodes that share each key."""
    shared = pairs.unique().filter(pl.col("key").is_duplicated()).sort("no", "key")
    return shared.group_by("key", maintain_order=True).agg("no")


def _doubted_groups(nodes: pl.DataFrame, pairs: pl.DataFrame) -> list[tuple[list[int], bool]]:
    """The groups of nodes that share a key, and whether one list gives that key to several names."""
    found, doubtful = _shared(pairs), several_names(nodes, pairs)
    return list(zip(found["no"].to_list(), found["key"].is_in(doubtful.implode()).to_list(), strict=True))


def _column(nodes: pl.DataFrame, column: str) -> pl.DataFrame:
    """(no, key) of the nodes that have the number."""
    return nodes.select("no", key=column).filter(pl.col("key") != 0)


def names_of(nodes: pl.DataFrame) -> pl.DataFrame:
    """(no, name key): every name of every node."""
    both = pl.concat([nodes.select("no", key="host_key"), nodes.select("no", key="alias_key")])
    return both.filter(pl.col("key") != 0).unique()


def members_of(nodes: pl.DataFrame, column: str) -> pl.DataFrame:
    return nodes.select("no", key=column).filter(pl.col("key").is_not_null()).explode("key")


def several_names(nodes: pl.DataFrame, pairs: pl.DataFrame, by: Sequence[str] = ("host_key", "alias_key")) -> pl.Series:
    """The keys of `pairs` under which one list names several machines: clones, teams, mistakes."""
    named = nodes.select("no", "list_no", name=pl.coalesce(_present(name) for name in by))
    used = pairs.filter(pl.col("key").is_not_null()).join(named, on="no").filter(pl.col("name").is_not_null())
    many = used.group_by("list_no", "key").agg(pl.col("name").n_unique()).filter(pl.col("name") > 1)
    return many["key"].unique()


def trusted(nodes: pl.DataFrame) -> pl.DataFrame:
    """`nodes` without the host names of rows whose list gives that full name to rows of another name as well, or that
    word to many of other names.

    What such a row is called is then all that is known of its name.
    """
    doubtful = several_names(nodes, _column(nodes, "full_key"), ("alias_key", "host_key"))
    words = _words(nodes)
    if not doubtful.len() and not words.len():
        return nodes
    other = pl.col("full_key").is_in(doubtful.implode()) | pl.col("host_key").is_in(words.implode())
    other = other & (pl.col("alias_key") != 0)
    other = other & (pl.col("alias_key") != pl.col("host_key"))
    numbers = [pl.when(other).then(0).otherwise(name).alias(name) for name in ("host_key", "host_no", "full_key")]
    return nodes.with_columns(*numbers, host=pl.when(~other).then("host"))


def _words(nodes: pl.DataFrame) -> pl.Series:
    """The host names that one list gives to many machines of other names, at other addresses: what they serve."""
    host, alias = pl.col("host_key"), pl.col("alias_key")
    named = nodes.filter((host != 0) & (alias != 0) & (alias != host))
    held = named.select("list_no", key="host_key", name="alias_key", place=pl.col("ips").list.join(","))
    found = held.group_by("list_no", "key").agg(pl.col("name").n_unique(), pl.col("place").drop_nulls().n_unique())
    return found.filter((pl.col("name") >= MANY) & (pl.col("place") >= MANY))["key"].unique()


def _present(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != 0).then(pl.col(column))


def _join_pairs(
    found: Sequence[tuple[Sequence[int], bool]],
    parts: Rivals,
    evidence: Evidence,
    rule: str,
    blockers: int,
    agrees: Callable[[int, int], bool],
) -> None:
    """Join nodes that share a strong number, pair by pair; a doubtful number needs exactly the same name as well."""
    for group, doubtful in found:
        if len(group) > MOST_PAIRS:
            continue
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if parts.find(one) == parts.find(other) or (doubtful and not evidence.surely_one(one, other)):
                    continue
                if agrees(one, other):
                    parts.join_unless(one, other, rule, blockers)


def _join_numbers(nodes: pl.DataFrame, parts: Rivals, evidence: Evidence, rules: Rules) -> None:
    """The strong keys: the source's own number, UUID, serial number, asset tag, network card."""
    stages: list[tuple[str, pl.DataFrame, int, Callable[[int, int], bool]]] = [
        ("source_id", _column(nodes, "sid_key"), NUMBERS, evidence.one_by_id),
        ("uuid", _column(nodes, "uuid_no"), NUMBERS, evidence.one_by_uuid),
        ("serial_number", _column(nodes, "serial_no"), NUMBERS, evidence.one_by_serial),
        ("asset_tag", _column(nodes, "tag_no"), NUMBERS | RETIRED, evidence.one_by_tag),
        ("mac_address", members_of(nodes, "macs"), NUMBERS | DOMAIN | RETIRED | OWN_ID, evidence.one_by_mac),
        ("same_entry", members_of(nodes, "entries"), NAMED | LISTED | KIND | ROWS | AWAY, evidence.one_by_entry),
    ]
    for rule, pairs, blockers, agrees in (stage for stage in stages if rules.allow(stage[0])):
        _join_pairs(_doubted_groups(nodes, pairs), parts, evidence, rule, blockers, agrees)


def _lists_of_names(nodes: pl.DataFrame) -> dict[int, frozenset[int]]:
    """Per name the lists that have it."""
    held = names_of(nodes).join(nodes.select("no", "list_no"), on="no").group_by("key").agg(pl.col("list_no").unique())
    return {key: frozenset(lists) for key, lists in held.iter_rows()}


def _names_in_one_tool(nodes: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """(no, key): a name with its source, where no list of that source has it twice: one row exported again."""
    within = names.join(nodes.select("no", "source", "list_no").filter(pl.col("source") != ""), on="no")
    within = within.with_columns(key=pl.struct("key", "source").hash(seed=1))
    twice = within.filter(pl.struct("key", "list_no").is_duplicated())["key"].unique()
    return within.filter(~pl.col("key").is_in(twice.implode())).select("no", "key")


def _join_full_names(nodes: pl.DataFrame, parts: Rivals, rules: Rules) -> None:
    """The weak keys that say more than a name, checked between whole components: full name, name with address."""
    at_address = names_at_addresses(nodes)
    if rules.allow("other_domain_address"):
        _join_domains(nodes, at_address, parts)
    stages = [
        ("fqdn", _full_names_at_addresses(nodes)),
        ("host_address", at_address.select("no", "key")),
        ("fqdn", _column(nodes, "full_key")),
    ]
    for rule, pairs in (stage for stage in stages if rules.allow(stage[0])):
        for group in groups(pairs):
            parts.join_group(group, rule, NAMED)


def names_at_addresses(nodes: pl.DataFrame) -> pl.DataFrame:
    """(no, ip, key): every name with every address of a node."""
    placed = names_of(nodes).join(members_of(nodes, "ips").rename({"key": "ip"}), on="no")
    return placed.select("no", "ip", key=pl.struct("key", "ip").hash(seed=1))


def _full_names_at_addresses(nodes: pl.DataFrame) -> pl.DataFrame:
    """(no, key): a name with its domain and an address."""
    placed = _column(nodes, "full_key").join(members_of(nodes, "ips").rename({"key": "ip"}), on="no")
    return placed.select("no", key=pl.struct("key", "ip").hash(seed=1))


def _join_domains(nodes: pl.DataFrame, at_address: pl.DataFrame, parts: Rivals) -> None:
    """Join what has one name and one address in two domains, as a directory and a name server have it, or by mistake.

    Not where a list has both, nor at an address that a list gives to machines of several names.
    """
    shared = several_names(nodes, members_of(nodes, "ips"))
    placed = at_address.join(_column(nodes, "domain_no").rename({"key": "domain"}), on="no")
    placed = placed.filter(~pl.col("ip").is_in(shared.implode()) & (pl.col("domain").n_unique().over("key") > 1))
    for group in groups(placed.select("no", "key")):
        for other in group[1:]:
            parts.join_unless(group[0], other, "other_domain_address", NAMED & ~DOMAIN | ROWS | SYSTEM)


def _join_like_names(nodes: pl.DataFrame, parts: Rivals, evidence: Evidence) -> None:
    """Almost the same name at one address, which is more than a name alone: that may be cut off."""
    found = [(group, False) for group, doubtful in _doubted_groups(nodes, members_of(nodes, "ips")) if not doubtful]
    blockers = NUMBERS | DOMAIN | TAG | RETIRED | ROWS | SYSTEM | FORM | HEIR
    _join_pairs(found, parts, evidence, "similar_name_address", blockers, evidence.like_at_address)


def _join_names(nodes: pl.DataFrame, parts: Rivals, rules: Rules) -> None:
    """A name and no more, checked between whole components: first within one tool."""
    held = names_of(nodes)
    stages = {"source_name": _names_in_one_tool(nodes, held), "name": held}
    for rule, pairs in ((rule, pairs) for rule, pairs in stages.items() if rules.allow(rule)):
        for group in groups(pairs):
            parts.join_group(group, rule, BARE)


def join_all(nodes: pl.DataFrame, parts: Rivals, rules: Rules = AS_THEY_COME) -> None:
    """Run every rule in force over the nodes, strongest first."""
    evidence = Evidence(
        nodes,
        host_key=_array(nodes, "host_key"),
        alias_key=_array(nodes, "alias_key"),
        full_key=_array(nodes, "full_key"),
        lists_of=_lists_of_names(nodes),
    )
    _join_numbers(nodes, parts, evidence, rules)
    _join_full_names(nodes, parts, rules)
    if rules.allow("similar_name_address"):
        _join_like_names(nodes, parts, evidence)
    _join_names(nodes, parts, rules)
    held = members_of(nodes, "ips")
    if rules.allow("retired_in_one_list"):
        for shared in (names_at_addresses(nodes).select("no", "key"), _column(nodes, "tag_no")):
            join_retired(nodes, parts, shared, names_of(nodes))
    if rules.allow("address_system"):
        join_unnamed(nodes, parts, held)
    if rules.allow("address"):
        join_called_by_address(nodes, parts, held)
    join_mistyped(nodes, parts, frozenset(rule for rule in TYPOS if rules.allow(rule)))
