"""Records that say the same about who they are, taken together as one node each."""

import polars as pl

from muster.phases.asset_inventory.components import TAG_VALUE_BITS

KEY_COLUMNS = (
    *("family", "kind", "source", "sid", "uuid", "serial", "maker", "model", "tag", "tag_space", "host", "alias"),
    *("domain", "address_name", "retired", "detail", "pinned"),
)
KIND_BITS = {"network": 2, "load_balancer": 2, "storage": 4, "hypervisor": 1, "server": 1, "virtual_machine": 1}
ANY_KIND = 7


def _identity_hash(rows: pl.DataFrame) -> pl.Series:
    """One number per distinct statement of identity. Numbers of a source only count inside their own list."""
    listed = pl.when(pl.col("sid").is_not_null()).then("list_no")
    said = rows.select(
        *KEY_COLUMNS,
        listed=listed,
        file=pl.when(pl.col("detail")).then("file_no"),
        macs=pl.col("macs").list.join(","),
        ips=pl.col("ips").list.join(","),
    )
    return said.hash_rows(seed=1)


def with_nodes(rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` in content order with `node`: the place of the first row that says the same, or is a copy of the same row.

    `rows`: one row per record that has any key, with the columns of identity_keys, kind, list_no (equal for the same
    table of the same bytes), row_number, source, detail, pinned.
    """
    ordered = rows.with_columns(said=_identity_hash(rows)).sort("list_no", "row_number", "source", "said")
    place = ["list_no", "row_number"]
    if ordered.select(pl.struct(place).is_duplicated().any()).item():
        ordered = ordered.with_columns(pl.col("said").first().over(place))
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    return ordered.with_columns(at=at).with_columns(node=pl.col("at").first().over("said"))


def _number(text: pl.Expr) -> pl.Expr:
    """A text as a positive number below 2**62, 0 for none; equal texts, equal numbers."""
    return (text.hash(seed=5) // 4).cast(pl.Int64) * text.is_not_null()


def node_frame(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per node of asset records that shares any key with another node, numbered `no` in content order.

    Keys become numbers; `host_key` and `alias_key` are names within their family, `full_key` a name with its domain.
    """
    nodes = rows.filter((pl.col("node") == pl.col("at")) & ~pl.col("detail"))
    family = pl.col("family")
    tag = (_number(pl.col("tag_space")) % 2**16) * 2**TAG_VALUE_BITS + _number(pl.col("tag")) % 2**TAG_VALUE_BITS
    name = pl.coalesce("host", "alias")
    nodes = nodes.with_columns(
        uuid_no=_number(pl.col("uuid")),
        serial_no=_number(pl.col("serial")),
        domain_no=_number(pl.col("domain")),
        tag_no=tag * pl.col("tag").is_not_null(),
        # What tells two rows of one list apart where they have one name: their numbers there, else their addresses.
        sid_no=_number(pl.coalesce("sid", pl.col("ips").list.join(","), pl.col("macs").list.join(","))),
        sid_key=_number(pl.concat_str(family, "source", "sid", separator="/")),
        host_no=_number(pl.col("host")),
        host_key=_number(pl.concat_str(family, "host", separator="/")),
        alias_key=_number(pl.concat_str(family, "alias", separator="/")),
        full_key=_number(pl.concat_str(family, name, "domain", separator="/")),
        retired_bits=pl.col("retired").cast(pl.Int64) + 1,
        kind_bits=pl.col("kind").replace_strict(KIND_BITS, default=ANY_KIND, return_dtype=pl.Int64),
    )
    # The machine a database runs on keeps two of one name apart; it is no name of the database itself.
    soft = family != "hardware"
    nodes = nodes.with_columns(host_key=pl.when(soft).then(0).otherwise("host_key"))
    return nodes.filter(_shares_a_key(nodes)).with_row_index("no")


def _shares_a_key(nodes: pl.DataFrame) -> pl.Series:
    """True for nodes that any other node has a key in common with: only they can be joined."""
    both = nodes.select("node", "host_key", "alias_key").unpivot(["host_key", "alias_key"], index="node")
    keys = [both.select("node", key="value")]
    keys += [nodes.select("node", key=name) for name in ("uuid_no", "serial_no", "tag_no", "sid_key", "full_key")]
    members = [nodes.select("node", key=name).explode("key") for name in ("macs", "ips")]
    addresses = pl.concat([*members, nodes.select("node", key="address_name")])
    keys.append(addresses.select("node", key=_number(pl.col("key"))))
    shared: list[pl.Series] = []
    for frame in keys:
        used = frame.filter(pl.col("key") != 0).unique()
        shared.append(used.filter(pl.col("key").is_duplicated())["node"])
    together = pl.concat(shared).unique()
    return nodes["node"].is_in(together.implode()) | nodes["pinned"].is_not_null()
