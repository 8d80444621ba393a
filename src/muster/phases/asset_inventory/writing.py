"""The assets of the records concerned, described block by block and written as the difference to what stands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from muster.phases.asset_inventory.chosen import Chosen, choose, with_placed
from muster.phases.asset_inventory.counted import RULES, Plan
from muster.phases.asset_inventory.inventory import VOTE, Placed, alone_assets, describe
from muster.phases.asset_inventory.links import link_rows, span_of
from muster.phases.asset_inventory.reviews import SCHEMA
from muster.store import claims, identity_reviews, tenants
from muster.store import inventory as stored
from muster.store.claims import CountedBlock
from muster.store.frames import ORDINAL_BITS, cleansed_at
from muster.store.inventory import LINK, NewAssets
from muster.store.packed_frames import packed, unpacked
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx, computed_beside
from muster.vocabulary.scope import Scope

WRITTEN_AT_ONCE = 20_000  # assets whose text is in memory at one time, several times over on its way to the database


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Assets that are new, and those that stand and say something else now."""

    described: int
    new: NewAssets | None
    changed: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Told:
    """A block: what its records say, and who they say they are."""

    block: CountedBlock
    cleansed: StoredBlock
    statements: bytes


@dataclass(frozen=True, slots=True)
class Described:
    """Of one block: the assets of the records that are alone, and the values of the records that are not, packed: they
    wait for those of every other block.
    """

    assets: ToWrite
    values: bytes


@dataclass(slots=True)
class Writer:
    """What is known of the stored assets and of the numbers of reasons, and the transaction that writes over them."""

    tx: Tx
    scope: Scope
    known: pl.DataFrame
    reasons: pl.DataFrame
    written: int = 0

    def sorted_out(self, assets: pl.DataFrame) -> ToWrite:
        """Assets (asset_id, fresh, first_record_id, attributes) that are new or other than before."""
        if not assets.height:
            return ToWrite(0, None, assets)
        whole = stored.stored_form(assets, self.reasons)
        fresh, same = pl.col("fresh"), ["asset_id", "content_hash", "first_record_id", "more_records"]
        if "more_records" not in whole.columns:
            whole = whole.with_columns(pl.lit(None, pl.String).alias("more_records"))
        other = whole.filter(~fresh).join(self.known, on=same, how="anti", nulls_equal=True, maintain_order="left")
        new = whole.filter(fresh)
        return ToWrite(assets.height, stored.encode_assets(new) if new.height else None, other)

    async def write(self, assets: ToWrite) -> None:
        """Store what was sorted out."""
        self.written += assets.described
        if assets.new is not None:
            await stored.add_assets(self.tx, self.scope, assets.new)
        if assets.changed.height:
            await stored.change_assets(self.tx, self.scope, assets.changed)


async def save_inventory(
    tx: Tx, scope: Scope, plan: Plan, placing: asyncio.Future[Placed] | None = None
) -> dict[str, Any]:
    """Store the difference between the computed and the stored inventory; returns what the flow remembers of it.

    `placing`: what the plan leaves open. Where none of the records concerned stood, the others are written meanwhile.

    Raises TransactionConflict if claims or decisions changed since they were read, RecordsLost if the dispositions do
    not add up to the records.
    """
    evidence = plan.evidence
    await tenants.advance_inventory(tx, scope, evidence.version)
    state = await stored.state(tx, scope)
    blocks = concerned_blocks(plan)
    old = await stored.links_of(tx, scope, [block.id for block in blocks if block.linked])
    if placing is not None and old.height:  # which ids the assets keep, all of them together decide
        found = await computed_beside(tx, placing)
        plan, placing = replace(plan, placed=found, unplaced=None), None
    chosen = await asyncio.to_thread(choose, plan, old, state.next_asset_id)
    reasons = await stored.numbered_reasons(tx, scope, plan.reasons)
    writer = Writer(tx, scope, await stored.known(tx, scope, chosen.standing.to_list()), reasons)
    values = [part async for part in _write_alone(writer, plan, chosen, blocks)]
    if placing is not None:
        found = await computed_beside(tx, placing)
        plan, chosen = replace(plan, placed=found, unplaced=None), with_placed(chosen, found)
    joined, reviews = await _write_together(writer, plan, chosen, values)
    await stored.settled(tx)
    await stored.link(tx, scope, await asyncio.to_thread(link_rows, plan, chosen, blocks, old, joined))
    gone = [block.id for block in blocks if not block.live]
    await stored.unlink(tx, scope, gone)
    await identity_reviews.replace(tx, scope, reviews, plan.touched, gone)
    await stored.drop_assets(tx, scope, chosen.gone.to_list())
    await stored.count(tx, scope, sorted({block.import_id for block in blocks}), evidence.live)
    computed = replace(state, rules=RULES, decisions=evidence.decision_ids, next_asset_id=chosen.next_id)
    await stored.keep_state(tx, scope, computed)
    return {"database_operations": {"assets": writer.written, "links": plan.touched.len()}}


def concerned_blocks(plan: Plan) -> list[CountedBlock]:
    """The blocks that came, that went, and those of the other records concerned."""
    touched = set((plan.touched // 2**ORDINAL_BITS).unique().to_list())
    every = plan.evidence.everything
    return [
        block for block in plan.evidence.blocks if every or not (block.live and block.linked) or block.id in touched
    ]


async def _write_together(
    writer: Writer, plan: Plan, chosen: Chosen, values: list[bytes]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write the assets of the records that are not alone; returns their links, and the pairs that a person decides."""
    together, joined, reviews = await asyncio.to_thread(_together, plan, chosen, values)
    values.clear()  # links are made when the room they took is free again
    for part in together.iter_slices(WRITTEN_AT_ONCE):
        await writer.write(await asyncio.to_thread(writer.sorted_out, part))
    return joined, reviews


async def _write_alone(
    writer: Writer, plan: Plan, chosen: Chosen, blocks: Sequence[CountedBlock]
) -> AsyncIterator[bytes]:
    """Describe block by block, one ahead of what is written: this program computes while the database writes."""
    ahead: asyncio.Task[Described] | None = None
    for block in [*_to_read(plan, blocks), None]:
        if block is not None:
            _, _, cleansed = await claims.cleansed(writer.tx, writer.scope, block.id)
            said = await claims.statements(writer.tx, writer.scope, block.id)
            told = Told(block, cleansed, said)
            begun = asyncio.create_task(asyncio.to_thread(_described, writer, plan, chosen, told))
        if ahead is not None:
            described = await ahead
            await writer.write(described.assets)
            yield described.values
        ahead = begun if block is not None else None


def _to_read(plan: Plan, blocks: Sequence[CountedBlock]) -> list[CountedBlock]:
    touched = set((plan.touched // 2**ORDINAL_BITS).unique().to_list())
    return [block for block in blocks if block.live and block.id in touched]


def _described(writer: Writer, plan: Plan, chosen: Chosen, told: Told) -> Described:
    block = told.block
    evidence, places = plan.evidence, [(table.import_id, table.table_no) for table in plan.evidence.tables]
    tables = evidence.live_tables
    table = tables.filter(pl.col("table_ref") == places.index((block.import_id, block.table_no)))
    alone, others = span_of(plan.alone, block), pl.Series(dtype=pl.Int64)
    own = _ordinals(plan.alone[alone], block)
    if plan.together.len():
        others = _ordinals(plan.together[span_of(plan.together, block)], block)
    mine, shared = cleansed_at(block.id, block.first_row, told.cleansed, (own, others), evidence.custom)
    assets = alone_assets(mine, unpacked(told.statements, VOTE)[own], table, tables, evidence.rules)
    identified = pl.concat([assets, chosen.alone[alone]], how="horizontal")
    return Described(writer.sorted_out(identified), packed(_filled(shared, plan)))


def _ordinals(record_ids: pl.Series, block: CountedBlock) -> pl.Series:
    """The 0-based places of a block's records in it."""
    return record_ids - ((block.id << ORDINAL_BITS) + 1)


def _filled(records: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The columns that any record fills, and the client's own that a person edited: their type is known here alone."""
    edited = {made.attribute for made in plan.evidence.decisions}
    own = {one.name for one in plan.evidence.custom if one.name in edited}
    return records.select(
        name for name in records.columns if name in own or records[name].null_count() < records.height
    )


def _together(plan: Plan, chosen: Chosen, values: Sequence[bytes]) -> tuple[pl.DataFrame, ...]:
    """The assets of the records that are not alone, the links of those records, and the pairs that a person decides."""
    if plan.placed is None:
        return pl.DataFrame(), pl.DataFrame(schema=LINK), pl.DataFrame(schema=SCHEMA)
    told = pl.concat([part for part in map(unpacked, values) if part.height], how="diagonal")
    evidence = plan.evidence
    found = describe(plan.placed, told, evidence.live_tables, evidence.decisions, evidence.rules)
    ids, firsts = chosen.placed, found.assets.select("asset_no", "first_record_id")
    others = plan.placed.claims.select("asset_no", "record_id").join(firsts, on="asset_no")
    more = (
        others.filter(pl.col("record_id") != pl.col("first_record_id"))
        .sort("record_id")
        .group_by("asset_no")
        .agg(more_records=pl.concat_str(pl.lit("{"), pl.col("record_id").cast(pl.String).str.join(","), pl.lit("}")))
    )
    links = found.links.join(ids, on="asset_no", how="left", maintain_order="left").select(*LINK).cast(LINK)  # type: ignore[arg-type]
    own = firsts.select("asset_no").join(ids, on="asset_no", how="left", maintain_order="left")
    own = own.join(more, on="asset_no", how="left", maintain_order="left")
    # Side by side: a join would copy every value.
    return found.assets.drop("asset_no").hstack(own.drop("asset_no")), links, found.reviews
