"""The word lists of field mapping, read once from the JSON files beside this module."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Words:
    """How header words are read: the lists of words.json, each with what it is for."""

    abbreviations: Mapping[str, str]  # token -> word it stands for
    phrases: Mapping[str, str]  # two words that are one
    counts: Mapping[str, str]  # countable thing -> attribute that counts it
    when_taken: Mapping[str, str]  # target of an ambiguous word -> its target beside a clear column of the first
    prefixes: Mapping[str, str]  # table prefixes of joined views -> the thing they stand for
    numbered: frozenset[str]  # things whose running number is often written to them: disk1
    fillers: frozenset[str]  # words that say nothing
    entities: frozenset[str]  # things that own facts: 'server environment' is an environment
    suffixes: frozenset[str]  # 'location name' is a location
    bare: frozenset[str]  # too general to be recognised inside a longer header
    blockers: frozenset[str]  # left over in a header, they make it another thing: 'memory reservation' is no memory
    source_words: frozenset[str]
    target_words: frozenset[str]
    sides: tuple[tuple[str, str, bool], ...]  # words for the near and the far end of a link, and are they weak
    far_words: frozenset[str]  # words for the far end where the near one has none: 'node' and 'peer node'
    joined_things: frozenset[str]  # further things that links join
    references: frozenset[str]  # what follows a source or target word where it points to a thing
    many: frozenset[str]  # attributes that several columns of one table feed all the time
    vm_names: frozenset[str]  # a column of this name makes the table one of virtual machines
    loose_when_bare: frozenset[str]  # exceptions to `bare` after an entity
    loose_as_head: frozenset[str]  # exceptions to `bare` before a dropped suffix
    loose_in_path: frozenset[str]  # exceptions to `bare` at the end of a path in a nested record
    loose_in_part: frozenset[str]  # exceptions to `bare` at the end of a longer header
    never_part: frozenset[str]  # attributes that a part of a header never decides
    leading: frozenset[str]  # words that decide at the start of a header: 'backup ...'
    null_words: frozenset[str]  # values that stand for no value
    tag_or_key: frozenset[str]  # keys of a record or tags on the thing: clear only beside a column of tags
    asked: frozenset[str]  # counts of CPUs that are cores or sockets: clear only in a table of virtual machines
    wrappers: frozenset[str]  # the outer levels of nested records that say nothing: 'content.', 'attributes.'
    of_parts: frozenset[str]  # attributes that the members of a list inside a record may tell of the record
    machines: frozenset[str]  # headers that name machines or say their addresses, whatever table they stand in
    interfaces: frozenset[str]  # parts of machines, and with addresses for values where the machines are
    of_rows: frozenset[str]  # beside uuid: what a tool keeps of a machine, which is not its hardware
    of_hardware: frozenset[str]  # beside uuid: what the firmware says
    keys: frozenset[str]  # the last step of a path that only points to another record
    passwords: frozenset[str]  # headers of columns of passwords
    sign_in: frozenset[str]  # words for who signs in, which beside a password is an account and nobody's device
    labels: frozenset[str]  # words that head a column of names where no other column has any


@cache
def read_data(name: str) -> Any:
    """One JSON file of this folder."""
    return json.loads(resources.files("muster.phases.field_mapping").joinpath(name).read_text(encoding="utf-8"))


@cache
def words() -> Words:
    """The word lists of words.json."""
    data = read_data("words.json")
    found: dict[str, Any] = {}
    for field in fields(Words):
        entry = data[field.name]
        found[field.name] = _frozen(field.name, entry)
    return Words(**found)


def _frozen(name: str, entry: Any) -> Any:
    if name == "sides":
        return tuple((near, far, weak) for near, far, weak in entry)
    return frozenset(entry) if isinstance(entry, list) else entry
