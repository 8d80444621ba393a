"""Which records are one asset: the identity rules, strongest first."""

from array import array
from collections.abc import Callable, Sequence

import polars as pl

from muster.phases.asset_inventory.components import BARE, DOMAIN, NAMED, NUMBERS, OWN_ID, RETIRED, TAG, Components
from muster.phases.asset_inventory.evidence import Evidence
from muster.phases.asset_inventory.rules import AS_THEY_COME, IDENTITY_RULES, Rules

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
MOST_PAIRS = 60  # a number that more different machines share is a number of none of them


def _array(nodes: pl.DataFrame, column: str) -> "array[int]":
    return array("q", nodes[column].to_list())


def components_of(nodes: pl.DataFrame) -> Components:
    """Every node by itself."""
    facts = {name: _array(nodes, f"{name}_no") for name in ("uuid", "serial", "domain", "tag", "host")}
    bits = [_array(nodes, column) for column in ("retired_bits", "kind_bits")]
    return Components(
        facts, bits[0], bits[1], _array(nodes, "list_no"), _array(nodes, "sid_no"), _array(nodes, "own_no")
    )


def groups(pairs: pl.DataFrame) -> list[list[int]]:
    """`pairs` (key, no) as lists of node numbers that share a key, in content order; keys of a single node left out."""
    used = pairs.unique()
    shared = used.filter(pl.col("key").is_duplicated()).sort("no", "key")
    found = shared.group_by("key", maintain_order=True).agg("no")
    return found["no"].to_list()


def _column(nodes: pl.DataFrame, column: str) -> pl.DataFrame:
    """(no, key) of the nodes that have the number."""
    return nodes.select("no", key=column).filter(pl.col("key") != 0)


def _names(nodes: pl.DataFrame) -> pl.DataFrame:
    """(no, name key): every name of every node."""
    both = pl.concat([nodes.select("no", key="host_key"), nodes.select("no", key="alias_key")])
    return both.filter(pl.col("key") != 0).unique()


def _members(nodes: pl.DataFrame, column: str) -> pl.DataFrame:
    return nodes.select("no", key=column).filter(pl.col("key").is_not_null()).explode("key")


def several_names(nodes: pl.DataFrame, pairs: pl.DataFrame) -> set[int]:
    """Nodes that hold a key of `pairs` under which one list names several machines: clones, teams, mistakes."""
    named = nodes.select("no", "list_no", name=pl.coalesce(_present("host_key"), _present("alias_key")))
    used = pairs.filter(pl.col("key").is_not_null()).join(named, on="no").filter(pl.col("name").is_not_null())
    many = used.group_by("list_no", "key").agg(pl.col("name").n_unique()).filter(pl.col("name") > 1)
    return set(pairs.join(many.select("key").unique(), on="key", how="semi")["no"].to_list())


def _present(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != 0).then(pl.col(column))


def _join_pairs(
    found: Sequence[Sequence[int]],
    parts: Components,
    evidence: Evidence,
    rule: str,
    blockers: int,
    agrees: Callable[[int, int], bool],
    doubtful: set[int],
) -> None:
    """Join nodes that share a strong number, pair by pair; a doubtful number needs exactly the same name."""
    for group in found:
        if len(group) > MOST_PAIRS:
            continue
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if parts.find(one) == parts.find(other):
                    continue
                sure = evidence.same_name(one, other)
                if sure or (one not in doubtful and agrees(one, other)):
                    parts.join_unless(one, other, rule, blockers)


def _join_numbers(nodes: pl.DataFrame, parts: Components, evidence: Evidence, rules: Rules) -> None:
    """The strong keys: the source's own number, UUID, serial number, asset tag, network card."""
    stages: list[tuple[str, pl.DataFrame, int, Callable[[int, int], bool]]] = [
        ("source_id", _column(nodes, "sid_key"), NUMBERS, evidence.one_by_id),
        ("uuid", _column(nodes, "uuid_no"), NUMBERS, evidence.one_by_uuid),
        ("serial_number", _column(nodes, "serial_no"), NUMBERS, evidence.one_by_serial),
        ("asset_tag", _column(nodes, "tag_no"), NUMBERS | RETIRED, evidence.one_by_tag),
        ("mac_address", _members(nodes, "macs"), NUMBERS | DOMAIN | RETIRED | OWN_ID, evidence.one_by_mac),
    ]
    for rule, pairs, blockers, agrees in (stage for stage in stages if rules.allow(stage[0])):
        _join_pairs(groups(pairs), parts, evidence, rule, blockers, agrees, several_names(nodes, pairs))


def _names_in_one_tool(nodes: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """(no, key): a name with its source, where no list of that source has it twice: one row exported again."""
    within = names.join(nodes.select("no", "source", "list_no").filter(pl.col("source") != ""), on="no")
    within = within.with_columns(key=pl.struct("key", "source").hash(seed=1))
    twice = within.filter(pl.struct("key", "list_no").is_duplicated())["key"].unique()
    return within.filter(~pl.col("key").is_in(twice.implode())).select("no", "key")


def _join_names(nodes: pl.DataFrame, parts: Components, rules: Rules) -> None:
    """The weak keys, checked between whole components: full name, name with address, name in one tool, name alone."""
    names = _names(nodes)
    at_address = names.join(_members(nodes, "ips").rename({"key": "ip"}), on="no")
    stages: list[tuple[str, pl.DataFrame, int]] = [
        ("fqdn", _column(nodes, "full_key"), NAMED),
        ("host_address", at_address.select("no", key=pl.struct("key", "ip").hash(seed=1)), NAMED),
        ("source_name", _names_in_one_tool(nodes, names), BARE),
        ("name", names, BARE),
    ]
    for rule, pairs, blockers in (stage for stage in stages if rules.allow(stage[0])):
        for group in groups(pairs):
            parts.join_group(group, rule, blockers)


def _join_addresses(nodes: pl.DataFrame, parts: Components, evidence: Evidence, rules: Rules) -> None:
    """Almost the same name at one address; then records that are called by an address and nothing else."""
    pairs = _members(nodes, "ips")
    doubtful = several_names(nodes, pairs)
    found = [group for group in groups(pairs) if doubtful.isdisjoint(group)]
    blockers = NUMBERS | DOMAIN | TAG | RETIRED
    if rules.allow("similar_name_address"):
        _join_pairs(found, parts, evidence, "similar_name_address", blockers, evidence.like_at_address, doubtful)
    if rules.allow("address"):
        _join_called_by_address(nodes, pairs, parts)


def _join_called_by_address(nodes: pl.DataFrame, pairs: pl.DataFrame, parts: Components) -> None:
    called = nodes.filter(pl.col("address_name").is_not_null()).select("no", key="address_name")
    owners = pairs.filter(~pl.col("no").is_in(called["no"].implode()))
    held = called.join(owners.rename({"no": "owner"}), on="key").sort("no", "owner")
    for (node,), rows in held.group_by(["no"], maintain_order=True):
        roots = {parts.find(owner) for owner in rows["owner"].to_list()}
        if len(roots) == 1:
            parts.join_unless(int(str(node)), roots.pop(), "address", NAMED)
    for group in groups(called):
        parts.join_group(group, "address", BARE)


def join_all(nodes: pl.DataFrame, parts: Components, rules: Rules = AS_THEY_COME) -> None:
    """Run every rule in force over the nodes, strongest first."""
    evidence = Evidence(nodes, _array(nodes, "host_key"), _array(nodes, "alias_key"))
    _join_numbers(nodes, parts, evidence, rules)
    _join_names(nodes, parts, rules)
    _join_addresses(nodes, parts, evidence, rules)
