"""From suggestions to advice: which columns are open, what may be told of them, and what came back for each."""

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muster.adviser.adviser import Advice, Adviser, AskedColumn, AskedTable, Endpoint
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import AdviserMissing
from muster.vocabulary.table import ColumnProfile, Suggestion

ADVISERS = {"openai": "muster.adviser.openai_compatible", "crewai": "muster.adviser.crew"}
MOST_COLUMNS = 40  # of one request: more make answers worse and cut
MOST_MASKED = 5


@dataclass(frozen=True, slots=True)
class Advised:
    """A column's suggestion beside what the adviser says of it."""

    suggestion: Suggestion
    target: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Counsel:
    """All that came back for one table."""

    columns: tuple[Advised, ...]
    questions: tuple[str, ...]
    silences: tuple[str, ...]


def adviser_named(name: str, endpoint: Endpoint) -> Adviser:
    """The adviser of that name. Raises AdviserMissing where its library is not installed."""
    try:
        module = importlib.import_module(ADVISERS[name])
    except ModuleNotFoundError as error:
        raise AdviserMissing(f"The adviser {name} needs {error.name}, which is not installed.") from error
    found: Adviser = module.adviser(endpoint)
    return found


def masked(value: str) -> str:
    """The form of a value without what it says: Server-07 -> Aaaaaa-99."""
    capitals = re.sub(r"[^\W\d_]", lambda found: "A" if found[0].isupper() else "a", value)
    return re.sub(r"\d", "9", capitals)[:60]


def asked(
    name: str, record_kind: str, suggestions: Sequence[Suggestion], profiles: Sequence[ColumnProfile], *, samples: bool
) -> tuple[AskedTable, ...]:
    """The columns nobody is sure of, some at a time. `samples` lets a few masked values go with each."""
    profile = {column.position: column for column in profiles}
    columns = [
        _asked_column(suggestion, profile[suggestion.position], samples=samples)
        for suggestion in suggestions
        if suggestion.accept != "auto"
    ]
    return tuple(
        AskedTable(name, record_kind, tuple(columns[start : start + MOST_COLUMNS]))
        for start in range(0, len(columns), MOST_COLUMNS)
    )


def _asked_column(suggestion: Suggestion, column: ColumnProfile, *, samples: bool) -> AskedColumn:
    thought = [suggestion.target, *(target for target, _ in suggestion.alternatives)]
    shown = dict.fromkeys(masked(value) for value in column.samples[:50]) if samples else {}
    return AskedColumn(
        position=column.position,
        header=column.source,
        filled_share=round(column.filled / column.records, 3) if column.records else 0.0,
        forms=column.shapes,
        masked=tuple(shown)[:MOST_MASKED],
        suggested=tuple(target for target in thought if target),
    )


async def counsel(adviser: Adviser, tables: Sequence[AskedTable], suggestions: Sequence[Suggestion]) -> Counsel:
    """Ask for each part of a table and put the answers beside the suggestions. Nothing is stored or changed."""
    targets = {name: attribute.description for name, attribute in attributes().items()}
    answers: list[Advice] = [await adviser.advise(table, targets) for table in tables]
    by_position: Mapping[int, Suggestion] = {suggestion.position: suggestion for suggestion in suggestions}
    return Counsel(
        columns=tuple(
            Advised(by_position[column.position], column.target, column.reason)
            for answer in answers
            for column in answer.columns
        ),
        questions=tuple(answer.question for answer in answers if answer.question),
        silences=tuple(answer.silence for answer in answers if answer.silence),
    )
