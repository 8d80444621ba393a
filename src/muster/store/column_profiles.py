"""How the profile of a column is kept as JSON: without what is empty, and without the sketch once it has served."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from muster.vocabulary.table import ColumnProfile

_ALWAYS = ("position", "source", "records", "filled", "samples")


def as_json(column: ColumnProfile, *, complete: bool = False) -> dict[str, Any]:
    """What is kept of a profile; `complete` says that nothing will be merged with it any more."""
    kept = {field.name: getattr(column, field.name) for field in fields(ColumnProfile)}
    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in kept.items()
        if name in _ALWAYS or (value and not (complete and name == "sketch"))
    }


def of_json(entry: Mapping[str, Any]) -> ColumnProfile:
    """The profile that kept JSON tells of."""
    read = dict(entry)
    for name in ("samples", "personal", "sketch"):
        read[name] = tuple(read.get(name, ()))
    read["lengths"] = {int(length): count for length, count in read.get("lengths", {}).items()}
    read["extremes"] = {kind: (least, greatest) for kind, (least, greatest) in read.get("extremes", {}).items()}
    return ColumnProfile(**read)
