"""data_cleansing: read every value as what its column means; keep the whole cleansed record beside the raw one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from muster.flow.phase import Complete, Fan, Next, PartDone, Phase, Step, Task
from muster.phases.data_cleansing.cleanse import RULES_VERSION, CleansedBlock, cleanse
from muster.store import blocks, imports, mappings
from muster.store.blocks import BlockRow
from muster.store.frames import raw_frame
from muster.store.transaction import Tx
from muster.vocabulary.errors import PartlyDone
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.table import MappingEntry


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One block to cleanse, under one version of its table's mapping."""

    import_id: UUID
    block_id: int
    table_no: int
    columns: int
    mapping_set_id: int
    entries: tuple[MappingEntry, ...]
    lines: str


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
    scope = task.flow.scope
    block_id = task.payload["block_id"]
    table_no, lines = await blocks.raw_lines(tx, scope, block_id)
    mapping = (await mappings.newest(tx, scope, row.id))[table_no]
    table = next(table for table in await imports.tables(tx, scope, row.id) if table.table_no == table_no)
    entries = tuple(MappingEntry(**entry) for entry in mapping.entries or [])
    return RawBlock(row.id, block_id, table_no, len(table.columns), mapping.id, entries, lines)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One block after the rules."""

    raw: RawBlock
    records: int
    block: CleansedBlock
    lines: str


def clean(raw: RawBlock) -> Cleaned:
    frame = raw_frame(raw.lines, raw.columns)
    block = cleanse(frame, raw.entries)
    lines = block.frame.write_ndjson().rstrip("\n") if block.frame.width else "\n".join(["{}"] * frame.height)
    return Cleaned(raw, frame.height, block, lines)


async def save_block(tx: Tx, task: Task, cleaned: Cleaned) -> Next:
    raw, scope = cleaned.raw, task.flow.scope
    await blocks.add_cleansed(tx, scope, raw.block_id, raw.mapping_set_id, RULES_VERSION, cleaned.lines)
    await blocks.replace_issues(
        tx, scope, raw.import_id, raw.table_no, raw.block_id, "data_cleansing", cleaned.block.issues
    )
    return PartDone(cleaned.records, {"block_id": raw.block_id})


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
