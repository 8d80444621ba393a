"""When the mapping of an import is complete: what must be mapped, how sure a suggestion must be, and who must agree."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import UsageError
from muster.vocabulary.issue import Issue
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.table import MappingEntry

ANY = "*"
# What the inventory can call an asset by: without one of these no row of a table becomes an asset.
NAMING = (
    "name", "hostname", "fqdn", "application_name", "database_name", "database_instance", "software_name", "ip_address",
    "asset_tag", "serial_number", "source_id", "uuid",
)  # fmt: skip
DEFAULT_REQUIRED: Mapping[str, tuple[str, ...]] = {RecordRole.ASSET.value: ("|".join(NAMING),)}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What an import's mapping must meet. `required`: record kind, or role of kinds, or '*', to the targets that a
    table of that kind must have; 'name|hostname' is met by either. `minimum_score` is 0..1. `human_approval`: a person
    must have agreed, however sure the suggestions are. `sure_only`: of a table that no person approved, only the
    columns that need nobody's look are taken (accept: auto), whatever their score.
    """

    required: Mapping[str, tuple[str, ...]]
    minimum_score: float
    human_approval: bool = False
    sure_only: bool = False


@dataclass(frozen=True, slots=True)
class Unmet:
    """One required target that no accepted column of a table has."""

    table_no: int
    table: str
    record_kind: str
    target: str

    def __str__(self) -> str:
        choice = self.target.split("|")
        wanted = (
            choice[0] if len(choice) == 1 else f"{choice[0]} (or {', '.join(choice[1:4])}{' ...' * (len(choice) > 4)})"
        )
        return f"{wanted} is missing in {self.table} ({self.record_kind})"


def criteria_of(configuration: Mapping[str, Any], default_score: float) -> Criteria:
    """The criteria that a flow was begun with; those of the product where it names none."""
    said = configuration.get("criteria") or {}
    required = said.get("required") or {}
    return Criteria(
        {**DEFAULT_REQUIRED, **{kind: tuple(targets) for kind, targets in required.items()}},
        said.get("minimum_score", default_score),
        said.get("human_approval", False),
        said.get("sure_only", False),
    )


def required_of(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """'environment' or 'server:environment' or 'server:cpu_cores|cpu_sockets', several times, as criteria have it.

    A word without a kind counts for every table whose rows are assets, beside what names an asset. Raises UsageError.
    """
    found: dict[str, tuple[str, ...]] = {}
    for word in words:
        kind, colon, target = word.rpartition(":")
        key = kind if colon else RecordRole.ASSET.value
        _refuse_unknown(key, target)
        found[key] = (*found.get(key, DEFAULT_REQUIRED.get(key, ())), target)
    return found


def _refuse_unknown(kind: str, target: str) -> None:
    kinds = {ANY, *RECORD_KINDS, *(role.value for role in RecordRole)}
    if kind not in kinds:
        raise UsageError(f"{kind!r} is no record kind; the kinds are {', '.join(sorted(kinds))}.")
    for name in target.split("|"):
        if name not in attributes() and not name.startswith("custom."):
            raise UsageError(no_attribute(name, attributes()))


def no_attribute(name: str, known: Iterable[str]) -> str:
    """What to say of a name that is no attribute: the names that are spelled most like it."""
    near = difflib.get_close_matches(name.lower().replace(" ", "_"), list(known), n=3, cutoff=0.5)
    return f"{name!r} is no attribute." + (f" Did you mean {', '.join(near)}?" if near else "")


def unmet(
    table_no: int, table: str, record_kind: str, entries: Sequence[MappingEntry], criteria: Criteria
) -> tuple[Unmet, ...]:
    """The required targets that a table's accepted mapping does not have, in the order of the criteria."""
    mapped = {entry.target for entry in entries}
    role = RECORD_KINDS.get(record_kind, RecordRole.ASSET)
    wanted = [target for key in (ANY, role.value, record_kind) for target in criteria.required.get(key, ())]
    missing = [target for target in dict.fromkeys(wanted) if mapped.isdisjoint(target.split("|"))]
    return tuple(Unmet(table_no, table, record_kind, target) for target in missing)


def reason_to_wait(found: Sequence[Unmet], asked: bool) -> str:
    """Why a mapping waits, naming each criterion that is not met."""
    told = [str(one) for one in found] + (["a person has to approve it"] if asked else [])
    return "The mapping waits: " + "; ".join(told) + "."


def as_issues(found: Sequence[Unmet]) -> tuple[Issue, ...]:
    """What is missing of a mapping that nobody was asked about, as remarks on the table."""
    return tuple(
        Issue(
            code="required_target_missing",
            message=f"{str(one)[0].upper()}{str(one)[1:]}.",
            hint="Name the column with muster mapping set; the inventory follows at once.",
            rule="criteria",
        )
        for one in found
    )
