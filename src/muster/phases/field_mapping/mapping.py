"""The approved mapping of a table: what is accepted, how each column is to be read, and its fingerprint."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from muster.phases.field_mapping.reading import comma_of_table, day_order, decimal_comma, order_of_table, year_first
from muster.vocabulary.attributes import Attribute, attributes
from muster.vocabulary.table import ColumnProfile, MappingEntry, Suggestion

_DATES = frozenset({"date", "datetime"})
_NUMBERS = frozenset({"number", "money", "integer"})


def entries(
    suggestions: Sequence[Suggestion],
    columns: Sequence[ColumnProfile],
    minimum_score: float,
    auto_only: bool,
    custom: Sequence[Attribute] = (),
) -> tuple[MappingEntry, ...]:
    """The accepted suggestions in column order, with unit, day order and decimal mark of their columns.

    Suggestions and columns are matched by position. `auto_only` keeps those that need no person. `custom` are the
    client's own attributes. A column whose cells hold several facts gives one entry for each of them.
    """
    profiles = {column.position: column for column in columns}
    known = {**attributes(), **{one.name: one for one in custom}}
    accepted = [
        suggestion
        for suggestion in sorted(suggestions, key=lambda suggestion: suggestion.position)
        if suggestion.target is not None
        and suggestion.score >= minimum_score
        and (suggestion.accept == "auto" or not auto_only)
    ]
    facts = [(suggestion, target, part) for suggestion in accepted for target, part in _facts(suggestion)]

    def columns_of(types: frozenset[str]) -> list[ColumnProfile]:
        found = {one.position for one, target, _ in facts if target in known and known[target].type in types}
        return [profiles[position] for position in sorted(found)]

    order, comma = order_of_table(columns_of(_DATES)), comma_of_table(columns_of(_NUMBERS))
    return tuple(_entry(one, target, part, known, profiles[one.position], order, comma) for one, target, part in facts)


def _facts(suggestion: Suggestion) -> Iterator[tuple[str, str | None]]:
    """The targets of a column, its own first, each with its part of the cell; None is the whole cell."""
    target = suggestion.target or ""
    yield target, dict(suggestion.also).get(target)
    yield from ((other, part) for other, part in suggestion.also if other != target)


def _entry(
    suggestion: Suggestion,
    target: str,
    part: str | None,
    known: Mapping[str, Attribute],
    column: ColumnProfile,
    order: bool | None,
    comma: bool,
) -> MappingEntry:
    told = decimal_comma(column.samples)
    kind = known[target].type if target in known else "string"
    return MappingEntry(
        position=suggestion.position,
        source=suggestion.source,
        target=target,
        score=suggestion.score,
        unit=suggestion.unit if part is None else None,
        day_first=day_order(column, order) if kind in _DATES else None,
        decimal_comma=kind in _NUMBERS and (comma if told is None else told),
        part=part,
        year_first=year_first(column.samples) if kind in _DATES else None,
    )


def mapping_sha256(flow_id: str, version: int, entries: Iterable[MappingEntry]) -> str:
    """SHA-256 (hex) over the canonical JSON of a mapping; the order in which entries are given does not matter."""
    rows = sorted((_stated(entry) for entry in entries), key=lambda row: (row["position"], row["target"]))
    mapping = {"entries": rows, "flow_id": flow_id, "version": version}
    text = json.dumps(mapping, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _stated(entry: MappingEntry) -> dict[str, object]:
    """The entry as it is fingerprinted: what came to mappings later counts only where it is used."""
    later = ("part", "year_first")
    return {name: value for name, value in asdict(entry).items() if name not in later or value is not None}
