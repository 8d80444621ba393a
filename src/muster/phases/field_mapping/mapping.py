"""The approved mapping of a table: what is accepted, how each column is to be read, and its fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from muster.phases.field_mapping.reading import day_first, decimal_comma
from muster.vocabulary.attributes import attributes
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion

_DATES = frozenset({"date", "datetime"})
_NUMBERS = frozenset({"number", "money", "integer"})


def entries(
    suggestions: Sequence[Suggestion], columns: Sequence[ColumnProfile], minimum_score: float, auto_only: bool
) -> tuple[MappingEntry, ...]:
    """The accepted suggestions in column order, with unit, day order and decimal mark of their columns.

    Suggestions and columns are matched by position. `auto_only` keeps those that need no person.
    """
    profiles = {column.position: column for column in columns}
    accepted = [
        suggestion
        for suggestion in sorted(suggestions, key=lambda suggestion: suggestion.position)
        if suggestion.target is not None
        and suggestion.score >= minimum_score
        and (suggestion.accept == "auto" or not auto_only)
    ]
    return tuple(_entry(suggestion, profiles[suggestion.position]) for suggestion in accepted)


def _entry(suggestion: Suggestion, column: ColumnProfile) -> MappingEntry:
    target = suggestion.target or ""
    kind = attributes()[target].type if target in attributes() else "string"
    return MappingEntry(
        position=suggestion.position,
        source=suggestion.source,
        target=target,
        score=suggestion.score,
        unit=suggestion.unit,
        day_first=day_first(column.samples) if kind in _DATES else None,
        decimal_comma=kind in _NUMBERS and decimal_comma(column.samples),
    )


def mapping_sha256(flow_id: str, version: int, entries: Iterable[MappingEntry]) -> str:
    """SHA-256 (hex) over the canonical JSON of a mapping; the order in which entries are given does not matter."""
    rows = sorted((_stated(entry) for entry in entries), key=lambda row: (row["position"], row["target"]))
    mapping = {"entries": rows, "flow_id": flow_id, "version": version}
    text = json.dumps(mapping, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _stated(entry: MappingEntry) -> dict[str, object]:
    """The entry as it is fingerprinted: what came to mappings later counts only where it is used."""
    return {name: value for name, value in asdict(entry).items() if name != "part" or value is not None}
