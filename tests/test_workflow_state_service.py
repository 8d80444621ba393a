"""The plans' state service: the same rows as every other door sees, and never another tenant's."""

import inspect
from uuid import UUID, uuid4

import pytest

from muster.plan_names import WorkflowStateService
from muster.store import imports, tenants
from muster.store.transaction import Database
from muster.vocabulary.errors import IllegalTransition, ImportNotFound, StateInvalid
from muster.vocabulary.scope import Scope
from small_pipeline import new_flow, row_of

CALLS = ("create_workflow_state", "get_workflow_state_by_session_id", "update_workflow_state", "list_states")


def tenant(scope: Scope) -> dict[str, int]:
    return {"client_account_id": scope.client_account_id, "engagement_id": scope.engagement_id}


async def session(database: Database, scope: Scope) -> UUID:
    """An import with its flow, as it is when it has just come in."""
    flow = await new_flow(database, scope, begun=False)
    async with database.transaction(scope) as tx:
        return (await imports.of_flow(tx, flow)).id


async def test_a_state_is_created_found_moved_and_listed(database: Database, scope: Scope) -> None:
    service, own = WorkflowStateService(database), tenant(scope)
    number = await session(database, scope)
    made = await service.create_workflow_state(number, state_data={"cmdb_data": {"records": 3}}, **own)
    assert (made["session_id"], made["current_phase"], made["status"]) == (number, "pending", "initialized")
    assert made["state_data"] == {"data_import_id": str(number), "cmdb_data": {"records": 3}}
    assert await service.get_workflow_state_by_session_id(number, **own) == made
    moved = await service.update_workflow_state(
        number, current_phase="data_import", state_data={"source_analysis": {"tables": 1}}, **own
    )
    assert (moved["current_phase"], moved["status"]) == ("data_import", "running")
    assert set(moved["state_data"]) == {"data_import_id", "cmdb_data", "source_analysis"}
    paused = await service.update_workflow_state(number, status="paused", **own)
    assert paused["status"] == "paused"
    assert await service.list_states(**own) == [paused]


async def test_a_failed_state_says_why(database: Database, scope: Scope) -> None:
    number = await session(database, scope)
    service = WorkflowStateService(database)
    state = await service.update_workflow_state(
        number, current_phase="data_import", status="failed", error_message="The step broke.", **tenant(scope)
    )
    assert state["status"] == "failed"


async def test_what_is_refused_writes_nothing(database: Database, scope: Scope) -> None:
    service, own = WorkflowStateService(database), tenant(scope)
    number = await session(database, scope)
    before = await service.get_workflow_state_by_session_id(number, **own)
    with pytest.raises(StateInvalid):
        await service.update_workflow_state(number, current_phase="data_import", state_data={"else": {}}, **own)
    with pytest.raises(IllegalTransition):
        await service.update_workflow_state(number, current_phase="inventory", state_data={"cmdb_data": {}}, **own)
    assert await service.get_workflow_state_by_session_id(number, **own) == before


async def test_list_states_of_an_engagement_newest_first(database: Database, scope: Scope) -> None:
    numbers = [await session(database, scope) for _ in range(3)]
    other = await tenants.find_or_create(database, "Acme", "Another engagement")
    await session(database, other)
    states = await WorkflowStateService(database).list_states(**tenant(scope))
    assert [state["session_id"] for state in states] == numbers[::-1]


@pytest.mark.parametrize("name", CALLS)
def test_state_service_tenancy_is_part_of_every_signature(name: str) -> None:
    parameters = inspect.signature(getattr(WorkflowStateService, name)).parameters
    for key in ("client_account_id", "engagement_id"):
        assert parameters[key].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[key].default is inspect.Parameter.empty


@pytest.mark.parametrize("name", CALLS)
async def test_state_service_tenancy_cannot_be_left_out(database: Database, name: str) -> None:
    arguments = [] if name == "list_states" else [uuid4()]
    with pytest.raises(TypeError, match="client_account_id"):
        await getattr(WorkflowStateService(database), name)(*arguments)


async def test_state_service_tenancy_gives_a_stranger_nothing(database: Database, scope: Scope) -> None:
    service = WorkflowStateService(database)
    number = await session(database, scope)
    before = await service.list_states(**tenant(scope))
    umbrella = await tenants.find_or_create(database, "Umbrella", "Datacentre exit")
    mixed = Scope(scope.client_account_id, umbrella.engagement_id)
    for stranger in (tenant(umbrella), tenant(mixed)):
        assert await service.get_workflow_state_by_session_id(number, **stranger) is None
        assert await service.list_states(**stranger) == []
        for change in (service.create_workflow_state, service.update_workflow_state):
            with pytest.raises(ImportNotFound):
                await change(number, state_data={"cmdb_data": {}}, **stranger)
    assert await service.list_states(**tenant(scope)) == before


async def test_the_service_and_the_engine_tell_of_one_row(database: Database, scope: Scope) -> None:
    flow = await new_flow(database, scope)
    state = (await WorkflowStateService(database).list_states(**tenant(scope)))[0]
    row = await row_of(database, flow)
    assert (state["id"], state["current_phase"], state["status"]) == (row.id, row.current_phase, row.status)
