"""The assets of the records concerned, described block by block and written as the difference to what stands."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from muster.phases.asset_inventory.counted import IN_INVENTORY, RULES, Plan, made_of
from muster.phases.asset_inventory.inventory import alone_assets, describe
from muster.phases.asset_inventory.reviews import SCHEMA
from muster.phases.asset_inventory.statement import unpacked
from muster.store import claims, identity_reviews, tenants
from muster.store import inventory as stored
from muster.store.claims import CountedBlock
from muster.store.frames import ORDINAL_BITS, cleansed_at, record_ids
from muster.store.inventory import LINK, NewAssets
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.kinds import RECORD_KINDS
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class Chosen:
    """`ids`: key, asset_id, fresh of every computed asset; `standing`: those of them that are stored; `gone`: stored
    ones that are none of them; `next_id`: the first id free afterwards. The key is the asset's number, or of a record
    alone its negative id.
    """

    ids: pl.DataFrame
    standing: pl.Series
    gone: pl.Series
    next_id: int


@dataclass(frozen=True, slots=True)
class ToWrite:
    """Assets that are new, and those that stand and say something else now."""

    described: int
    new: NewAssets | None
    changed: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Described:
    """Of one block: the assets of the records that are alone, and the values of the records that are not."""

    assets: ToWrite
    values: pl.DataFrame


@dataclass(slots=True)
class Writer:
    """What is known of the stored assets, and the transaction that writes over them."""

    tx: Tx
    scope: Scope
    known: pl.DataFrame
    mapping_sets: dict[int, int | None]
    written: int = 0

    def sorted_out(self, assets: pl.DataFrame) -> ToWrite:
        """Assets (asset_id, fresh, first_record_id, attributes) that are new or other than before."""
        if not assets.height:
            return ToWrite(0, None, assets)
        block = pl.col("first_record_id") // 2**ORDINAL_BITS
        sets = block.replace_strict(self.mapping_sets, return_dtype=pl.Int64).alias("mapping_set_id")
        whole = stored.stored_form(assets.with_columns(sets))
        fresh, same = pl.col("fresh"), ["asset_id", "content_hash", "first_record_id", "mapping_set_id", "more_records"]
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


async def save_inventory(tx: Tx, scope: Scope, plan: Plan) -> dict[str, Any]:
    """Store the difference between the computed and the stored inventory; returns what the flow remembers of it.

    Raises TransactionConflict if claims or decisions changed since they were read, RecordsLost if the dispositions do
    not add up to the records.
    """
    evidence = plan.evidence
    await tenants.advance_inventory(tx, scope, evidence.version)
    state = await stored.state(tx, scope)
    blocks = concerned_blocks(plan)
    old = await stored.links_of(tx, scope, [block.id for block in blocks if block.linked])
    chosen = await asyncio.to_thread(choose, plan, old, state.next_asset_id)
    sets = {block.id: block.mapping_set_id for block in evidence.blocks}
    writer = Writer(tx, scope, await stored.known(tx, scope, chosen.standing.to_list()), sets)
    joined, reviews = await _write_assets(writer, plan, chosen, blocks)
    await stored.settled(tx)
    await stored.link(tx, scope, await asyncio.to_thread(_link_rows, plan, chosen, blocks, old, joined))
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


def choose(plan: Plan, old: pl.DataFrame, next_id: int) -> Chosen:
    """An asset keeps its id while it keeps its records.

    An old asset goes where its lowest record went, a new one takes its oldest.
    """
    alone = plan.alone.to_frame("record_id").with_columns(key=-pl.col("record_id"))
    placed = [] if plan.placed is None else [plan.placed.claims.select("record_id", key="asset_no")]
    now = pl.concat([alone, *placed])
    stood = old.select("record_id", "asset_id").drop_nulls()
    met = stood.join(now, on="record_id").group_by("asset_id", "key").agg(first=pl.col("record_id").min())
    home = met.sort("asset_id", "first").unique("asset_id", keep="first", maintain_order=True)
    taken = home.sort("key", "asset_id").unique("key", keep="first", maintain_order=True).select("key", "asset_id")
    keys = now.select("key").unique(maintain_order=True).join(taken, on="key", how="left", maintain_order="left")
    fresh = pl.col("asset_id").is_null()
    numbered = pl.coalesce("asset_id", fresh.cast(pl.Int64).cum_sum() + (next_id - 1))
    ids = keys.select("key", fresh=fresh, asset_id=numbered)
    gone_blocks = [block.id for block in plan.evidence.blocks if not block.live]
    block = pl.col("record_id") // 2**ORDINAL_BITS
    concerned = stood.filter(pl.col("record_id").is_in(plan.touched.implode()) | block.is_in(gone_blocks))
    held = concerned["asset_id"].unique()
    gone = held.filter(~held.is_in(taken["asset_id"].implode()))
    return Chosen(ids, taken["asset_id"], gone, next_id + int(ids["fresh"].sum()))


async def _write_assets(
    writer: Writer, plan: Plan, chosen: Chosen, blocks: Sequence[CountedBlock]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Write every asset; returns the links of the records that are not alone, and the pairs that a person decides.

    The values end with this function: links are made when the room they took is free again.
    """
    values = [part async for part in _write_alone(writer, plan, chosen, blocks)]
    together, joined, reviews = await asyncio.to_thread(_together, plan, chosen, values)
    del values
    await writer.write(await asyncio.to_thread(writer.sorted_out, together))
    return joined, reviews


async def _write_alone(
    writer: Writer, plan: Plan, chosen: Chosen, blocks: Sequence[CountedBlock]
) -> AsyncIterator[pl.DataFrame]:
    """Describe block by block, one ahead of what is written: this program computes while the database writes."""
    ahead: asyncio.Task[Described] | None = None
    for block in [*_to_read(plan, blocks), None]:
        if block is not None:
            _, _, cleansed = await claims.cleansed(writer.tx, writer.scope, block.id)
            begun = asyncio.create_task(asyncio.to_thread(_described, writer, plan, chosen, block, cleansed))
        if ahead is not None:
            described = await ahead
            await writer.write(described.assets)
            yield described.values
        ahead = begun if block is not None else None


def _to_read(plan: Plan, blocks: Sequence[CountedBlock]) -> list[CountedBlock]:
    touched = set((plan.touched // 2**ORDINAL_BITS).unique().to_list())
    return [block for block in blocks if block.live and block.id in touched]


def _described(writer: Writer, plan: Plan, chosen: Chosen, block: CountedBlock, cleansed: StoredBlock) -> Described:
    assert block.statements is not None
    evidence, places = plan.evidence, [(table.import_id, table.table_no) for table in plan.evidence.tables]
    tables = evidence.live_tables
    table = tables.filter(pl.col("table_ref") == places.index((block.import_id, block.table_no)))
    own, others = _ordinals(plan.alone, block), pl.Series(dtype=pl.Int64)
    if plan.placed is not None:
        others = _ordinals(plan.placed.places["record_id"], block)
    mine, shared = cleansed_at(block.id, block.first_row, cleansed, (own, others), evidence.custom)
    assets = alone_assets(mine, unpacked(block.statements)[own], table, tables, evidence.rules)
    keyed = assets.with_columns(key=-pl.col("first_record_id"))
    identified = keyed.join(chosen.ids, on="key", how="left", maintain_order="left").drop("key")
    return Described(writer.sorted_out(identified), _filled(shared, plan))


def _ordinals(record_ids: pl.Series, block: CountedBlock) -> pl.Series:
    """The places in the block of those of the ascending record ids that are in it."""
    first = block.id << ORDINAL_BITS
    start, end = (int(record_ids.search_sorted(first + at, side="left")) for at in (0, 2**ORDINAL_BITS))
    return record_ids[start:end] - (first + 1)


def _filled(records: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The columns that any record fills, and the client's own that a person edited: their type is known here alone."""
    edited = {made.attribute for made in plan.evidence.decisions}
    own = {one.name for one in plan.evidence.custom if one.name in edited}
    return records.select(
        name for name in records.columns if name in own or records[name].null_count() < records.height
    )


def _together(plan: Plan, chosen: Chosen, values: Sequence[pl.DataFrame]) -> tuple[pl.DataFrame, ...]:
    """The assets of the records that are not alone, the links of those records, and the pairs that a person decides."""
    if plan.placed is None:
        return pl.DataFrame(), pl.DataFrame(schema=LINK), pl.DataFrame(schema=SCHEMA)
    told = pl.concat([part for part in values if part.height], how="diagonal")
    evidence = plan.evidence
    found = describe(plan.placed, told, evidence.live_tables, evidence.decisions, evidence.rules)
    ids = chosen.ids.rename({"key": "asset_no"})
    assets = found.assets.join(ids, on="asset_no", how="left", maintain_order="left")
    firsts = assets.select("asset_no", "first_record_id")
    others = plan.placed.claims.select("asset_no", "record_id").join(firsts, on="asset_no")
    more = (
        others.filter(pl.col("record_id") != pl.col("first_record_id"))
        .sort("record_id")
        .group_by("asset_no")
        .agg(more_records=pl.concat_str(pl.lit("{"), pl.col("record_id").cast(pl.String).str.join(","), pl.lit("}")))
    )
    links = found.links.join(ids, on="asset_no", how="left", maintain_order="left").select(*LINK).cast(LINK)  # type: ignore[arg-type]
    return assets.join(more, on="asset_no", how="left", maintain_order="left").drop("asset_no"), links, found.reviews


def _links_alone(plan: Plan, chosen: Chosen) -> pl.DataFrame:
    """Of the records alone, and of those that nothing identifies."""
    ids = chosen.ids.select(record_id=-pl.col("key"), asset_id="asset_id")
    alone = plan.alone.to_frame("record_id").join(ids, on="record_id", how="left", maintain_order="left")
    rest = plan.touched.filter(~plan.touched.is_in(plan.alone.implode()))
    if plan.placed is not None:
        rest = rest.filter(~rest.is_in(plan.placed.places["record_id"].implode()))
    return pl.concat(
        [
            _links(alone, "created", pl.lit("new"), 1.0),
            _links(rest.to_frame("record_id"), "rejected", pl.lit("no_identity"), 1.0),
        ]
    )


def _links(records: pl.DataFrame, disposition: str, rule: pl.Expr, score: float) -> pl.DataFrame:
    asset_id = pl.col("asset_id") if "asset_id" in records.columns else pl.lit(None, pl.Int64).alias("asset_id")
    words = {"disposition": pl.lit(disposition), "rule": rule, "score": pl.lit(score, pl.Float64)}
    return records.select("record_id", asset_id, **words).cast(LINK)  # type: ignore[arg-type]


def _left_out(plan: Plan, blocks: Sequence[CountedBlock]) -> pl.DataFrame:
    """Rejected records, and the records of tables whose rows are no assets, of blocks that are linked anew."""
    kinds = {(table.import_id, table.table_no): table.record_kind for table in plan.evidence.tables}
    new = [block for block in blocks if block.live and (plan.evidence.everything or not block.linked)]
    numbers = pl.Series([block.id for block in new], dtype=pl.Int64).implode()
    schema = {"record_id": pl.Int64(), "code": pl.String()}
    bad = pl.DataFrame(list(plan.evidence.rejected), schema=schema, orient="row")
    bad = bad.filter((pl.col("record_id") // 2**ORDINAL_BITS).is_in(numbers))
    found = [_links(bad, "rejected", pl.col("code"), 0.0)]
    for block in new:
        kind = kinds[block.import_id, block.table_no]
        if RECORD_KINDS[kind] in IN_INVENTORY:
            continue
        every = record_ids(block.id, block.records).alias("record_id").to_frame()
        every = every.join(bad, on="record_id", how="anti", maintain_order="left")
        found.append(_links(every, "excluded", pl.lit(f"{kind}_record"), 0.0))
    return pl.concat(found)


def _link_rows(
    plan: Plan, chosen: Chosen, blocks: Sequence[CountedBlock], old: pl.DataFrame, joined: pl.DataFrame
) -> list[tuple[object, ...]]:
    """The links of the live blocks concerned: new ones, and of records that are not concerned those that stood."""
    computed = pl.concat([_links_alone(plan, chosen), joined, _left_out(plan, blocks)])
    live = pl.Series([block.id for block in blocks if block.live], dtype=pl.Int64).implode()
    stood = old.filter((pl.col("record_id") // 2**ORDINAL_BITS).is_in(live))
    stood = stood.join(computed, on="record_id", how="anti")
    return stored.link_blocks(pl.concat([computed, stood]), made_of(blocks))
