"""What a run asks of the mappings of its files: the settings, and what the command says beyond them."""

from collections.abc import Sequence
from typing import Any

from muster.phases.field_mapping.criteria import required_of
from muster.settings import Settings
from muster.vocabulary.errors import UsageError


def criteria_asked(settings: Settings, require: Sequence[str], minimum_score: float | None) -> dict[str, Any]:
    """The criteria as a flow's configuration keeps them. Raises UsageError for what is no attribute, kind or score."""
    if minimum_score is not None and not 0 <= minimum_score <= 1:
        raise UsageError(f"--minimum-score is {minimum_score}; it must be from 0 to 1.")
    always = [f"{kind}:{target}" for kind, targets in settings.required_targets.items() for target in targets]
    required = required_of([*always, *require])
    return {
        "required": {kind: list(targets) for kind, targets in required.items()},
        "minimum_score": settings.minimum_score if minimum_score is None else minimum_score,
        "human_approval": settings.human_approval,
    }
