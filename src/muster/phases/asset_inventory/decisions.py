"""What people decided about the inventory. Decisions name records, never assets, so they outlive every computation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from muster.vocabulary.attributes import attributes

Value = str | int | float | bool | date | datetime | tuple[str, ...] | None

EDIT, EXCLUDE, MERGE, SPLIT = "edit", "exclude", "merge", "split"


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """Where a record is in the bytes it came from; the same in every import of those bytes. row_number: 1 = first."""

    file_sha256: str
    table_name: str
    row_number: int


@dataclass(frozen=True, slots=True)
class InventoryDecision:
    """One decision. `number` orders decisions in time: where two contradict each other the higher number holds.

    edit: `attribute` of the asset that holds the first of `records` is `value`, and stays so.
    exclude: `records` are no part of the inventory.
    merge: `records` and `others` are one asset.
    split: no record of `records` is the same asset as a record of `others`.
    """

    kind: str
    records: tuple[RecordKey, ...]
    others: tuple[RecordKey, ...] = ()
    attribute: str | None = None
    value: Value = None
    number: int = 0


def decision_of(stored: Mapping[str, Any]) -> InventoryDecision | None:
    """A stored decision (id, kind, subject, body) as the inventory reads it; None for decisions about other things.

    subject: {"records": [{"file_sha256", "table_name", "row_number"}], "others": [...]}; body: {"attribute", "value"}.
    """
    if stored["kind"] not in (EDIT, EXCLUDE, MERGE, SPLIT):
        return None
    subject, body = stored["subject"] or {}, stored["body"] or {}
    return InventoryDecision(
        kind=stored["kind"],
        records=_keys(subject.get("records", ())),
        others=_keys(subject.get("others", ())),
        attribute=body.get("attribute"),
        value=_typed(body.get("attribute"), body.get("value")),
        number=int(stored["id"]),
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
