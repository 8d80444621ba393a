"""Columns of addresses: those under a word for machines, Host or Node, and those that many machines share."""

from collections.abc import Mapping, Sequence

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.table import ColumnProfile

ADDRESSES = ("ip", "address_and_port")
MOST = 0.8
SHARED = 1.5  # records for each address, where it is not the record's own
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


def without_shared(
    profiles: Sequence[ColumnProfile], choices: Sequence[Candidates], decided: Mapping[int, str | None]
) -> list[Candidates]:
    """The choices without columns of few addresses beside one of many: those of networks, gateways, or what lists."""
    claims = [
        place for place, choice in enumerate(choices)
        if decided.get(place, choice.best.target if choice.best else None) == "ip_address"
    ]  # fmt: skip
    most = max((profiles[place].distinct for place in claims), default=0)
    shared = {
        place
        for place in claims
        if 2 * profiles[place].distinct < most and profiles[place].filled > SHARED * profiles[place].distinct
    } - decided.keys()
    return [Candidates(None, (), 0.0) if place in shared else choice for place, choice in enumerate(choices)]
