"""Columns of ids of another list: the number of an entry is no name of a place, a maker or a department."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from muster.phases.data_cleansing.rule import Cleansed, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy
from muster.vocabulary.table import MappingEntry

ID = re.compile(r".[\s_.-](?i:id)$|.[a-z0-9](?:Id|ID)$")  # location_id, Location ID, locationId; not grid, not id alone
# What other lists have entries for and that is told by a name. Ids of machines and applications are keys of their own.
NAMED = frozenset({
    "location", "region", "datacenter", "rack", "manufacturer", "model", "vendor", "company", "department", "owner",
    "business_owner", "support_group", "assigned_user", "os_name", "environment", "lifecycle_status", "criticality",
    "network_segment", "business_service", "role", "virtualization_platform", "software_name", "software_publisher",
    "database_engine",
})  # fmt: skip
CODE = "id_of_another_list"
HINT = "Import the list that the ids are of joined to this one, or map a column with the names."


def refers(entry: MappingEntry) -> bool:
    """True where a column is headed as ids of entries that this attribute knows by name."""
    return entry.target in NAMED and ID.search(entry.source.strip()) is not None


def without_numbers(rule: Rule) -> Rule:
    """The rule for a column of ids: figures alone are an issue and no value, a name is read as ever."""
    return replace(rule, apply=_refusing(rule.apply), fast=None)


@cache
def _refusing(apply: Callable[[str, Reading], Cleansed]) -> Callable[[str, Reading], Cleansed]:
    def refusing(text: str, reading: Reading) -> Cleansed:
        said = tidy(text)
        if said and said.isdecimal():
            none = int(said) == 0  # 0 is what such columns hold where they refer to nothing
            return Cleansed(None) if none else wrong(CODE, said, "is the id of an entry of another list", HINT)
        return apply(text, reading)

    return refusing
