"""Records that say the same about who they are, taken together as one node each."""

import polars as pl

from muster.phases.asset_inventory.bodies import OFF, ON, VIRTUAL
from muster.phases.asset_inventory.components import TAG_VALUE_BITS
from muster.phases.asset_inventory.kinds import TABLE
from muster.phases.asset_inventory.letters import letters_keys
from muster.phases.asset_inventory.lives import RUNS, STANDS
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, strongest_key

KEY_COLUMNS = (
    *("family", "kind", "source", "sid", "uuid", "serial", "maker", "model", "tag", "tag_space", "host", "alias"),
    *("domain", "address_name", "retired", "detail", "pinned", "stage", "system", "form", "running", "seen"),
)
KIND_BITS = {
    **{"network": 2, "load_balancer": 2, "storage": 4, "cluster": 8},
    **{"hypervisor": 1, "server": 1, "virtual_machine": 1},
}
ANY_KIND = 15


def _identity_hash(rows: pl.DataFrame, rules: Rules) -> pl.Series:
    """One number per distinct statement of identity. Numbers of a source only count inside their own list, and where
    no rule is in force that could join a row to its like, each row speaks for itself.
    """
    alone = pl.lit(None, pl.UInt64)
    if rules.off or rules.least_score:
        alone = pl.when(strongest_key(rules).is_null()).then(pl.struct("list_no", "row_number").hash(seed=1))
    listed = pl.when(pl.col("sid").is_not_null()).then("list_no")
    said = rows.select(
        *KEY_COLUMNS,
        listed=listed,
        alone=alone,
        sure=_sure_kind(),
        file=pl.when(pl.col("detail")).then("file_no"),
        entries=pl.col("entries").list.join("\n"),
        macs=pl.col("macs").list.join(","),
        ips=pl.col("ips").list.join(","),
    )
    return said.hash_rows(seed=1)


def with_nodes(rows: pl.DataFrame, rules: Rules = AS_THEY_COME) -> pl.DataFrame:
    """The place of every row in content order (`at`), and the place of its node (`node`): of the first row that says
    the same, or is a copy of the same row. Columns: pos (in `rows`), at, node, record_row, list_no, row_number, detail.

    `rows`: one row per record that has any key, with the columns of identity_keys, kind, list_no (equal for the same
    table of the same bytes), row_number, source, detail, pinned.
    """
    slim = rows.select("record_row", "list_no", "row_number", "detail", "source", said=_identity_hash(rows, rules))
    ordered = slim.with_row_index("pos").sort("list_no", "row_number", "source", "said").drop("source")
    place = ["list_no", "row_number"]
    if ordered.select(pl.struct(place).is_duplicated().any()).item():
        ordered = ordered.with_columns(pl.col("said").first().over(place))
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    return ordered.with_columns(at=at).with_columns(node=pl.col("at").first().over("said")).drop("said")


def _number(text: pl.Expr) -> pl.Expr:
    """A text as a positive number below 2**62, 0 for none; equal texts, equal numbers."""
    return (text.hash(seed=5) // 4).cast(pl.Int64) * text.is_not_null()


def _sure_kind() -> pl.Expr:
    """False for a server that is one for its list alone: lists of servers have appliances and clusters in them too."""
    return (pl.col("kind") != "server") | (pl.col("kind_confidence") > TABLE)


def _form() -> pl.Expr:
    """Hardware or virtual: a list of virtual machines says so of all in it."""
    virtual = (pl.col("kind") == "virtual_machine") & (pl.col("kind_confidence") >= TABLE)
    return pl.when(virtual).then(pl.lit(VIRTUAL)).otherwise("form")


def _in_family(*names: str) -> pl.Expr:
    """Several texts of one family as a number, 0 where any is missing."""
    parts = [pl.col(name).alias(f"part_{at}") for at, name in enumerate(names)]
    complete = pl.all_horizontal([pl.col(name).is_not_null() for name in names])
    return (pl.struct("family", *parts).hash(seed=5) // 4).cast(pl.Int64) * complete


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """The keys of every row as numbers. `host_key` and `alias_key` are names within their family, `full_key` a name
    with its domain, `sid_no` what tells two rows of one name in one list apart: their numbers, else their
    addresses, else what is written on them.
    """
    tag = (_number(pl.col("tag_space")) % 2**16) * 2**TAG_VALUE_BITS + _number(pl.col("tag")) % 2**TAG_VALUE_BITS
    named = rows.with_columns(any_name=pl.coalesce("host", "alias"))
    # The machine a database runs on keeps two of one name apart; it is no name of the database itself.
    machine = pl.col("family") == "hardware"
    return named.select(
        uuid_no=_number(pl.col("uuid")),
        serial_no=_number(pl.col("serial")),
        domain_no=_number(pl.col("domain")),
        tag_no=tag * pl.col("tag").is_not_null(),
        sid_no=_number(
            pl.coalesce("sid", pl.col("ips").list.join(","), pl.col("macs").list.join(","), "serial", "tag")
        ),
        sid_key=_in_family("source", "sid"),
        own_no=_number(pl.col("sid")),
        host_no=_number(pl.col("host")),
        stage_no=_number(pl.col("stage")),
        system_no=_number(pl.col("system").str.extract(r"^(\S+)")),
        kin_no=_number(pl.col("system").str.extract(r" (\S+)$")),
        form_no=_number(_form()),
        running_bits=pl.col("running").replace_strict({ON: RUNS, OFF: STANDS}, default=0, return_dtype=pl.Int64),
        seen_no=pl.col("seen").fill_null(0).cast(pl.Int64),
        alias_no=_number(pl.col("alias")),
        tool_no=_number(pl.coalesce(pl.when(pl.col("source") != "").then("source"), pl.format("list {}", "list_no"))),
        host_key=pl.when(machine).then(_in_family("host")).otherwise(0),
        alias_key=_in_family("alias"),
        full_key=_in_family("any_name", "domain"),
        retired_bits=pl.col("retired").cast(pl.Int64) + 1,
        kind_bits=pl.when(_sure_kind())
        .then(pl.col("kind").replace_strict(KIND_BITS, default=ANY_KIND, return_dtype=pl.Int64))
        .otherwise(ANY_KIND),
    )


def node_frame(rows: pl.DataFrame, ordered: pl.DataFrame) -> pl.DataFrame:
    """One row per node of asset records that shares any key with another node: no (in content order), node, the columns
    of `rows`, its keys as numbers, and copies. `ordered`: what with_nodes says of `rows`.
    """
    nodes = ordered.filter((pl.col("node") == pl.col("at")) & ~pl.col("detail")).select("pos", "node")
    numbers = _numbers(rows)[nodes["pos"]]
    lists = rows.select("family", "host", "alias", "macs", "ips", "address_name", "entries", "pinned")[nodes["pos"]]
    numbers = numbers.with_columns(letters_keys=letters_keys(pl.concat([numbers, lists], how="horizontal")))
    chosen = _shares_a_key(pl.concat([nodes, numbers, lists], how="horizontal"))
    kept = pl.concat([nodes, numbers], how="horizontal").filter(chosen)
    words = rows.drop("detail", "row_number", "known", "file_no", "runs_on")[kept["pos"]]
    every = pl.concat([kept.drop("pos"), words], how="horizontal").with_row_index("no")
    return every.join(_copies(ordered, every), on="node", how="left", maintain_order="left")


def _copies(ordered: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """(node, copies): in how many rows of one list each node is."""
    own = ordered.filter(pl.col("node").is_in(nodes["node"].implode()))
    rows = own.group_by("node", "list_no").agg(copies=pl.col("row_number").n_unique().cast(pl.Int64))
    return rows.group_by("node").agg(pl.col("copies").max())


def _shares_a_key(nodes: pl.DataFrame) -> pl.Series:
    """True for nodes that any other node has a key in common with: only they can be joined."""
    shared = [
        frame.filter((pl.col("key") != 0) & pl.col("key").is_duplicated())["node"] for frame in connections(nodes)
    ]
    together = pl.concat(shared).unique()
    return nodes["node"].is_in(together.implode()) | nodes["pinned"].is_not_null()


def connections(nodes: pl.DataFrame) -> list[pl.DataFrame]:
    """(node, key) per kind of key, 0 for none: identity looks at nothing outside what these connect."""
    both = nodes.select("node", "host_key", "alias_key").unpivot(["host_key", "alias_key"], index="node")
    keys = [both.select("node", key="value").unique()]
    keys += [nodes.select("node", key=name) for name in ("uuid_no", "serial_no", "tag_no", "sid_key", "full_key")]
    letters = nodes.select("node", key="letters_keys").filter(pl.col("key").is_not_null())
    keys.append(letters.explode("key"))
    members = [
        nodes.select("node", key=name).filter(pl.col("key").is_not_null()).explode("key")
        for name in ("macs", "ips", "entries")
    ]
    addresses = pl.concat([*members, nodes.select("node", key="address_name")])
    keys.append(addresses.select("node", key=_number(pl.col("key"))).unique())
    return keys
