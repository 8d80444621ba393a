"""What a client's people said about columns before, found again for the columns of another file."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from muster.phases.field_mapping.header import normalise_header
from muster.store.mapping_memory import Learned
from muster.vocabulary.table import Remembered

EXACT = "the same export"
PATTERN = "the same header in such a table"
HEADER = "the same header"


def fingerprint(columns: Sequence[str], record_kind: str) -> str:
    """SHA-256 (hex) of a known export: its sorted normalised headers and its record kind; their order is nothing."""
    known = [sorted(normalise_header(column) for column in columns), record_kind]
    return hashlib.sha256(json.dumps(known, ensure_ascii=True).encode("ascii")).hexdigest()


def recall(
    learned: Sequence[Learned],
    columns: Sequence[str],
    record_kind: str,
    engagement_id: int,
    targets: Collection[str],
) -> dict[str, Remembered]:
    """What counts for each normalised header: the newest choice made about this very export, else about such a header
    in a table of this kind, else about the header alone where all choices agree. An engagement's own choices go before
    those of the client's others. Choices of targets that are not among `targets` any more are passed over.
    """
    export = fingerprint(columns, record_kind)
    usable: dict[str, list[Learned]] = defaultdict(list)
    for one in sorted(learned, key=lambda one: one.id):
        if one.target is None or one.target in targets:
            usable[one.header].append(one)
    found: dict[str, Remembered] = {}
    for header in sorted({normalise_header(column) for column in columns} & usable.keys()):
        chosen = _chosen(usable[header], export, record_kind, engagement_id)
        if chosen is not None:
            found[header] = chosen
    return found


def _chosen(about: Sequence[Learned], export: str, record_kind: str, engagement_id: int) -> Remembered | None:
    exact = [one for one in about if one.fingerprint == export]
    alike = [one for one in about if one.record_kind == record_kind]
    for how, group in ((EXACT, exact), (PATTERN, alike)):
        if group:
            return _remembered(max(group, key=lambda one: (one.engagement_id == engagement_id, one.id)), how)
    own = [one for one in about if one.engagement_id == engagement_id]
    for group in (own, list(about)):
        newest_of_kind = {one.record_kind: one for one in group}
        if len({one.target for one in newest_of_kind.values()}) == 1:
            return _remembered(group[-1], HEADER)
    return None


def _remembered(one: Learned, how: str) -> Remembered:
    """The unit of one export says nothing of another's, unless the person named it."""
    where = f"{one.filename} of {one.engagement_name}"
    unit = one.unit if how == EXACT or one.unit_given else None
    return Remembered(one.target, unit, f"{one.choice} by {one.author} on {one.made_at:%Y-%m-%d} in {where}, {how}")


Row = dict[str, str | bool | None]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a person confirmed of one column: its target (None: refused) and unit; `unit_given`: the person named it."""

    source: str
    choice: str
    target: str | None
    unit: str | None
    unit_given: bool = False


def rows_of(confirmed: Sequence[Confirmed], table_name: str, columns: Sequence[str], record_kind: str) -> list[Row]:
    """What was confirmed of a table's columns, as the client's memory keeps it."""
    export = fingerprint(columns, record_kind)
    return [
        {
            "table_name": table_name,
            "fingerprint": export,
            "record_kind": record_kind,
            "header": normalise_header(one.source),
            "source": one.source,
            "choice": one.choice,
            "target": one.target,
            "unit": one.unit,
            "unit_given": one.unit_given,
        }
        for one in confirmed
    ]


def news(rows: Sequence[Row], learned: Sequence[Learned], engagement_id: int) -> list[Row]:
    """The rows that do not repeat this engagement's newest choice about the same column of the same export."""
    newest = {
        (one.fingerprint, one.header): (one.target, one.unit, one.unit_given)
        for one in sorted(learned, key=lambda one: one.id)
        if one.engagement_id == engagement_id
    }
    return [row for row in rows if newest.get((str(row["fingerprint"]), str(row["header"]))) != _said(row)]


def _said(row: Row) -> tuple[str | bool | None, ...]:
    return row["target"], row["unit"], row["unit_given"]
