"""What people decided about the inventory. Decisions name records, never assets, so they outlive every computation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from muster.phases.asset_inventory.conditions import Condition, conditions_of
from muster.vocabulary.attributes import attributes

Value = str | int | float | bool | date | datetime | tuple[str, ...] | None

EDIT, EXCLUDE, MERGE, SPLIT = "edit", "exclude", "merge", "split"
UNLOCK, INCLUDE, PREFER = "unlock", "include", "prefer"
KINDS = (EDIT, UNLOCK, EXCLUDE, INCLUDE, MERGE, SPLIT, PREFER)
KEEP, REPLACE = "keep", "replace"


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Where a record is in the bytes it came from; the same in every import of those bytes. row_number: 1 = first."""

    file_sha256: str
    table_name: str
    row_number: int


@dataclass(frozen=True, slots=True)
class InventoryDecision:
    """One decision. `number` orders decisions in time: where two contradict each other the higher number holds.

    edit: `attribute` of the asset that holds the first of `records` is `value`, and stays so; unlock takes that back.
    exclude: `records` are no part of the inventory; include: they are, whatever was decided before.
    merge: `records` and `others` are one asset.
    split: no record of `records` is the same asset as a record of `others`.
    prefer: what `records` say of `attributes` (none named: of all) holds against all other claims where `value` is
    'replace', and against none where it is 'keep'.
    `where` means every record that meets the conditions, now and later, besides those that are named.
    """

    kind: str
    records: tuple[RecordKey, ...]
    others: tuple[RecordKey, ...] = ()
    attribute: str | None = None
    value: Value = None
    number: int = 0
    attributes: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()


def decision_of(stored: Mapping[str, Any]) -> InventoryDecision | None:
    """A stored decision (id, kind, subject, body) as the inventory reads it; None for decisions about other things.

    subject: {"records": [{"file_sha256", "table_name", "row_number"}], "others": [...], "where": [{"name", "sign",
    "text"}]}; body: {"attribute", "value", "attributes"}.
    """
    if stored["kind"] not in KINDS:
        return None
    subject, body = stored["subject"] or {}, stored["body"] or {}
    return InventoryDecision(
        kind=stored["kind"],
        records=_keys(subject.get("records", ())),
        others=_keys(subject.get("others", ())),
        attribute=body.get("attribute"),
        value=_typed(body.get("attribute"), body.get("value")),
        number=int(stored["id"]),
        attributes=tuple(body.get("attributes") or ()),
        where=conditions_of(subject.get("where") or ()),
    )


def _typed(attribute: str | None, value: Any) -> Value:
    """JSON has no dates and no tuples; the catalogue says which values are."""
    kind = attributes()[attribute].type if attribute in attributes() else ""
    if isinstance(value, list):
        return tuple(value)
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if kind == "datetime" and isinstance(value, str) else value


def _keys(places: Iterable[Mapping[str, Any]]) -> tuple[RecordKey, ...]:
    return tuple(RecordKey(place["file_sha256"], place["table_name"], int(place["row_number"])) for place in places)


def in_order(decisions: Iterable[InventoryDecision]) -> list[InventoryDecision]:
    """Oldest first; decisions of one number by content, so that the order they came in never matters."""
    return sorted(decisions, key=lambda made: (made.number, made.kind, made.records, made.others, repr(made)))


def named_rows(keys: Iterable[RecordKey], places: pl.DataFrame) -> dict[RecordKey, list[int]]:
    """The rows of `places` (record_row, file_sha256, table_name, row_number) that each key names; no entry for none."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    frame = pl.DataFrame(
        {
            "file_sha256": [key.file_sha256 for key in wanted],
            "table_name": [key.table_name for key in wanted],
            "row_number": pl.Series([key.row_number for key in wanted], dtype=pl.Int64),
            "wanted": range(len(wanted)),
        }
    )
    found = frame.join(places, on=["file_sha256", "table_name", "row_number"]).sort("wanted", "record_row")
    rows: dict[RecordKey, list[int]] = {}
    for place, row in zip(found["wanted"].to_list(), found["record_row"].to_list(), strict=True):
        rows.setdefault(wanted[place], []).append(row)
    return rows


def keys_of(decisions: Sequence[InventoryDecision], *kinds: str) -> set[RecordKey]:
    """Every record that decisions of these kinds name."""
    return {key for made in decisions if made.kind in kinds for key in (*made.records, *made.others)}


def meant_by(
    decisions: Iterable[InventoryDecision],
    named: Mapping[RecordKey, Sequence[int]],
    met: Mapping["InventoryDecision", Sequence[int]],
) -> dict[InventoryDecision, list[int]]:
    """The rows that each decision about records means: those it names, and those that meet `where` (`met`)."""
    found = {}
    for made in decisions:
        if made.kind in (MERGE, SPLIT):
            continue
        keys = made.records[:1] if made.kind in (EDIT, UNLOCK) else made.records
        rows = {row for key in keys for row in named.get(key, ())}
        found[made] = sorted(rows.union(met.get(made, ())))
    return found


def left_out(decisions: Iterable[InventoryDecision], meant: Mapping[InventoryDecision, Sequence[int]]) -> set[int]:
    """The rows that are no part of the inventory: of excluding and including one row the newer holds."""
    out: set[int] = set()
    for made in in_order(decisions):
        if made.kind == EXCLUDE:
            out.update(meant[made])
        elif made.kind == INCLUDE:
            out.difference_update(meant[made])
    return out
