"""Which facts that a migration needs the files of an engagement give, and for what share of their records."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from muster.store.imports import TableRow
from muster.vocabulary.kinds import RECORD_KINDS, AssetType, RecordRole
from muster.vocabulary.table import ColumnProfile, MappingEntry

MACHINES = frozenset({AssetType.SERVER, AssetType.VIRTUAL_MACHINE, AssetType.HYPERVISOR, AssetType.CLOUD_RESOURCE})


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that migration tools ask for. `level`: mandatory or recommended; `about`: machines, or any asset.

    `targets` are the attributes that tell it, `wanted_by` says whose import file demands or takes it.
    """

    fact: str
    level: str
    about: str
    targets: tuple[str, ...]
    wanted_by: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """One table of an import with what is accepted of its mapping."""

    file: str
    table: TableRow
    entries: Sequence[MappingEntry]
    profiles: Sequence[ColumnProfile]


@cache
def facts() -> tuple[Fact, ...]:
    """The facts, most needed first."""
    text = resources.files("muster.phases.field_mapping").joinpath("coverage.json").read_text(encoding="utf-8")
    return tuple(Fact(**{**entry, "targets": tuple(entry["targets"])}) for entry in json.loads(text)["facts"])


def filled_share(profile: ColumnProfile) -> float:
    """The share (0..1) of a column's records that say something: neither blank nor a word for no value."""
    if not profile.records:
        return 0.0
    return max(0, profile.filled - sum(profile.null_words.values())) / profile.records


def coverage(tables: Sequence[Mapped]) -> list[dict[str, Any]]:
    """Every fact: the columns that tell it, and the share (0..1) of the asset records it is told of.

    Of several columns for one fact the fullest counts, so that the share is a lower bound. Tables whose rows are no
    assets count neither way.
    """
    return [_covered(fact, tables) for fact in facts()]


def _covered(fact: Fact, tables: Sequence[Mapped]) -> dict[str, Any]:
    asked = [one for one in tables if _asked(fact, one.table.record_kind)]
    places, told = [], 0.0
    for one in asked:
        found = _places(fact, one)
        places += found
        told += max((place["filled"] for place in found), default=0.0) * (one.table.records or 0)
    records = sum(one.table.records or 0 for one in asked)
    return {
        "fact": fact.fact,
        "level": fact.level,
        "mapped": bool(places),
        "covered": round(told / records, 4) if records else 0.0,
        "records": records,
        "columns": places,
        "targets": list(fact.targets),
        "wanted_by": fact.wanted_by,
    }


def _asked(fact: Fact, record_kind: str) -> bool:
    if RECORD_KINDS.get(record_kind) is not RecordRole.ASSET:
        return False
    return fact.about == "assets" or record_kind in {*MACHINES, AssetType.OTHER}


def _places(fact: Fact, one: Mapped) -> list[dict[str, Any]]:
    profiles = {profile.position: profile for profile in one.profiles}
    return [
        {
            "file": one.file,
            "table": one.table.name,
            "source": entry.source,
            "target": entry.target,
            "filled": round(filled_share(profiles[entry.position]), 4),
        }
        for entry in one.entries
        if entry.target in fact.targets and entry.position in profiles
    ]
