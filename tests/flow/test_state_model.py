"""The one model of what phases leave for one another."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from muster.flow.state_model import FlowState, completion_flags, is_complete, merged, required_fields
from muster.flow.states import PHASE_FLAG_MAP
from muster.vocabulary.errors import StateInvalid
from muster.vocabulary.phases import ALIASES, PHASE_ORDER

FIELDS = [
    "data_import_id", "source_analysis", "cmdb_data", "validation_results", "field_mappings", "asset_classes",
    "dependencies", "database_operations", "tech_debt",
]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
LEFT = st.dictionaries(st.text(max_size=8), JSON, max_size=4)


@settings(deadline=None)
@given(st.fixed_dictionaries({}, optional={**dict.fromkeys(FIELDS[1:], LEFT), "data_import_id": st.uuids().map(str)}))
def test_state_model_roundtrip_gives_back_what_was_stored(state: dict[str, Any]) -> None:
    assert FlowState.model_validate(state).stored() == state
    model = FlowState.model_validate(state)
    assert FlowState.model_validate_json(model.model_dump_json()) == model


def test_state_model_roundtrip_has_these_fields_and_no_other() -> None:
    assert list(FlowState.model_fields) == FIELDS
    with pytest.raises(ValidationError):
        FlowState.model_validate({"somewhere": {}})


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"somewhere": {}}, "somewhere"),
        ({"dependencies": 7}, "dependencies"),
        ({"data_import_id": "x"}, "data_import_id"),
    ],
)
def test_what_does_not_fit_the_model_is_refused_by_name(left: dict[str, Any], said: str) -> None:
    with pytest.raises(StateInvalid, match=said):
        merged({}, left)


def test_what_one_phase_leaves_stands_beside_what_others_left() -> None:
    number = str(UUID(int=7))
    state = merged({"data_import_id": number, "dependencies": {"edges": 1}}, {"dependencies": {"edges": 2}}).stored()
    assert state == {"data_import_id": number, "dependencies": {"edges": 2}}


@pytest.mark.parametrize(
    ("phase", "fields"),
    [
        ("data_source_analysis", {"cmdb_data", "source_analysis"}),
        ("data_validation", {"validation_results"}),
        ("field_mapping", {"field_mappings"}),
        ("asset_classification", {"asset_classes"}),
        ("dependency_analysis", {"dependencies"}),
        ("database_integration", {"database_operations"}),
        ("data_import", {"cmdb_data", "source_analysis", "validation_results"}),
        ("asset_inventory", {"asset_classes", "database_operations"}),
        ("data_cleansing", set()),
        ("nowhere", set()),
    ],
)
def test_required_fields_of_a_phase(phase: str, fields: set[str]) -> None:
    assert set(required_fields(phase)) == fields


@pytest.mark.parametrize("phase", [phase for phase in (*PHASE_ORDER, *ALIASES) if required_fields(phase)])
def test_required_fields_that_are_missing_are_listed(phase: str) -> None:
    with pytest.raises(StateInvalid, match=f"{phase} left the state without {', '.join(required_fields(phase))}"):
        merged({}, {}, phase)
    merged({}, {field: {} for field in required_fields(phase)}, phase)


def test_completion_flags_are_the_flags_under_their_other_names() -> None:
    flags = {flag: flag < "e" for flag in PHASE_FLAG_MAP.values()}
    assert completion_flags(flags) == {flag.removesuffix("d"): value for flag, value in flags.items()}
    assert completion_flags(completion_flags(flags)) == completion_flags(flags)


@pytest.mark.parametrize(
    ("phase", "complete"),
    [
        ("data_import", True),
        ("data_validation", True),
        ("inventory", False),
        ("nowhere", True),
        ("field_mapping", False),
    ],
)
def test_completion_flags_answer_for_aliases_and_count_unknown_phases_as_complete(phase: str, complete: bool) -> None:
    assert is_complete(phase, {"data_import_complete": True, "field_mapping_completed": False}) is complete
