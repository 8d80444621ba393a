"""The thin public face under names that the plans use; each call goes to the one owner of the fact."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from muster.flow import advance
from muster.flow.state_model import merged
from muster.flow.states import Status
from muster.store import flows, imports
from muster.store.flows import FlowKey
from muster.store.transaction import Database, Tx
from muster.vocabulary.errors import UnexpectedFault
from muster.vocabulary.scope import Scope

State = dict[str, Any]


class WorkflowStateService:
    """The view `workflow_states`, to read and to move. A state's session is its import; every call is a transaction.

    What belongs to another tenant is not there: it is not found, not listed and not changed.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create_workflow_state(
        self,
        session_id: UUID,
        *,
        client_account_id: int,
        engagement_id: int,
        state_data: Mapping[str, Any] | None = None,
    ) -> State:
        """The state of an import, with `state_data` added. Raises ImportNotFound, StateInvalid.

        An import and its flow come into being in one transaction: the state is there before anything works on it.
        """
        scope = Scope(client_account_id, engagement_id)
        async with self._database.transaction(scope) as tx:
            flow = FlowKey(scope, (await imports.read(tx, scope, session_id)).master_flow_id)
            await _add(tx, flow, state_data or {})
            return (await flows.states(tx, scope, session_id))[0]

    async def get_workflow_state_by_session_id(
        self, session_id: UUID, *, client_account_id: int, engagement_id: int
    ) -> State | None:
        """The state of an import; None where this tenant has no such import."""
        scope = Scope(client_account_id, engagement_id)
        async with self._database.transaction(scope) as tx:
            return next(iter(await flows.states(tx, scope, session_id)), None)

    async def update_workflow_state(
        self,
        session_id: UUID,
        *,
        client_account_id: int,
        engagement_id: int,
        status: str | None = None,
        current_phase: str | None = None,
        state_data: Mapping[str, Any] | None = None,
        error_message: str = "",
    ) -> State:
        """Add to the state, then move phase and status as the state machine allows; all of it or nothing.

        Raises ImportNotFound, StateInvalid, IllegalTransition.
        """
        scope = Scope(client_account_id, engagement_id)
        async with self._database.transaction(scope) as tx:
            flow = FlowKey(scope, (await imports.read(tx, scope, session_id)).master_flow_id)
            await _add(tx, flow, state_data or {})
            if current_phase:
                await advance.advance_phase(tx, flow, current_phase)
            if status == Status.FAILED:
                await advance.fail(tx, flow, UnexpectedFault(error_message))
            elif status:
                await advance.set_status(tx, flow, Status(status))
            return (await flows.states(tx, scope, session_id))[0]

    async def list_states(self, *, client_account_id: int, engagement_id: int) -> list[State]:
        """Every state of an engagement, newest first."""
        scope = Scope(client_account_id, engagement_id)
        async with self._database.transaction(scope) as tx:
            return await flows.states(tx, scope)


async def _add(tx: Tx, flow: FlowKey, state_data: Mapping[str, Any]) -> None:
    before = (await flows.lock(tx, flow)).state_data
    if state_data:
        await flows.merge_state(tx, flow, merged(before, state_data).stored())
