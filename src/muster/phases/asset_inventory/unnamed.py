"""Records that say an address and no name find the machine that has it."""

import polars as pl

from muster.phases.asset_inventory.components import BARE, GONE, NAMED, ROWS, SYSTEM
from muster.phases.asset_inventory.rivals import Rivals


def join_called_by_address(nodes: pl.DataFrame, parts: Rivals, held: pl.DataFrame) -> None:
    """Join records that are called by an address and nothing else. `held`: no, key, the addresses of every node."""
    called = nodes.filter(pl.col("address_name").is_not_null()).select("no", key="address_name")
    for node, address, owners in _claimed(called, held):
        owner = _owner(address, owners, parts)
        if owner is not None:
            parts.join_unless(node, owner, "address", NAMED)
    shared = called.unique().filter(pl.col("key").is_duplicated()).sort("no", "key")
    for group in shared.group_by("key", maintain_order=True).agg("no")["no"].to_list():
        parts.join_group(group, "address", BARE)


def _claimed(asking: pl.DataFrame, held: pl.DataFrame) -> list[tuple[int, str, list[int]]]:
    """Per node of `asking` (no, key) and address the nodes that have it and do not ask themselves."""
    owners = held.filter(~pl.col("no").is_in(asking["no"].implode())).rename({"no": "owner"})
    found = asking.join(owners, on="key").sort("no", "key", "owner")
    return found.group_by("no", "key", maintain_order=True).agg("owner").rows()


def _owner(address: str, claimants: list[int], parts: Rivals) -> int | None:
    """Whose an address is: the only claimant's, else that of the one component for which two tools or more speak.

    One that has others too does not win over one that has none: it may answer to it on behalf of a cluster.
    """
    tools: dict[int, set[int]] = {}
    for node in claimants:
        tools.setdefault(parts.find(node), set()).add(parts.whereabouts.tools[node])
    sure = [root for root, said in tools.items() if len(said) > 1] if len(tools) > 1 else list(tools)
    single = [root for root in tools if parts.addresses(root) == {address}]
    return sure[0] if len(sure) == 1 and (sure[0] in single or not single) else None


def join_unnamed(nodes: pl.DataFrame, parts: Rivals, held: pl.DataFrame) -> None:
    """Join records that say an address and an operating system to the one machine that has both.

    An address is let go and taken by another machine, and the list that has it of the first is read for long: so every
    list that knows an address of the machine must have this one, and none may have it of anything else that still runs.
    """
    unnamed = nameless(nodes)
    asking = held.join(unnamed.filter(pl.col("system_no") != 0), on="no", how="semi")
    named = nodes.filter(pl.col("address_name").is_null()).join(unnamed, on="no", how="anti")
    held = held.join(named, on="no", how="semi")
    owners: dict[int, set[int | None]] = {}
    for node, address, claimants in _claimed(asking, held):
        owners.setdefault(node, set()).add(_machine_at(address, claimants, parts))
    for node, found in owners.items():
        owner = found.pop()
        if not found and owner is not None and not parts.lives.signs(parts.find(owner), node):
            parts.join_unless(owner, node, "address_system", BARE | ROWS | SYSTEM)


def nameless(nodes: pl.DataFrame) -> pl.DataFrame:
    """The nodes of machines that say neither a name nor a number, and are not called by an address either."""
    nothing = [pl.col(name) == 0 for name in ("host_key", "alias_key", "uuid_no", "serial_no", "tag_no")]
    nothing += [pl.col(name).is_null() for name in ("macs", "address_name")]
    return nodes.filter(pl.col("family") == "hardware", *nothing)


def _machine_at(address: str, claimants: list[int], parts: Rivals) -> int | None:
    """The one machine that is not known to be gone, has the address for certain, and says what system it runs."""
    roots = {parts.find(node) for node in claimants}
    alive = [root for root in roots if parts.retired[root] != GONE and not parts.lives.stands(root)]
    if len(alive) != 1 or not parts.facts["system"][alive[0]] or not _everywhere(address, alive[0], parts):
        return None
    return alive[0]


def _everywhere(address: str, root: int, parts: Rivals) -> bool:
    """True where every list that knows an address of a component has this one."""
    places = parts.whereabouts.places
    return all(address in places[node] for node in parts.within(root) if places[node])
