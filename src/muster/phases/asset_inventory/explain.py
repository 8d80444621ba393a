"""Why a cell of an asset says what it says: the winning claim, the losing ones, and the reason for each."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from muster.phases.asset_inventory.choices import Meant, attribute_groups, with_choices
from muster.phases.asset_inventory.conditions import meeting
from muster.phases.asset_inventory.decisions import (
    EDIT,
    KINDS,
    UNLOCK,
    InventoryDecision,
    in_order,
    keys_of,
    meant_by,
    named_rows,
)
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, with_precedence
from muster.phases.asset_inventory.survivorship import (
    CRITERIA,
    EARLIEST,
    GRADED,
    LATEST,
    PART_OWN,
    VAGUE,
    as_told_in_full,
    attribute_columns,
    completeness,
    still_said,
    with_ranks,
)
from muster.vocabulary.kinds import RecordRole

SAYS_LITTLE = "another record of the same rank says more of its state"
UNION = "all values of all sources are kept"
LESS_FULL = "another record of the same rank says the same and more"
REPLACED = "a newer export of the same source says otherwise"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one record says. `reason` says why it won or lost."""

    record_id: int
    file_sha256: str
    table_name: str
    row_number: int
    source: str
    value: object
    won: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The value of an asset's attribute, the decision that locked it if any, and every claim, winners first."""

    attribute: str
    value: object
    locked_by: InventoryDecision | None
    claims: tuple[Claim, ...]


def explain(
    records: pl.DataFrame,
    tables: pl.DataFrame,
    attribute: str,
    decisions: Sequence[InventoryDecision] = (),
    rules: Rules = AS_THEY_COME,
) -> Explanation:
    """Replay one cell. `records`: all records of one asset, as `inventory` reads them, with every attribute column that
    the engagement's records have (completeness counts them); `tables` likewise; of `decisions` those count that mean
    one of these records.
    """
    sources = _sources(records, tables)
    named = named_rows(keys_of(decisions, *KINDS), sources)
    met = {made: meeting(made.where, records, sources) for made in decisions if made.where}
    meant = {made: rows for made, rows in meant_by(decisions, named, met).items() if rows}
    stated = _stated(records, sources, attribute, meant, rules)
    rows = _fullest_first(stated, attribute)
    value = _value(rows, attribute)
    edit = _edit(meant, attribute)
    claims = tuple(_claim(row, rows, attribute, edit is not None) for row in rows)
    ordered = tuple(sorted(claims, key=lambda claim: not claim.won))
    return Explanation(attribute, value if edit is None else edit.value, edit, ordered)


def _sources(records: pl.DataFrame, tables: pl.DataFrame) -> pl.DataFrame:
    """The records with where they come from, in their order."""
    known = tables.with_columns(detail=pl.col("role") == RecordRole.DETAIL.value)
    rows = records.with_columns(record_row=pl.int_range(pl.len(), dtype=pl.Int64))
    return rows.join(known, on="table_ref", how="left", maintain_order="left")


def _stated(records: pl.DataFrame, sources: pl.DataFrame, attribute: str, meant: Meant, rules: Rules) -> pl.DataFrame:
    """The records that say something of the attribute, strongest first."""
    columns = attribute_columns(records)
    counted = sources.with_columns(completeness(records, columns))
    general = with_ranks(with_choices(with_precedence(counted, rules.general_precedence()), meant))
    group = next(group for group in reversed(attribute_groups([attribute], meant, rules)) if group.attributes)
    ranked = group.ranked(general).with_columns(value=pl.col(attribute))
    filled = pl.col("value").is_not_null()
    if isinstance(records.schema[attribute], pl.List):
        filled = filled & (pl.col("value").list.len() > 0)
    parts = [kind for kind, own in PART_OWN.items() if attribute in own]
    stated = ranked.filter(filled).with_columns(part=pl.col("record_kind").is_in(parts)).with_columns(said=still_said())
    plain = attribute not in EARLIEST + LATEST and not isinstance(records.schema[attribute], pl.List)
    by_value = ["value"] if plain else []
    place = ["file_sha256", "table_name", "row_number"]
    vague = (pl.col("value") == VAGUE[attribute]) if attribute in VAGUE else pl.lit(False)
    order = ["part", "level", "vague", "rank", *by_value, *place, "record_id"]
    kept = ["record_id", *place, "source", "value", "rank", "level", "vague", "part", "said", *CRITERIA]
    return stated.with_columns(vague=vague).sort(order).select(list(dict.fromkeys(kept)))


def _fullest_first(stated: pl.DataFrame, attribute: str) -> list[dict[str, object]]:
    """The claims, first the one whose value says the same as the strongest and more, if any does."""
    own = stated.filter(~pl.col("part")).with_columns(asset_no=pl.lit(0))
    if attribute not in GRADED or not own.height:
        return stated.to_dicts()
    full = as_told_in_full(own.head(1).select("asset_no", "value"), own, "value")["value"].item()
    return sorted(stated.to_dicts(), key=lambda row: (row["part"], row["value"] != full))


def _value(rows: Sequence[dict[str, object]], attribute: str) -> object:
    said = [row["value"] for row in rows if not row["part"]]
    if not said:
        return None
    if isinstance(said[0], list):
        lists = [row["value"] for row in rows if row["said"] and not row["part"]]
        return sorted({str(member) for value in lists if isinstance(value, list) for member in value})
    if attribute in EARLIEST:
        return min(said, key=str)
    return max(said, key=str) if attribute in LATEST else said[0]


def _edit(meant: Meant, attribute: str) -> InventoryDecision | None:
    """The newest edit of the attribute, unless it was unlocked since."""
    about = [made for made in in_order(meant) if made.kind in (EDIT, UNLOCK) and made.attribute == attribute]
    return about[-1] if about and about[-1].kind == EDIT else None


def _claim(row: dict[str, object], rows: Sequence[dict[str, object]], attribute: str, locked: bool) -> Claim:
    best = rows[0]
    won, reason = _verdict(row, best, attribute, _value(rows, attribute))
    if locked:
        won, reason = False, "a person locked another value"
    record_id, row_number = row["record_id"], row["row_number"]
    assert isinstance(record_id, int) and isinstance(row_number, int)
    texts = [str(row[name]) for name in ("file_sha256", "table_name", "source")]
    return Claim(record_id, texts[0], texts[1], row_number, texts[2], row["value"], won, reason)


def _verdict_of_list(row: dict[str, object], best: dict[str, object], value: object) -> tuple[bool, str]:
    if row["said"]:
        return True, UNION
    own, all_said = row["value"], value
    assert isinstance(own, list) and isinstance(all_said, list)
    if {str(member) for member in own} <= set(all_said):
        return True, "it says the same"
    return False, CRITERIA["choice"] if row["choice"] != best["choice"] else REPLACED


def _verdict(row: dict[str, object], best: dict[str, object], attribute: str, value: object) -> tuple[bool, str]:
    if row["part"]:
        return False, "a row about a part says this of the part alone"
    if isinstance(row["value"], list):
        return _verdict_of_list(row, best, value)
    if row["value"] == value:
        return True, "the strongest claim" if row is best else "it says the same"
    if attribute in EARLIEST:
        return False, "another record was seen earlier"
    if attribute in LATEST:
        return False, "another record was seen later"
    if attribute in GRADED and row["level"] == best["level"] and str(value).startswith(str(row["value"])):
        return False, LESS_FULL
    if row["vague"] != best["vague"] and row["level"] == best["level"]:
        return False, SAYS_LITTLE
    lost_by = (why for name, why in CRITERIA.items() if row[name] != best[name])
    return False, next(lost_by, "of equal claims the smaller value holds")
