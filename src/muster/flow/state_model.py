"""What the phases leave for one another in a flow's `state_data`: one model, checked whenever a phase completes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from muster.flow.states import PHASE_FLAG_MAP
from muster.vocabulary.errors import StateInvalid
from muster.vocabulary.phases import ALIASES

Left = dict[str, Any] | None


class FlowState(BaseModel):
    """The state between two phases. A field is None until the phase that fills it has completed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_import_id: UUID | None = None
    source_analysis: Left = None
    cmdb_data: Left = None
    validation_results: Left = None
    field_mappings: Left = None
    asset_classes: Left = None
    dependencies: Left = None
    database_operations: Left = None
    tech_debt: Left = None

    def stored(self) -> dict[str, Any]:
        """As `state_data` holds it: JSON values, without what is not known yet."""
        return {name: value for name, value in self.model_dump(mode="json").items() if value is not None}


# Under the plans' names, which cut some of our phases in two; a phase of ours needs what all of its parts need.
REQUIRED: dict[str, tuple[str, ...]] = {
    "data_source_analysis": ("cmdb_data", "source_analysis"),
    "data_validation": ("validation_results",),
    "field_mapping": ("field_mappings",),
    "asset_classification": ("asset_classes",),
    "dependency_analysis": ("dependencies",),
    "database_integration": ("database_operations",),
}


def required_fields(phase: str) -> tuple[str, ...]:
    """The fields that must be filled when `phase`, or the part of one that is called so, is done."""
    if phase in REQUIRED:
        return REQUIRED[phase]
    parts = [alias for alias, name in ALIASES.items() if name == phase and alias in REQUIRED]
    return tuple(field for part in parts for field in REQUIRED[part])


def merged(state: Mapping[str, Any], left: Mapping[str, Any], phase: str = "") -> FlowState:
    """The state once `phase` has left something in it. Raises StateInvalid if any is unknown, wrong or missing."""
    try:
        model = FlowState.model_validate({**state, **left})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, part['loc']))}: {part['msg']}" for part in error.errors())
        raise StateInvalid(f"The state of the flow does not fit its model: {wrong}.") from error
    missing = [field for field in required_fields(phase) if getattr(model, field) is None]
    if missing:
        raise StateInvalid(f"{phase} left the state without {', '.join(missing)}.")
    return model


def is_complete(phase: str, flags: Mapping[str, bool]) -> bool:
    """Whether a phase is done, by its flag `<phase>_completed` or `<phase>_complete`; what is no phase is."""
    flag = PHASE_FLAG_MAP.get(ALIASES.get(phase, phase))
    return True if flag is None else bool(flags.get(flag, flags.get(flag.removesuffix("d"), False)))


def completion_flags(flags: Mapping[str, bool]) -> dict[str, bool]:
    """The six flags under the plans' names for them: `<phase>_complete`."""
    return {flag.removesuffix("d"): is_complete(phase, flags) for phase, flag in PHASE_FLAG_MAP.items()}
