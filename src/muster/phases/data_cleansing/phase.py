"""data_cleansing: read every value as what its column means; keep the whole cleansed record beside the raw one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from muster.flow.phase import Complete, Fan, Next, PartDone, Phase, Step, Task
from muster.phases.data_cleansing.cleanse import RULES_VERSION, cleanse
from muster.store import blocks, imports, mappings
from muster.store.blocks import BlockRow
from muster.store.frames import raw_frame
from muster.store.packed import Packed
from muster.store.packed_values import PackedValues, pack_values
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.errors import PartlyDone
from muster.vocabulary.issue import Issue
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One block to cleanse, under one version of its table's mapping."""

    import_id: UUID
    block_id: int
    table_no: int
    mapping_set_id: int
    entries: tuple[MappingEntry, ...]
    records: Packed
    custom: tuple[Attribute, ...] = ()


async def load_blocks(tx: Tx, task: Task) -> list[BlockRow]:
    row = await imports.of_flow(tx, task.flow)
    return await blocks.listing(tx, task.flow.scope, row.id)


def keep(found: list[BlockRow]) -> list[BlockRow]:
    return found


async def save_parts(tx: Tx, task: Task, found: Sequence[BlockRow]) -> Next:
    filled = [block for block in found if block.records]
    if not filled:
        return Complete({"asset_classes": {}}, 0)
    return Fan("block", [{"block_id": block.id} for block in filled], "finish", sum(block.records for block in filled))


async def load_block(tx: Tx, task: Task) -> RawBlock:
    row = await imports.of_flow(tx, task.flow)
    return await _raw_block(tx, task.flow.scope, row.id, task.payload["block_id"])


async def _raw_block(tx: Tx, scope: Scope, import_id: UUID, block_id: int) -> RawBlock:
    table_no, records = await blocks.raw_records(tx, scope, block_id)
    mapping = (await mappings.newest(tx, scope, import_id))[table_no]
    entries = tuple(MappingEntry(**entry) for entry in mapping.entries or [])
    custom = tuple(Attribute(**{**one, "values": tuple(one["values"])}) for one in mapping.custom)
    return RawBlock(import_id, block_id, table_no, mapping.id, entries, records, custom)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One block after the rules."""

    import_id: UUID
    table_no: int
    block_id: int
    mapping_set_id: int
    records: int
    values: PackedValues
    issues: Sequence[Issue]


def clean(raw: RawBlock) -> Cleaned:
    block = cleanse(raw_frame(raw.records), raw.entries, raw.custom)
    values = pack_values(block.frame, block.origins)
    return Cleaned(
        raw.import_id, raw.table_no, raw.block_id, raw.mapping_set_id, raw.records.records, values, block.issues
    )


async def save_block(tx: Tx, task: Task, cleaned: Cleaned) -> Next:
    await _save(tx, task.flow.scope, cleaned)
    return PartDone(cleaned.records, {"block_id": cleaned.block_id})


async def _save(tx: Tx, scope: Scope, cleaned: Cleaned) -> None:
    await blocks.add_cleansed(tx, scope, cleaned.block_id, cleaned.mapping_set_id, RULES_VERSION, cleaned.values)
    await blocks.replace_issues(
        tx, scope, cleaned.import_id, cleaned.table_no, cleaned.block_id, "data_cleansing", cleaned.issues
    )


async def cleanse_again(tx: Tx, scope: Scope, import_id: UUID, table_no: int) -> None:
    """Cleanse the blocks of one table anew, one after the other, after the newest version of its mapping."""
    for row in await blocks.listing(tx, scope, import_id):
        if row.table_no == table_no and row.records:
            raw = await _raw_block(tx, scope, import_id, row.id)
            await _save(tx, scope, await asyncio.to_thread(clean, raw))


async def load_rest(tx: Tx, task: Task) -> int:
    row = await imports.of_flow(tx, task.flow)
    return await blocks.uncleansed(tx, task.flow.scope, row.id)


def nothing_left(blocks_left: int) -> int:
    if blocks_left:
        raise PartlyDone(f"{blocks_left} blocks have no cleansed records.")
    return 0


async def save_rest(tx: Tx, task: Task, left: int) -> Next:
    return Complete({"asset_classes": {"blocks_left": left}})


PHASE = Phase(
    name=PhaseName.DATA_CLEANSING,
    after=PhaseName.FIELD_MAPPING,
    steps={
        "start": Step(load_blocks, keep, save_parts),
        "block": Step(load_block, clean, save_block),
        "finish": Step(load_rest, nothing_left, save_rest),
    },
)
