"""data_cleansing: read every value as what its column means; keep the whole cleansed record beside the raw one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow.phase import Complete, Fan, Listener, Next, PartDone, Phase, Step, Task
from muster.phases.data_cleansing.choices import Choice, fingerprint
from muster.phases.data_cleansing.cleanse import RULES_VERSION, cleanse
from muster.phases.data_cleansing.corrections import corrected
from muster.phases.data_cleansing.in_force import begin_with_memory, choices_in_force, concerning
from muster.phases.data_cleansing.take_corrections import take_corrections
from muster.store import blocks, corrections, imports, mappings
from muster.store.blocks import BlockRow
from muster.store.corrections import Correction
from muster.store.frames import CleansedRecords, cleansed_as_read, raw_frame
from muster.store.packed import Packed
from muster.store.packed_values import PackedValues, pack_values
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.errors import MusterError, PartlyDone
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
    choices: tuple[Choice, ...] = ()
    names: tuple[str, ...] = ()
    first_row: int = 1
    record_kind: str = ""
    corrections: tuple[Correction, ...] = ()

    @property
    def rules_version(self) -> str:
        """That of the rules and, where there are any, of people's choices and corrections."""
        chosen = fingerprint(self.choices)
        mended = fingerprint([Choice("correction", raw=repr(one)) for one in self.corrections])
        return "+".join(part for part in (RULES_VERSION, chosen, mended) if part)

    def frame(self) -> pl.DataFrame:
        """The raw records, with what was corrected in its place."""
        found = raw_frame(self.records)
        return corrected(found, self.names, self.first_row, self.corrections) if self.corrections else found


async def load_blocks(tx: Tx, task: Task) -> list[BlockRow]:
    row = await imports.of_flow(tx, task.flow)
    return await blocks.listing(tx, task.flow.scope, row.id)


def keep(found: list[BlockRow]) -> list[BlockRow]:
    return found


async def save_parts(tx: Tx, task: Task, found: Sequence[BlockRow]) -> Next:
    await begin_with_memory(tx, task.flow.scope)
    filled = [block for block in found if block.records]
    if not filled:
        return Complete({"asset_classes": {}}, 0)
    return Fan("block", [{"block_id": block.id} for block in filled], "finish", sum(block.records for block in filled))


async def load_block(tx: Tx, task: Task) -> RawBlock:
    row = await imports.of_flow(tx, task.flow)
    return await raw_block(tx, task.flow.scope, row.id, task.payload["block_id"])


async def raw_block(tx: Tx, scope: Scope, import_id: UUID, block_id: int) -> RawBlock:
    table_no, records = await blocks.raw_records(tx, scope, block_id)
    mapping = (await mappings.newest(tx, scope, import_id))[table_no]
    entries = tuple(MappingEntry(**entry) for entry in mapping.entries or [])
    custom = tuple(Attribute(**{**one, "values": tuple(one["values"])}) for one in mapping.custom)
    chosen = concerning(await choices_in_force(tx, scope), entries)
    table = next(table for table in await imports.tables(tx, scope, import_id) if table.table_no == table_no)
    return RawBlock(
        import_id,
        block_id,
        table_no,
        mapping.id,
        entries,
        records,
        custom,
        chosen,
        tuple(table.columns),
        await blocks.first_row(tx, scope, block_id),
        table.record_kind,
        tuple(await corrections.of_block(tx, scope, block_id)),
    )


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One block after the rules."""

    raw: RawBlock
    records: int
    values: PackedValues
    issues: Sequence[Issue]
    heard: Sequence[tuple[Listener, Any]] = ()


def clean(raw: RawBlock, listeners: Sequence[Listener] = ()) -> Cleaned:
    """Apply the rules, and ask each of the listeners what it keeps of the block."""
    block = cleanse(raw.frame(), raw.entries, raw.custom, raw.choices)
    # What a corrected block says does not follow from the raw values that are stored beside it.
    values = pack_values(block.frame, {} if raw.corrections else block.origins)
    heard = _heard(raw, block.frame, listeners) if listeners else ()
    return Cleaned(raw, raw.records.records, values, block.issues, heard)


def _heard(raw: RawBlock, cleansed: pl.DataFrame, listeners: Sequence[Listener]) -> Sequence[tuple[Listener, Any]]:
    read = cleansed_as_read(raw.block_id, raw.first_row, cleansed, raw.custom)
    return [(one, one.hear(CleansedRecords(raw.block_id, raw.record_kind, read))) for one in listeners]


async def save_block(tx: Tx, task: Task, cleaned: Cleaned) -> Next:
    scope, block_id = task.flow.scope, cleaned.raw.block_id
    await _save(tx, scope, cleaned)
    for listener, heard in cleaned.heard:
        if heard is not None:
            await listener.keep(tx, scope, block_id, heard)
    return PartDone(cleaned.records, {"block_id": block_id})


async def _save(tx: Tx, scope: Scope, cleaned: Cleaned) -> None:
    raw = cleaned.raw
    await blocks.take_back_rejections(tx, scope, raw.block_id, "data_cleansing")
    await blocks.add_cleansed(tx, scope, raw.block_id, raw.mapping_set_id, raw.rules_version, cleaned.values)
    await blocks.replace_issues(tx, scope, raw.import_id, raw.table_no, raw.block_id, "data_cleansing", cleaned.issues)


async def skip_block(tx: Tx, task: Task, error: MusterError) -> Next:
    """Set every record of a block aside that cannot be cleansed; what was set aside before keeps its own reason."""
    row, scope, block_id = await imports.of_flow(tx, task.flow), task.flow.scope, task.payload["block_id"]
    raw = await raw_block(tx, scope, row.id, block_id)
    frame, known = raw.frame(), await blocks.rejected_ordinals(tx, scope, block_id)
    why = Issue("chunk_skipped", f"Its chunk could not be cleansed: {error}", error.recovery_hint)
    aside = [(at, [text or "" for text in texts], why) for at, texts in enumerate(frame.iter_rows()) if at not in known]
    await blocks.reject(tx, scope, row.id, block_id, "data_cleansing", aside)
    nothing = pack_values(cleanse(frame, ()).frame, {})
    await blocks.add_cleansed(tx, scope, block_id, raw.mapping_set_id, raw.rules_version, nothing)
    return PartDone(frame.height, {"block_id": block_id, "skipped": frame.height})


async def cleanse_again(tx: Tx, scope: Scope, import_id: UUID, table_no: int) -> None:
    """Cleanse the blocks of one table anew, one after the other, after the newest version of its mapping."""
    for row in await blocks.listing(tx, scope, import_id):
        if row.table_no == table_no and row.records:
            await cleanse_block(tx, scope, import_id, row.id)


async def cleanse_block(tx: Tx, scope: Scope, import_id: UUID, block_id: int) -> None:
    """Cleanse one block anew, after the newest version of its mapping, people's choices and corrections."""
    raw = await raw_block(tx, scope, import_id, block_id)
    await _save(tx, scope, await asyncio.to_thread(clean, raw))


async def load_rest(tx: Tx, task: Task) -> int:
    row = await imports.of_flow(tx, task.flow)
    return await blocks.uncleansed(tx, task.flow.scope, row.id)


def nothing_left(blocks_left: int) -> int:
    if blocks_left:
        raise PartlyDone(f"{blocks_left} blocks have no cleansed records.")
    return 0


async def save_rest(tx: Tx, task: Task, left: int) -> Next:
    row = await imports.of_flow(tx, task.flow)
    await take_corrections(tx, task.flow.scope, row.id)
    for import_id, block_id in await corrections.blocks_of(tx, task.flow.scope, row.id):
        await cleanse_block(tx, task.flow.scope, import_id, block_id)
    return Complete({"asset_classes": {"blocks_left": left}})


def phase(listeners: Sequence[Listener] = ()) -> Phase:
    """The phase, with those that hear of each block as soon as it is cleansed."""
    return Phase(
        name=PhaseName.DATA_CLEANSING,
        after=PhaseName.FIELD_MAPPING,
        steps={
            "start": Step(load_blocks, keep, save_parts),
            "block": Step(load_block, partial(clean, listeners=tuple(listeners)), save_block, skip_block),
            "finish": Step(load_rest, nothing_left, save_rest),
        },
    )
