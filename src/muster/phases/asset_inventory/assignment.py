"""From records to assets: nodes, decisions, rules and details put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.phases.asset_inventory.agreeing import agreeing
from muster.phases.asset_inventory.clusters import SCORES, components_of, join_all, trusted
from muster.phases.asset_inventory.components import Components
from muster.phases.asset_inventory.decisions import MERGE, SPLIT, InventoryDecision, RecordKey, in_order
from muster.phases.asset_inventory.details import attach
from muster.phases.asset_inventory.nodes import node_frame, with_nodes
from muster.phases.asset_inventory.questions import Question, open_questions
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, strongest_key


@dataclass(frozen=True, slots=True)
class Assigned:
    """`rows`: record_row, asset_no, at (content order), rule, score. `undecided`: at, rival_at, rule of open pairs.

    `waiting`: record_row, rule of the rows about parts of things that no record names.
    """

    rows: pl.DataFrame
    waiting: pl.DataFrame
    undecided: pl.DataFrame


def assign(
    rows: pl.DataFrame,
    decisions: Sequence[InventoryDecision],
    named: Mapping[RecordKey, Sequence[int]],
    rules: Rules = AS_THEY_COME,
) -> Assigned:
    """Give every row (a record that has any key) its asset. Assets are numbered from 0 in content order."""
    ordered = with_nodes(rows, rules)
    every = node_frame(rows, ordered)
    easy = agreeing(every, rules)
    nodes = every.join(easy, on="no", how="anti", maintain_order="left").drop("no").with_row_index("no")
    nodes = trusted(nodes)
    parts = components_of(nodes, rules)
    _apply(decisions, named, _node_of_row(rows, ordered, nodes), parts)
    join_all(nodes, parts, rules)
    placed = nodes["ips"].is_not_null()
    loose = nodes["node"].gather([node for node, _, _ in parts.undecided if not placed[node]]).to_list()
    roots = pl.Series([parts.find(no) for no in range(nodes.height)], dtype=pl.Int64)
    asked = open_questions(nodes, roots, parts, rules)
    labels = pl.concat([_easy_labels(every, easy), _component_labels(nodes, roots, parts)])
    labelled = _labels(ordered, labels, loose, rows, rules)
    nobodys = pl.col("label").is_null()
    waiting = labelled.filter(nobodys).select("record_row", "rule")
    return Assigned(_numbered(labelled.filter(~nobodys)), waiting, _undecided(nodes, parts, asked))


def _node_of_row(rows: pl.DataFrame, ordered: pl.DataFrame, nodes: pl.DataFrame) -> dict[int, int]:
    """record_row -> node number, for the records that decisions name."""
    pinned = rows.filter(pl.col("pinned").is_not_null()).select("record_row")
    placed = pinned.join(ordered.select("record_row", "node"), on="record_row").join(
        nodes.select("node", "no"), on="node"
    )
    return dict(zip(placed["record_row"].to_list(), placed["no"].to_list(), strict=True))


def _apply(
    decisions: Sequence[InventoryDecision],
    named: Mapping[RecordKey, Sequence[int]],
    node_of: Mapping[int, int],
    parts: Components,
) -> None:
    """Newest first: an older decision that contradicts a newer one does nothing."""
    for number, made in enumerate(reversed(in_order(decisions))):
        sides = [
            sorted({node_of[row] for key in keys for row in named.get(key, ()) if row in node_of})
            for keys in (made.records, made.others)
        ]
        if made.kind == MERGE:
            for side in (*sides, sides[0][:1] + sides[1][:1]):  # a newer split leaves each side whole
                for other in side[1:]:
                    parts.join_unless(side[0], other, "decision", 0)
        elif made.kind == SPLIT:
            _keep_apart(sides[0], sides[1], number, parts)


def _keep_apart(left: Sequence[int], right: Sequence[int], number: int, parts: Components) -> None:
    pairs = sorted({(parts.find(one), parts.find(other)) for one in left for other in right})
    for place, (one, other) in enumerate(pairs):
        if one != other:
            parts.apart.setdefault(one, set()).add((number, place, 0))
            parts.apart.setdefault(other, set()).add((number, place, 1))


def _easy_labels(every: pl.DataFrame, easy: pl.DataFrame) -> pl.DataFrame:
    own = every["node"]
    return pl.DataFrame({"node": own.gather(easy["no"]), "label": own.gather(easy["first"]), "rule": easy["rule"]})


def _component_labels(nodes: pl.DataFrame, roots: pl.Series, parts: Components) -> pl.DataFrame:
    own = nodes["node"]
    return pl.DataFrame({"node": own, "label": own.gather(roots), "rule": pl.Series(parts.rule, dtype=pl.String)})


def _labels(
    ordered: pl.DataFrame, roots: pl.DataFrame, loose_nodes: Sequence[int], rows: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """`ordered` with label (the place of the first row of its asset, null where a row waits for its owner) and rule.

    `roots`: node, label, rule.
    """
    assets = ordered.filter(~pl.col("detail")).join(roots, on="node", how="left", maintain_order="left")
    assets = _with_rule_inside_node(assets.with_columns(label=pl.coalesce("label", "node")), rows, rules)
    # Equal rows of an ambiguous name are not one thing for certain: there are several things of that name.
    loose = pl.col("node").is_in(loose_nodes) & (pl.len().over("label") == pl.len().over("node"))
    own = pl.col("at").min().over("list_no", "row_number")
    if loose_nodes:
        assets = assets.with_columns(
            label=pl.when(loose).then(own).otherwise("label"),
            rule=pl.when(loose & (own == pl.col("at"))).then(None).otherwise("rule"),
        )
    if not ordered["detail"].any():
        return assets
    keys = ["family", "file_no", "source", "sid", "uuid", "serial", "tag", "host", "alias", "domain"]
    keys += ["address_name", "macs", "runs_on", "retired"]
    words = rows.select(keys)
    details = ordered.filter(pl.col("detail"))
    known = [pl.concat([part, words[part["pos"]]], how="horizontal") for part in (assets, details)]
    attached = attach(known[0], known[1])
    return pl.concat([assets, details.join(attached, on="at")], how="diagonal")


def _with_rule_inside_node(assets: pl.DataFrame, rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Rows of one node were joined by the strongest key they have, or by being the same row of the same file."""
    several = assets.filter(pl.col("node").is_duplicated()).select("at", "pos", "list_no", "row_number")
    if not several.height:
        return assets
    copy = pl.struct("list_no", "row_number").is_duplicated()
    shared = several.select("at", copy=copy, strong=rows.select(strongest_key(rules))[several["pos"]].to_series())
    inside = shared.select("at", inside=pl.when("copy").then(pl.lit("same_row")).otherwise("strong"))
    joined = assets.join(inside, on="at", how="left", maintain_order="left")
    return joined.with_columns(rule=pl.coalesce("inside", "rule")).drop("inside")


def _numbered(labelled: pl.DataFrame) -> pl.DataFrame:
    rows = labelled.with_columns(asset_no=pl.col("label").rank("dense").cast(pl.Int64) - 1)
    return rows.select("record_row", "asset_no", "at", rule=pl.col("rule").fill_null("new")).with_columns(
        score=pl.col("rule").replace_strict(SCORES, return_dtype=pl.Float64)
    )


def _undecided(nodes: pl.DataFrame, parts: Components, asked: Sequence[Question]) -> pl.DataFrame:
    """The pairs that a person has to decide: one record, several assets that it may be; and what else may be one."""
    own = nodes["record_row"].to_list()
    open_pairs = [
        (own[node], own[parts.find(rival)], rule)
        for node, rivals, rule in parts.undecided
        for rival in rivals
        if parts.find(node) != parts.find(rival)
    ]
    open_pairs += [(own[node], own[rival], rule) for node, rival, rule in asked]
    schema = {"record_row": pl.Int64, "rival_row": pl.Int64, "rule": pl.String}
    return pl.DataFrame(open_pairs, schema=schema, orient="row").unique().sort("record_row", "rival_row", "rule")
