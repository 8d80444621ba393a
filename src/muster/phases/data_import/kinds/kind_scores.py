"""How much the names of a table and of its columns speak for each kind of record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from muster.phases.data_import.kinds.kind_evidence import evidence
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.late_pattern import late

NAME_WEIGHT = 5.0
WHOLE_NAME_WEIGHT = 25.0  # a sheet called Virtual Machine holds those, whatever servers its columns mention
LOOKUP_NAME_WEIGHT = 12.0
FAINT_NAME_WEIGHT = 2.0  # Status or Version within a longer name says little
FAINT_TOGETHER = 5.0
FIRST_COLUMN_WEIGHT = 7.0
FIRST_COLUMN = 1.5  # tables begin with the name of the thing that a row is about
NESTED = 2.0  # members of one part of a document say together at most so many times what the strongest says
OWN_WORD = 5.0
PLAIN_WORD = 2.0
# These can be told from words that many tables have; of any other kind of asset at least one word must be its own.
TOLD_BY_FAINT_WORDS = frozenset({"server", "virtual_machine", "application", "other"})
OWN_TABLE = 10.0  # a word that no list of assets has, or the table's name
NARROW = 4
WITNESSED = 8  # of so many columns one must tell
STEP = late(r"[.\[]")


@dataclass(slots=True)
class Score:
    """The weight of what speaks for one kind, and the columns that do."""

    weight: float = 0.0
    witnesses: list[str] = field(default_factory=list)
    faint: float = 0.0
    strongest: float = 0.0
    whole_name: bool = False

    def add(self, weight: float, witness: str, own: float | None = None) -> None:
        """Count a witness; `own` is its weight wherever it stands.

        Faint witnesses (a memory column) are many in every table: together they count as much as one strong.
        """
        self.strongest = max(self.strongest, weight if own is None else own)
        if weight < 2:
            weight = min(weight, FAINT_TOGETHER - self.faint)
            self.faint += weight
        self.weight += weight
        self.witnesses.append(witness)


def scores_of(columns: Sequence[str], spoken: Sequence[str], title: str) -> dict[str, Score]:
    """The score of every kind that anything speaks for; `spoken` and `title` are folded words."""
    scores: dict[str, Score] = defaultdict(Score)
    _by_title(scores, title)
    for kind, pattern in evidence().first_column.items():
        if spoken and pattern.search(spoken[0]):
            scores[kind].add(FIRST_COLUMN_WEIGHT, columns[0])
    paths = _without_wrapping(columns)
    for kind, weighted in evidence().columns.items():
        role = RECORD_KINDS[kind]
        said: dict[str, float] = {}
        for position, words in enumerate(spoken):
            weight = max((weight for weight, pattern in weighted if pattern.search(words)), default=0.0)
            if role is RecordRole.IGNORED and position and words.endswith(" id"):
                weight = 0.0  # an id of another list, to which this list refers
            if weight and (
                role is RecordRole.ASSET or "." not in paths[position]
            ):  # members of an asset are about something else
                first = FIRST_COLUMN if position == 0 else 1.0
                allowed = _still(said, paths[position], weight * first)
                scores[kind].add(allowed, columns[position], own=weight)
    return {kind: score for kind, score in scores.items() if score.weight > 0 and _is_told(kind, score, len(columns))}


def _is_told(kind: str, score: Score, width: int) -> bool:
    """What is no asset is told by words of its own, and by more than one column of a wide table.

    A severity or a status stands in lists of anything, and an asset may well have a price or a backup policy.
    """
    if RECORD_KINDS[kind] is RecordRole.ASSET:
        return score.strongest >= PLAIN_WORD or kind in TOLD_BY_FAINT_WORDS
    if RECORD_KINDS[kind] is not RecordRole.IGNORED or kind == "lookup":
        return kind != "finding" or score.strongest >= OWN_WORD
    several = len(score.witnesses) >= max(2, width / WITNESSED) or width <= NARROW or score.strongest > OWN_TABLE
    return score.strongest >= OWN_WORD and several


def _by_title(scores: Mapping[str, Score], title: str) -> None:
    if evidence().single["generic_titles"].fullmatch(title):
        return
    for kind, pattern in evidence().table_names.items():
        if kind not in evidence().columns or not pattern.search(title):
            continue
        ignored = RECORD_KINDS[kind] is RecordRole.IGNORED
        scores[kind].whole_name = pattern.fullmatch(title) is not None
        whole = LOOKUP_NAME_WEIGHT if ignored else WHOLE_NAME_WEIGHT
        part = FAINT_NAME_WEIGHT if kind == "lookup" else NAME_WEIGHT
        weight = whole if scores[kind].whole_name else part
        # A word of a long title says too little to leave the rows out of the inventory.
        scores[kind].add(weight, "the name of the table", own=weight if scores[kind].whole_name or not ignored else 0.0)


def _without_wrapping(columns: Sequence[str]) -> list[str]:
    """The paths without the steps that all of them begin with."""
    if len(columns) < 2 or not all("." in name for name in columns):
        return list(columns)
    parts = [name.split(".") for name in columns]
    shared = sum(1 for _ in takewhile(lambda step: len(set(step)) == 1, zip(*parts, strict=False)))
    return [".".join(steps[min(shared, len(steps) - 1) :]) for steps in parts]


def _still(said: dict[str, float], path: str, weight: float) -> float:
    """How much of the weight still counts after the other members of the same part of a document."""
    steps = STEP.split(path)
    if len(steps) < 2:
        return weight
    before = said.get(steps[0], 0.0)
    allowed = min(weight, max(0.0, NESTED * weight - before))
    said[steps[0]] = before + allowed
    return allowed
