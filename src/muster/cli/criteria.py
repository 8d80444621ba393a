"""What a run asks of the mappings of its files: the settings, and what the command says beyond them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from muster.phases.field_mapping.criteria import required_of
from muster.settings import Settings
from muster.vocabulary.errors import UsageError


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command says: required targets, the least score (0..1), and whether only sure columns are taken."""

    require: Sequence[str]
    minimum_score: float | None
    sure_only: bool


def criteria_asked(settings: Settings, wanted: Wanted) -> dict[str, Any]:
    """The criteria as a flow's configuration keeps them. Raises UsageError for what is no attribute, kind or score."""
    least = wanted.minimum_score
    if least is not None and not 0 <= least <= 1:
        raise UsageError(f"--minimum-score is {least}; it must be from 0 to 1.")
    always = [f"{kind}:{target}" for kind, targets in settings.required_targets.items() for target in targets]
    required = required_of([*always, *wanted.require])
    return {
        "required": {kind: list(targets) for kind, targets in required.items()},
        "minimum_score": settings.minimum_score if least is None else least,
        "human_approval": settings.human_approval,
        "sure_only": settings.sure_only or wanted.sure_only,
    }
