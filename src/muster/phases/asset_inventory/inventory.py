"""The inventory as a pure function of claims, rules and decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from muster.phases.asset_inventory.assignment import Assigned, assign
from muster.phases.asset_inventory.choices import AttributeGroup, attribute_groups, with_choices
from muster.phases.asset_inventory.conditions import meeting
from muster.phases.asset_inventory.decisions import (
    KINDS,
    MERGE,
    SPLIT,
    InventoryDecision,
    RecordKey,
    in_order,
    keys_of,
    left_out,
    meant_by,
    named_rows,
)
from muster.phases.asset_inventory.dispositions import dispose
from muster.phases.asset_inventory.edits import locked
from muster.phases.asset_inventory.kinds import TABLE
from muster.phases.asset_inventory.naming import named, voted_types
from muster.phases.asset_inventory.presence import PRESENCE, with_presence
from muster.phases.asset_inventory.reviews import with_evidence
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, with_precedence
from muster.phases.asset_inventory.statement import statements
from muster.phases.asset_inventory.survivorship import PLACE_COLUMNS, alone, attribute_columns, survive, with_ranks
from muster.vocabulary.issue import Issue
from muster.vocabulary.kinds import RecordRole

VOTE = ["kind", "kind_reason", "kind_confidence"]


@dataclass(frozen=True, slots=True)
class Inventory:
    """The assets of an engagement and what became of each record.

    assets: asset_no Int64 (0.. in content order), name, asset_type, type_reason, type_confidence, first_record_id,
      presence and presence_reason (null unless a policy says that the asset vanished), and every attribute column of
      the records; values surviving by precedence, edits last.
    links: record_id, asset_no (null where excluded or rejected), disposition, rule, score; one row per record.
    reviews: record_id, rival_record_id, rule, score, agrees, contradicts; a record that may be the same as several
      others, for a person to decide.
    """

    assets: pl.DataFrame
    links: pl.DataFrame
    reviews: pl.DataFrame
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Which record belongs to which asset, values unseen.

    `places`: every record and where it comes from; `claims`: those that have an asset, with its number, their rank and
    their vote on its kind; `meant`: the rows that each decision about records means; `excluded`: those it leaves out.
    """

    places: pl.DataFrame
    claims: pl.DataFrame
    assigned: Assigned
    meant: Mapping[InventoryDecision, Sequence[int]]
    excluded: frozenset[int]


def inventory(
    records: pl.DataFrame,
    tables: pl.DataFrame,
    decisions: Sequence[InventoryDecision],
    rules: Rules = AS_THEY_COME,
) -> Inventory:
    """Compute the inventory. `records`: record_id, table_ref, row_number and attribute columns, one row per live record
    of asset and detail tables; `tables`: table_ref, import_ref (arrival), file_sha256, table_name, source, precedence
    (lower wins), as_of, record_kind, role.

    The order of rows, tables, imports and decisions changes nothing but the dispositions.
    """
    places = _places(records, tables)
    said = pl.concat([records.select(*PLACE_COLUMNS), statements(records, places["record_kind"])], how="horizontal")
    met = {made: meeting(made.where, records, places) for made in decisions if made.where}
    return describe(place(said, tables, decisions, rules, met), records, tables, decisions, rules)


def place(
    said: pl.DataFrame,
    tables: pl.DataFrame,
    decisions: Sequence[InventoryDecision],
    rules: Rules = AS_THEY_COME,
    met: Mapping[InventoryDecision, Sequence[int]] = MappingProxyType({}),
) -> Placed:
    """Give every record its asset. `said`: record_id, table_ref, row_number and the columns of statement.statements;
    `met`: the rows that meet the conditions of decisions.
    """
    places = with_precedence(_places(said, tables), rules.general_precedence())
    named_records = named_rows(keys_of(decisions, *KINDS), places)
    meant = meant_by(decisions, named_records, met)
    excluded = frozenset(left_out(decisions, meant))
    assigned = assign(
        _identity_rows(places, said, excluded, _pinned(decisions, named_records)), decisions, named_records, rules
    )
    kinds = ("kind", "kind_confidence", "kind_reason", "filled")
    sources = with_choices(pl.concat([places, said.select(kinds)], how="horizontal"), meant)
    return Placed(places, _claims(sources, assigned), assigned, meant, excluded)


def describe(
    placed: Placed,
    records: pl.DataFrame,
    tables: pl.DataFrame,
    decisions: Sequence[InventoryDecision],
    rules: Rules = AS_THEY_COME,
) -> Inventory:
    """The assets with their values. `records`: the attribute columns, row by row those that `place` saw."""
    columns = attribute_columns(records)
    groups = attribute_groups([name for name in columns if name != "asset_type"], placed.meant, rules)
    found = with_presence(_assets(placed.claims, records, groups), placed.claims, tables, rules.policies)
    assets = locked(found, decisions, placed.meant, placed.assigned.rows)
    left_aside = pl.concat([_excluded(placed), placed.assigned.waiting])
    links = _links(placed.places, placed.claims, records.select(columns), left_aside)
    reviews = with_evidence(placed.assigned.undecided, placed.places["record_id"], _with_form(records, placed.claims))
    return Inventory(assets, links, reviews, _issues(links, placed.assigned))


def alone_assets(
    records: pl.DataFrame, said: pl.DataFrame, table: pl.DataFrame, tables: pl.DataFrame, rules: Rules
) -> pl.DataFrame:
    """The assets of records that share no key with any other, row by row: what `describe` says of them, for less.

    `records`: record_id, row_number and attribute columns of one table, which no decision means; `said`: VOTE of their
    statements; `table`: its one row of `tables`.
    """
    columns = [name for name in attribute_columns(records) if name != "asset_type"]
    plain = [name for name in columns if records[name].null_count() < records.height]
    votes = said.select(VOTE).rename(dict(zip(VOTE, ("asset_type", "type_reason", "type_confidence"), strict=True)))
    facts = [votes, records.select(first_record_id="record_id", first_row="row_number")]
    assets = named(pl.concat([alone(records, table["record_kind"].item(), plain), *facts], how="horizontal"))
    numbered = assets.with_row_index("asset_no")
    export = table.select("source", "record_kind", "as_of")
    present = with_presence(numbered, numbered.select("asset_no").join(export, how="cross"), tables, rules.policies)
    front = ["name", "asset_type", "type_reason", "type_confidence", "first_record_id", *PRESENCE]
    return present.select(*front, *(name for name in plain if name != "name"))


def _places(records: pl.DataFrame, tables: pl.DataFrame) -> pl.DataFrame:
    """record_row, record_id, where each record comes from, and the facts of its table; in the order of `records`."""
    file_no = pl.col("file_sha256").rank("dense").cast(pl.Int64)
    known = tables.with_columns(
        pl.col("source").fill_null(""),
        pl.col("table_name").fill_null(""),
        detail=pl.col("role") == RecordRole.DETAIL.value,
        file_no=file_no,
    )
    lists = known.select("file_sha256", "table_name").unique().sort("file_sha256", "table_name")
    lists = lists.with_row_index("list_no").with_columns(pl.col("list_no").cast(pl.Int64))
    known = known.join(lists, on=["file_sha256", "table_name"], how="left")
    rows = records.select("record_id", pl.col("table_ref").cast(pl.Int32), pl.col("row_number").cast(pl.Int64))
    known = known.with_columns(pl.col("table_ref").cast(pl.Int32))
    joined = rows.with_row_index("record_row").join(known, on="table_ref", how="left", maintain_order="left")
    return joined.with_columns(pl.col("record_row").cast(pl.Int64))


def _pinned(decisions: Sequence[InventoryDecision], rows: Mapping[RecordKey, Sequence[int]]) -> dict[int, str]:
    """What tells the rows that merges and splits name from others that say the same: each by itself in a merge, in a
    split only the sides.
    """
    told: dict[RecordKey, list[str]] = {}
    for number, made in enumerate(in_order(decisions)):
        for side, keys in enumerate((made.records, made.others)):
            for key in keys if made.kind in (MERGE, SPLIT) else ():
                told.setdefault(key, []).append(repr(key) if made.kind == MERGE else f"{number} {side}")
    return {row: "; ".join(parts) for key, parts in told.items() for row in rows.get(key, ())}


def _identity_rows(
    places: pl.DataFrame, said: pl.DataFrame, excluded: frozenset[int], pinned: dict[int, str]
) -> pl.DataFrame:
    """The records that identity works on: not excluded, and with any key or a decision that names them."""
    own = places.select("record_row", "row_number", "source", "detail", "list_no", "file_no")
    rows = pl.concat([own, said.drop(*PLACE_COLUMNS, "filled")], how="horizontal")
    pin = pl.col("record_row").replace_strict(pinned, default=None, return_dtype=pl.String)
    rows = rows.with_columns(pinned=pin).with_columns(detail=pl.col("detail") & pl.col("pinned").is_null())
    return rows.filter((pl.col("known") | pl.col("pinned").is_not_null()) & ~pl.col("record_row").is_in(list(excluded)))


def _claims(sources: pl.DataFrame, assigned: Assigned) -> pl.DataFrame:
    """Every record that has an asset, with its source and its rank among the claims of that asset; without values."""
    placed = sources.drop("file_sha256", "table_name", "role").join(
        assigned.rows, on="record_row", maintain_order="left"
    )
    return with_ranks(placed)


def _assets(claims: pl.DataFrame, records: pl.DataFrame, groups: Sequence[AttributeGroup]) -> pl.DataFrame:
    plain = [name for group in groups for name in group.attributes]
    parts = [survive(group.ranked(claims), records, group.attributes) for group in groups]
    survived = pl.concat([parts[0], *(part.drop("asset_no") for part in parts[1:])], how="horizontal")
    slim = claims.select("asset_no", "detail", "at", first_record_id="record_id", first_row="row_number")
    first = slim.sort("asset_no", "detail", "at", "first_record_id").filter(pl.col("asset_no").is_first_distinct())
    facts = [first.drop("detail", "at", "asset_no"), voted_types(claims).drop("asset_no")]
    assets = pl.concat([survived, *facts], how="horizontal")
    front = ["asset_no", "name", "asset_type", "type_reason", "type_confidence", "first_record_id"]
    rest = [name for name in attribute_columns(records) if name in plain and name != "name"]
    return named(assets).select(*front, *rest)


def _with_form(records: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    """`records`, with what is virtual for the list that it is in said to be so."""
    machine = pl.col("kind") == "virtual_machine"
    virtual = claims.filter(machine & (pl.col("kind_confidence") >= TABLE))["record_row"]
    flag = pl.col("is_virtual") if "is_virtual" in records.columns else pl.lit(None, pl.Boolean)
    listed = pl.int_range(pl.len()).is_in(virtual.implode())
    return records.with_columns(is_virtual=pl.coalesce(flag, pl.when(listed).then(True)))


def _excluded(placed: Placed) -> pl.DataFrame:
    """record_row, rule of the records that people left out."""
    rows = pl.Series("record_row", sorted(placed.excluded), dtype=pl.Int64)
    return rows.to_frame().with_columns(rule=pl.lit("decision"))


def _links(places: pl.DataFrame, claims: pl.DataFrame, said: pl.DataFrame, left_aside: pl.DataFrame) -> pl.DataFrame:
    """`left_aside`: record_row and rule of the excluded records."""
    found = claims.select("record_row", "asset_no", "rule", "score", dispose(claims, said))
    first = pl.col("disposition") == "created"
    found = found.with_columns(
        rule=pl.when(first).then(pl.lit("new")).otherwise("rule"),
        score=pl.when(first).then(pl.lit(1.0)).otherwise("score"),
    )
    aside = left_aside.with_columns(disposition=pl.lit("excluded"), score=pl.lit(1.0))
    links = places.select("record_row", "record_id").join(
        pl.concat([found, aside], how="diagonal"), on="record_row", how="left", maintain_order="left"
    )
    return links.with_columns(
        pl.col("disposition").fill_null("rejected"),
        pl.col("rule").fill_null("no_identity"),
        pl.col("score").fill_null(1.0),
    ).select("record_id", "asset_no", "disposition", "rule", "score")


def _issues(links: pl.DataFrame, assigned: Assigned) -> tuple[Issue, ...]:
    issues: list[Issue] = []
    nameless = links.filter(pl.col("rule") == "no_identity").height
    if nameless:
        message = f"{nameless} records have no name, number or address, so no asset can be made of them."
        hint = "Map a column that identifies each row, or exclude the rows."
        issues.append(Issue("no_identity", message, hint, rule="no_identity"))
    open_records = assigned.undecided["record_row"].n_unique()
    if open_records:
        message = f"{open_records} records may be assets that have their name or address as well; they were kept apart."
        hint = "Look at the review list and say of each whether it is that asset."
        issues.append(Issue("ambiguous_identity", message, hint, rule="name"))
    return tuple(issues)
