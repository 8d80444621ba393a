"""The state machine as data: in the program, in the database, and in both vocabularies."""

from itertools import product

import pytest

from muster.flow.states import PHASE_FLAG_MAP, STATUS_TRANSITIONS, TRANSITIONS, Status, phases_from
from muster.flow.transition import NODES, validate
from muster.store.transaction import Database
from muster.vocabulary.errors import IllegalTransition, UsageError
from muster.vocabulary.phases import ALIASES, PHASE_ORDER

LINE = ["pending", *(phase.value for phase in PHASE_ORDER), "completed"]
LEGAL = (
    set(zip(LINE, LINE[1:], strict=False))
    | {(node, "failed") for node in LINE[:-1]}
    | {("failed", "retrying"), ("retrying", "failed")}
    | {("retrying", phase) for phase in LINE[1:-1]}
)


def allowed(current: str | None, new: str) -> bool:
    try:
        validate(current, new)
    except IllegalTransition:
        return False
    return True


def test_plan4_transitions_allow_exactly_the_listed_pairs() -> None:
    assert {pair for pair in product(NODES, NODES) if allowed(*pair)} == LEGAL


def test_plan4_transitions_hold_in_the_other_vocabulary() -> None:
    for alias, phase in ALIASES.items():
        for node in NODES:
            assert allowed(alias, node) == allowed(phase.value, node)
            assert allowed(node, alias) == allowed(node, phase.value)


@pytest.mark.parametrize("missing", [None, ""])
def test_plan4_transitions_count_no_phase_as_pending(missing: str | None) -> None:
    assert allowed(missing, "data_import")
    assert not allowed(missing, "field_mapping")


def test_plan4_transitions_that_are_refused_name_current_new_and_allowed() -> None:
    with pytest.raises(IllegalTransition) as refused:
        validate("data_import", "asset_inventory")
    said = "A flow in data_import cannot move to asset_inventory; allowed: failed, field_mapping."
    assert str(refused.value) == said
    with pytest.raises(IllegalTransition, match="completed cannot move to pending; allowed: nothing"):
        validate("completed", "pending")


@pytest.mark.parametrize("pair", [("nowhere", "failed"), ("pending", "nowhere")])
def test_plan4_transitions_of_unknown_phases_say_so(pair: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="'nowhere' is neither a phase nor one of"):
        validate(*pair)


async def test_the_database_holds_the_same_tables(database: Database) -> None:
    async with database.transaction(None) as tx:
        nodes = {tuple(row) for row in await tx.fetch("select from_node, to_node from flow_transition")}
        statuses = {tuple(row) for row in await tx.fetch("select from_status, to_status from flow_status_transition")}
    assert nodes == {(here, there) for here, onward in TRANSITIONS.items() for there in onward}
    assert statuses == {(str(here), str(there)) for here, onward in STATUS_TRANSITIONS.items() for there in onward}


def test_every_status_can_be_left_but_the_last() -> None:
    assert {status for status in Status if not STATUS_TRANSITIONS[status]} == {Status.DELETED}


def test_phases_from_one_are_it_and_those_after_it() -> None:
    assert [len(phases_from(phase)) for phase in PHASE_FLAG_MAP] == [6, 5, 4, 3, 2, 1]
