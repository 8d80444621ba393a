"""asset_inventory: compute the engagement's inventory from its live claims and decisions, and store the difference."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from muster.flow.phase import Complete, Fan, Listener, Next, PartDone, Phase, Step, Task
from muster.phases.asset_inventory.conditions import meeting
from muster.phases.asset_inventory.counted import (
    KINDS_READ,
    RULES,
    Evidence,
    Plan,
    Unplaced,
    compute,
    counted,
    placed,
    tables_frame,
)
from muster.phases.asset_inventory.decisions import KINDS, InventoryDecision, decision_of
from muster.phases.asset_inventory.inventory import Placed
from muster.phases.asset_inventory.rules import KINDS as RULE_KINDS
from muster.phases.asset_inventory.rules import rules_of
from muster.phases.asset_inventory.statement import statements
from muster.phases.asset_inventory.writing import save_inventory
from muster.store import claims, custom_attributes, decisions, tenants
from muster.store import inventory as stored
from muster.store.claims import CountedBlock, LiveTable
from muster.store.frames import CleansedRecords, cleansed_frame
from muster.store.packed_frames import packed
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

__all__ = ["PHASE", "compute", "load_evidence", "save_inventory", "tables_frame"]
AT_ONCE = 20_000  # more records that have not said yet who they are do so in parts of their own


@dataclass(frozen=True, slots=True)
class Unstated:
    """Blocks whose records have not said yet who they are."""

    block_ids: Sequence[int]


@dataclass(frozen=True, slots=True)
class Block:
    """One block's cleansed records as they are stored."""

    block_id: int
    first_row: int
    record_kind: str
    stored: StoredBlock
    custom: Sequence[Attribute]

    def cleansed(self) -> CleansedRecords:
        """Its records as they are read."""
        records = cleansed_frame(self.block_id, self.first_row, self.stored, custom=self.custom)
        return CleansedRecords(self.block_id, self.record_kind, records)


async def load_evidence(tx: Tx, scope: Scope, flow_id: UUID | None) -> Evidence:
    """Everything the inventory is a function of; `flow_id` is the flow whose import is about to count."""
    for block_id, _ in await claims.untold(tx, scope, flow_id, KINDS_READ, "statement_block", RULES):
        block = await _cleansed(tx, scope, block_id, await custom_attributes.known(tx, scope))
        await keep(tx, scope, block_id, await asyncio.to_thread(state, block))
    blocks = await claims.counted_blocks(tx, scope, flow_id)
    gone = {block.import_id for block in blocks if not block.live}
    tables = await claims.tables(tx, scope, flow_id, sorted(gone))
    standing = await decisions.standing(tx, scope)
    made = [decision for row in standing if (decision := decision_of(row)) is not None]
    rules, ids = rules_of(standing), frozenset(row["id"] for row in standing if row["kind"] in (*KINDS, *RULE_KINDS))
    before = await stored.state(tx, scope)
    changed = await decisions.numbered(tx, scope, sorted(before.decisions ^ ids))
    named = [decision for row in changed if (decision := decision_of(row)) is not None]
    custom = await custom_attributes.known(tx, scope)
    return Evidence(
        version=await tenants.inventory_version(tx, scope),
        live=await claims.live_imports(tx, scope, flow_id),
        tables=tables,
        blocks=blocks,
        rejected=await claims.rejected(tx, scope, flow_id),
        decisions=made,
        decision_ids=ids,
        changed=frozenset(key for one in named for key in (*one.records, *one.others)),
        everything=before.rules != RULES
        or any(block.live and block.linked and not block.as_linked for block in blocks)
        # What a rule or a condition means is no matter of single records, nor is what a newer export has no more.
        or len(named) < len(changed)
        or any(one.where for one in named)
        or bool(rules.policies),
        custom=custom,
        rules=rules,
        met=await _met(tx, scope, blocks, tables, made, custom),
    )


async def _met(
    tx: Tx,
    scope: Scope,
    blocks: Sequence[CountedBlock],
    tables: Sequence[LiveTable],
    made: Sequence[InventoryDecision],
    custom: Sequence[Attribute],
) -> dict[InventoryDecision, list[int]]:
    """The records that meet the conditions of decisions: every block is read where there is such a decision."""
    found: dict[InventoryDecision, list[int]] = {one: [] for one in made if one.where}
    facts, refs = tables_frame(tables), [(table.import_id, table.table_no) for table in tables]
    for block in blocks if found else ():
        if block.live and block.statements is not None:
            cleansed = await _cleansed(tx, scope, block.id, custom)
            table = facts.filter(pl.col("table_ref") == refs.index((block.import_id, block.table_no)))
            for one, records in (await asyncio.to_thread(_meeting, list(found), cleansed, table)).items():
                found[one] += records
    return found


def _meeting(
    made: Sequence[InventoryDecision], block: Block, table: pl.DataFrame
) -> dict[InventoryDecision, list[int]]:
    records = block.cleansed().records
    places = records.select("record_id").join(table, how="cross").with_columns(record_row=pl.col("record_id"))
    return {one: meeting(one.where, records, places) for one in made}


async def _cleansed(tx: Tx, scope: Scope, block_id: int, custom: Sequence[Attribute]) -> Block:
    return Block(block_id, *await claims.cleansed(tx, scope, block_id), custom)


def hear(block: CleansedRecords) -> bytes | None:
    """Who the records of a block say they are; nothing of records that are no assets and describe none."""
    return _stated(block) if block.record_kind in KINDS_READ else None


def state(block: Block) -> bytes:
    """Who the records of a block say they are that was not heard of when it was cleansed."""
    return _stated(block.cleansed())


def _stated(block: CleansedRecords) -> bytes:
    kind = pl.repeat(block.record_kind, block.records.height, dtype=pl.String, eager=True)
    return packed(statements(block.records, kind))


async def keep(tx: Tx, scope: Scope, block_id: int, said: bytes) -> None:
    await claims.state(tx, scope, block_id, RULES, said)


async def load(tx: Tx, task: Task) -> Evidence | Unstated:
    scope, flow_id = task.flow.scope, task.flow.id
    unstated = await claims.untold(tx, scope, flow_id, KINDS_READ, "statement_block", RULES)
    if sum(records for _, records in unstated) > AT_ONCE:
        return Unstated([block_id for block_id, _ in unstated])
    return await load_evidence(tx, scope, flow_id)


async def load_all(tx: Tx, task: Task) -> Evidence:
    return await load_evidence(tx, task.flow.scope, task.flow.id)


async def load_block(tx: Tx, task: Task) -> Block:
    scope = task.flow.scope
    return await _cleansed(tx, scope, int(task.payload["block_id"]), await custom_attributes.known(tx, scope))


def if_stated(read: Evidence | Unstated) -> Plan | Unstated:
    """Count once every record has said who it is."""
    return read if isinstance(read, Unstated) else counted(read)


def to_be_placed(found: Plan | Unstated) -> tuple[Callable[[Unplaced], Placed], Unplaced] | None:
    """Computed while assets are written that need no more: which asset those records are that share a key."""
    return None if isinstance(found, Unstated) or found.unplaced is None else (placed, found.unplaced)


async def save(tx: Tx, task: Task, found: Plan | Unstated) -> Next:
    if isinstance(found, Unstated):
        return Fan("state", [{"block_id": block_id} for block_id in found.block_ids], "all")
    return await save_all(tx, task, found)


async def save_all(tx: Tx, task: Task, plan: Plan) -> Next:
    return Complete(await save_inventory(tx, task.flow.scope, plan, task.beside), plan.touched.len())


async def save_block(tx: Tx, task: Task, said: bytes) -> Next:
    await keep(tx, task.flow.scope, int(task.payload["block_id"]), said)
    return PartDone(0)


PHASE = Phase(
    name=PhaseName.ASSET_INVENTORY,
    after=PhaseName.DATA_CLEANSING,
    steps={
        "start": Step(load, if_stated, save, beside=to_be_placed),
        "state": Step(load_block, state, save_block),
        "all": Step(load_all, counted, save_all, beside=to_be_placed),
    },
    exclusive=True,
    listener=Listener(hear, keep),
)
