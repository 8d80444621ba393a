"""Columns whose header may name machines or say where they are, Host or Node: the values decide."""

from collections.abc import Sequence

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole

ADDRESSES = ("ip", "address_and_port")
MOST = 0.8
NAMES = frozenset({"name", "hostname", "fqdn", "application_name"})
REASON = "a word for a machine, with its addresses for values"


def by_addresses(columns: Sequence[Column], choices: Sequence[Candidates]) -> list[Candidates]:
    """The columns that would name the machines of a list, and hold their addresses, hold addresses."""
    return [
        _addressed(column, choice) if _is_addressed(column, choice) else choice
        for column, choice in zip(columns, choices, strict=True)
    ]


def _is_addressed(column: Column, choice: Candidates) -> bool:
    lists = RECORD_KINDS.get(column.context.kind) is RecordRole.ASSET and not column.context.joins
    if not lists or column.values.share(ADDRESSES) < MOST or column.header.source in column.context.ends:
        return False
    if choice.best is None or choice.best.values_only:
        return column.header.phrase in words().machines
    return choice.best.target in NAMES or column.header.phrase in words().interfaces


def _addressed(column: Column, choice: Candidates) -> Candidates:
    told = Evidence("ip_address", 0.95, REASON, likely=True)
    others = tuple(other for other in choice.others if other.target not in NAMES | {"ip_address"})
    return Candidates(told, others, agreement("ip_address", column.values))
