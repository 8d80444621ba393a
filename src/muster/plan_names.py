"""The thin public face under names that the plans use; each call goes to the one owner of the fact."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow import advance
from muster.flow.state_model import merged
from muster.flow.states import Status
from muster.phases.asset_inventory import phase as asset_inventory
from muster.phases.data_cleansing.cleanse import RULES_VERSION, cleanse
from muster.phases.field_mapping.mapping import mapping_sha256
from muster.store import blocks, flows, imports, lineage, mappings
from muster.store.flows import FlowKey
from muster.store.frames import raw_frame
from muster.store.packed import pack
from muster.store.packed_values import pack_values
from muster.store.transaction import Database, Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import UnexpectedFault, UsageError
from muster.vocabulary.phases import phase_named
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

State = dict[str, Any]
DISCOVERED = "discovered"


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


async def create_assets_from_discovery_no_commit(
    tx: Tx,
    scope: Scope,
    discovery_flow_id: UUID,
    asset_data_list: Sequence[Mapping[str, Any]],
    discovered_in_phase: str = "inventory",
) -> list[State]:
    """Add assets that a flow discovered beside its file; nobody sees them before the caller's transaction commits.

    Assets are computed from claims, so the data become records of the flow's import in a table of their own, named
    'discovered', with an identity mapping; then the inventory is computed and stored by its one writer.
    `asset_data_list`: attribute names to text. Returns the assets that these records belong to.
    Raises ImportNotFound, UsageError, ValueError.
    """
    flow, phase = FlowKey(scope, discovery_flow_id), phase_named(discovered_in_phase).value
    row = await imports.of_flow(tx, flow)
    columns = sorted({name for data in asset_data_list for name in data})
    unknown = [name for name in columns if name not in attributes()]
    if unknown or not columns:
        raise UsageError(f"No attribute is called {', '.join(unknown) or 'nothing'}.")
    number = max((table.table_no for table in await imports.tables(tx, scope, row.id)), default=0) + 1
    frame = pl.DataFrame(
        [{str(at): str(data.get(name, "")) for at, name in enumerate(columns, 1)} for data in asset_data_list]
    )
    await imports.add_table(tx, scope, row.id, _discovered(number, columns, phase))
    block = {"block_no": 0, "file_records": frame.height, "file_rows": None, "profile": None}
    records = pack(frame)
    block_id = await blocks.add(tx, flow, row.id, number, block, records)
    await blocks.place(tx, scope, [(block_id, 1, 1)])
    await imports.close_tables(tx, scope, row.id, [{"table_no": number, "records": frame.height, "profile": []}])
    mapping = tuple(MappingEntry(at, name, name, 1.0) for at, name in enumerate(columns, 1))
    sha256 = mapping_sha256(str(flow.id), 1, mapping)
    await mappings.add(
        tx, scope, row.id, number, 1, sha256, [], [asdict(entry) for entry in mapping], DISCOVERED, phase
    )
    mapping_id = (await mappings.newest(tx, scope, row.id))[number].id
    cleansed = cleanse(raw_frame(records), mapping)
    values = pack_values(cleansed.frame, cleansed.origins)
    await blocks.add_cleansed(tx, scope, block_id, mapping_id, RULES_VERSION, values)
    evidence = await asset_inventory.load_evidence(tx, scope, flow.id)
    await asset_inventory.save_inventory(tx, scope, await asyncio.to_thread(asset_inventory.compute, evidence))
    return await lineage.assets_of_block(tx, scope, block_id)


def _discovered(number: int, columns: Sequence[str], phase: str) -> State:
    return {
        "table_no": number,
        "name": DISCOVERED if number == 1 else f"{DISCOVERED} {number}",
        "format": DISCOVERED,
        "encoding": None,
        "delimiter": None,
        "header_row": None,
        "record_kind": "other",
        "kind_reason": f"found by the flow itself in {phase}",
        "columns": columns,
        "locator": {"first_file_row": 1},
        "warnings": [],
    }
