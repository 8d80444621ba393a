"""What became of each record, block by block: new links, and those that stood of records that are not concerned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from muster.phases.asset_inventory.chosen import Chosen
from muster.phases.asset_inventory.counted import IN_INVENTORY, Plan, made_of
from muster.phases.asset_inventory.details import NO_OWNER
from muster.store import inventory as stored
from muster.store.claims import CountedBlock
from muster.store.frames import ORDINAL_BITS, record_ids
from muster.store.inventory import LINK
from muster.vocabulary.kinds import RECORD_KINDS


def span_of(record_ids: pl.Series, block: CountedBlock) -> slice:
    """Where those of the ascending record ids stand that are in the block."""
    first = block.id << ORDINAL_BITS
    start, end = (int(record_ids.search_sorted(first + at, side="left")) for at in (0, 2**ORDINAL_BITS))
    return slice(start, end)


def _links(records: pl.DataFrame, disposition: str, rule: pl.Expr, score: float) -> pl.DataFrame:
    asset_id = pl.col("asset_id") if "asset_id" in records.columns else pl.lit(None, pl.Int64).alias("asset_id")
    words = {"disposition": pl.lit(disposition), "rule": rule, "score": pl.lit(score, pl.Float64)}
    return records.select("record_id", asset_id, **words).cast(LINK)  # type: ignore[arg-type]


def within(records: pl.DataFrame, block: CountedBlock) -> pl.DataFrame:
    """Of rows in order of record id those of a block."""
    return records[span_of(records["record_id"], block)]


@dataclass(frozen=True, slots=True)
class Linker:
    """The links of a computation, block by block. `old`: those that stand; `joined`: those of records that are not
    alone; `rejected`: record_id, code; all in order of record id. `kinds`: what the rows of each table are.
    """

    plan: Plan
    chosen: Chosen
    old: pl.DataFrame
    joined: pl.DataFrame
    rejected: pl.DataFrame
    kinds: Mapping[tuple[UUID, int], str]

    def of_block(self, block: CountedBlock) -> pl.DataFrame:
        """LINK of every record of a live block: new ones, and of records that are not concerned those that stood."""
        found = [*self._alone(block), within(self.joined, block)]
        if self.plan.evidence.everything or not block.linked:
            found += self._left_out(block)
        computed = pl.concat(found)
        stood = within(self.old, block).join(computed, on="record_id", how="anti")
        return pl.concat([computed, stood])

    def _alone(self, block: CountedBlock) -> list[pl.DataFrame]:
        """Of the records alone, of those that wait for their owner, and of those that nothing identifies."""
        span, touched = span_of(self.plan.alone, block), self.plan.touched[span_of(self.plan.touched, block)]
        alone = pl.concat([self.plan.alone[span].to_frame("record_id"), self.chosen.alone[span]], how="horizontal")
        waiting = self.plan.waiting[span_of(self.plan.waiting, block)]
        placed = pl.concat([within(self.joined, block)["record_id"], waiting])
        rest = touched.filter(~touched.is_in(alone["record_id"].implode()) & ~touched.is_in(placed.implode()))
        return [
            _links(alone, "created", pl.lit("new"), 1.0),
            _links(waiting.to_frame("record_id"), "excluded", pl.lit(NO_OWNER), 1.0),
            _links(rest.to_frame("record_id"), "rejected", pl.lit("no_identity"), 1.0),
        ]

    def _left_out(self, block: CountedBlock) -> list[pl.DataFrame]:
        """Rejected records, and the records of tables whose rows are no assets."""
        bad, kind = within(self.rejected, block), self.kinds[block.import_id, block.table_no]
        found = [_links(bad, "rejected", pl.col("code"), 0.0)]
        if RECORD_KINDS[kind] not in IN_INVENTORY:
            every = record_ids(block.id, block.records).alias("record_id").to_frame()
            every = every.join(bad, on="record_id", how="anti", maintain_order="left")
            found.append(_links(every, "excluded", pl.lit(f"{kind}_record"), 0.0))
        return found


def link_rows(
    plan: Plan, chosen: Chosen, blocks: Sequence[CountedBlock], old: pl.DataFrame, joined: pl.DataFrame
) -> list[tuple[object, ...]]:
    """The links of the live blocks concerned, a row for each block: those of all at once took much room."""
    evidence, schema = plan.evidence, {"record_id": pl.Int64(), "code": pl.String()}
    rejected = pl.DataFrame(list(evidence.rejected), schema=schema, orient="row").sort("record_id")
    kinds = {(table.import_id, table.table_no): table.record_kind for table in evidence.tables}
    linker = Linker(plan, chosen, old.sort("record_id"), joined.sort("record_id"), rejected, kinds)
    made = made_of(blocks)
    return [row for block in blocks if block.live for row in stored.link_blocks(linker.of_block(block), made)]
