"""The profile of a table: its columns and its records, block by block and put together; and the traps seen in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from muster.phases.data_import import traps
from muster.phases.data_import.format import Block
from muster.phases.data_import.profiles.column_profile import merge_profiles, profile, profile_block
from muster.phases.data_import.profiles.record_profile import (
    RecordProfile,
    merge_records,
    profile_records,
    records_as_json,
    records_of_json,
)
from muster.phases.data_import.profiles.trap import Seen, Trap
from muster.store.column_profiles import as_json, of_json
from muster.vocabulary import catalogue
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import ColumnProfile, Table


@dataclass(frozen=True, slots=True)
class TableProfile:
    """What a table, or some blocks of it, hold."""

    columns: tuple[ColumnProfile, ...]
    records: RecordProfile


def nothing(columns: Sequence[str]) -> TableProfile:
    """The profile of a table without records."""
    return TableProfile(profile((), columns), RecordProfile())


def of_block(block: Block, columns: Sequence[str]) -> TableProfile:
    """The profile of one block."""
    return TableProfile(profile_block(block.frame, columns), profile_records(block, columns))


def merged(parts: Sequence[TableProfile]) -> TableProfile:
    """The profile of at least one part, in file order. Associative, as its parts are."""
    return TableProfile(
        merge_profiles([part.columns for part in parts]), merge_records([part.records for part in parts])
    )


def block_as_json(found: TableProfile) -> dict[str, Any]:
    """What is kept of a block's profile until all blocks are in."""
    return {"columns": [as_json(column) for column in found.columns], "records": records_as_json(found.records)}


def block_of_json(kept: Mapping[str, Any]) -> TableProfile:
    """The profile that kept JSON tells of."""
    return TableProfile(tuple(of_json(entry) for entry in kept["columns"]), records_of_json(kept["records"]))


@cache
def known_traps() -> dict[str, Trap]:
    """Every trap by name."""
    return catalogue.load(traps, "TRAP", Trap)


def warnings(table: Table, found: TableProfile) -> tuple[Issue, ...]:
    """What every trap has to say of a table that was read to its end."""
    seen = Seen(table, found.columns, found.records)
    return tuple(issue for trap in known_traps().values() for issue in trap.detect(seen)) if seen.height else ()
