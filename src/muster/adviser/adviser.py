"""What an adviser is: somebody outside who is asked what columns mean, and whose answer a person may follow or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AskedColumn:
    """What an adviser is told of a column. `forms` says how many values have which form; `masked` are a few values with
    every letter and digit replaced, none unless that was allowed; `suggested` are the targets thought of so far.
    """

    position: int
    header: str
    filled_share: float
    forms: Mapping[str, int]
    masked: tuple[str, ...]
    suggested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedTable:
    """The columns of one table that are still open."""

    name: str
    record_kind: str
    columns: tuple[AskedColumn, ...]


@dataclass(frozen=True, slots=True)
class AdvisedColumn:
    """What the adviser takes a column for, and why; `target` None: it should stay unmapped."""

    position: int
    target: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Advice:
    """An adviser's answer: a target for some columns, at most one question to the person, and why more did not come."""

    columns: tuple[AdvisedColumn, ...] = ()
    question: str | None = None
    silence: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an adviser's model is and what one call may cost: seconds, requests and tokens."""

    url: str
    model: str
    key: str
    seconds: float
    requests: int
    tokens: int


class Adviser(Protocol):
    """Answers or stays silent; it never raises for what the other side does, and it writes nothing anywhere."""

    async def advise(self, table: AskedTable, targets: Mapping[str, str]) -> Advice:
        """What the columns mean, chosen from `targets` (attribute -> what it is)."""
        ...
