"""How right suggestions are: macro F1, the share taken without asking, and how often that was right, with its bound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from labelled_columns import LabelledTable
from muster.vocabulary.table import Suggestion

NORMAL_95 = 1.959964


@dataclass(frozen=True)
class Outcome:
    """One labelled column: what was right, what was suggested."""

    family: str
    file: str
    header: str
    targets: tuple[str, ...]
    suggestion: Suggestion

    @property
    def right(self) -> bool:
        """True where the suggested target is one of the right ones."""
        return self.suggestion.target in self.targets

    @property
    def taken(self) -> bool:
        """True where a target would be taken without asking."""
        return self.suggestion.target is not None and self.suggestion.accept == "auto"


@dataclass(frozen=True)
class Figures:
    """The figures of one family, or of all. `bound` is the lower end of the 95 % interval (Wilson) of `precision`."""

    name: str
    columns: int
    f1: float
    taken: int
    wrong: int

    @property
    def share(self) -> float:
        """Taken without asking, of the columns that have a target."""
        return self.taken / self.columns if self.columns else 0.0

    @property
    def precision(self) -> float:
        """Right, of those taken without asking."""
        return 1 - self.wrong / self.taken if self.taken else 1.0

    @property
    def bound(self) -> float:
        """The lower end of the 95 % interval of `precision`."""
        return wilson(self.taken - self.wrong, self.taken)


def wilson(good: int, count: int) -> float:
    """The lower end of Wilson's 95 % interval of a share; 0 for no observations."""
    if not count:
        return 0.0
    share, z2 = good / count, NORMAL_95**2
    middle = share + z2 / (2 * count)
    return (middle - NORMAL_95 * sqrt((share * (1 - share) + z2 / (4 * count)) / count)) / (1 + z2 / count)


def outcomes(table: LabelledTable, suggestions: Sequence[Suggestion], core_only: bool = True) -> Iterable[Outcome]:
    """The labelled columns of a table that count: not arguable, and of the core catalogue."""
    for suggestion in suggestions:
        answer = table.answers.get(suggestion.position)
        if answer and not answer.arguable and (answer.core or not core_only):
            yield Outcome(table.family, table.file, suggestion.source, answer.targets, suggestion)


def figures(name: str, found: Sequence[Outcome]) -> Figures:
    """F1 over the columns given, as the scorer of the labels counts it: a target on a null column is a false one."""
    wanted = [one for one in found if one.targets]
    right = sum(one.right for one in found)
    false = sum(one.suggestion.target is not None and not one.right for one in found)
    missed = len(wanted) - right
    f1 = 2 * right / (2 * right + false + missed) if right + false + missed else 1.0
    taken = [one for one in found if one.taken]
    return Figures(name, len(wanted), f1, len(taken), sum(not one.right for one in taken))


def by_family(found: Sequence[Outcome]) -> tuple[list[Figures], Figures]:
    """Figures per family in order of name, and of all: F1 is the mean over families that have targets."""
    families = sorted({one.family for one in found})
    rows = [figures(name, [one for one in found if one.family == name]) for name in families]
    scored = [row for row in rows if row.columns]
    whole = figures("all", found)
    mean = sum(row.f1 for row in scored) / len(scored) if scored else 0.0
    return rows, Figures("all", whole.columns, mean, whole.taken, whole.wrong)
