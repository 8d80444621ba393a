"""asset_inventory: compute the engagement's inventory from its live claims and decisions, and store the difference."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import polars as pl

from muster.flow.phase import Complete, Next, Phase, Step, Task
from muster.phases.asset_inventory.decisions import InventoryDecision, decision_of
from muster.phases.asset_inventory.inventory import Inventory, inventory
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, rules_of
from muster.store import claims, custom_attributes, decisions, tenants
from muster.store import inventory as stored
from muster.store.claims import LiveClaims, LiveTable
from muster.store.frames import cleansed_frame, record_ids
from muster.store.transaction import Tx
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.phases import PhaseName
from muster.vocabulary.scope import Scope

IN_INVENTORY = (RecordRole.ASSET, RecordRole.DETAIL)
KINDS_READ = [kind for kind, role in RECORD_KINDS.items() if role in IN_INVENTORY]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims and decisions as they were at one version of the engagement."""

    version: int
    live: LiveClaims
    blocks: Sequence[tuple[int, UUID, int, int]]
    decisions: Sequence[InventoryDecision]
    custom: Sequence[Attribute] = ()
    rules: Rules = AS_THEY_COME


@dataclass(frozen=True, slots=True)
class Computed:
    """An inventory, with a disposition for every record of every live table, and what it was computed from."""

    version: int
    import_ids: list[str]
    inventory: Inventory
    links: pl.DataFrame


async def load_evidence(tx: Tx, scope: Scope, flow_id: UUID | None) -> Evidence:
    """Everything the inventory is a function of; `flow_id` is the flow whose import is about to count."""
    version = await tenants.inventory_version(tx, scope)
    live = await claims.live(tx, scope, flow_id, KINDS_READ)
    spans = await claims.block_spans(tx, scope, flow_id)
    standing = await decisions.standing(tx, scope)
    made = [decision for row in standing if (decision := decision_of(row)) is not None]
    return Evidence(version, live, spans, made, await custom_attributes.known(tx, scope), rules_of(standing))


async def load(tx: Tx, task: Task) -> Evidence:
    return await load_evidence(tx, task.flow.scope, task.flow.id)


def tables_frame(tables: Sequence[LiveTable]) -> pl.DataFrame:
    """The live tables as the pure function reads them; `table_ref` is the place in this list."""
    arrivals = sorted({table.arrival for table in tables})
    rows = [
        {
            "table_ref": ref,
            "import_ref": arrivals.index(table.arrival) + 1,
            "file_sha256": table.file_sha256,
            "table_name": table.name,
            "source": table.source,
            "precedence": table.precedence,
            "as_of": table.as_of,
            "record_kind": table.record_kind,
            "role": RECORD_KINDS[table.record_kind].value,
        }
        for ref, table in enumerate(tables)
    ]
    schema = {
        "table_ref": pl.Int32(), "import_ref": pl.Int32(), "file_sha256": pl.String(), "table_name": pl.String(),
        "source": pl.String(),
        "precedence": pl.Int32(), "as_of": pl.Date(), "record_kind": pl.String(), "role": pl.String(),
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema)


def records_frame(
    live: LiveClaims, custom: Sequence[Attribute] = (), edited: Collection[str | None] = ()
) -> pl.DataFrame:
    """Every live record that may become or describe an asset, without rejected ones and columns nobody fills.

    A client's own attribute that a person edited stays a column even so: its type is known here alone.
    """
    refs = {(table.import_id, table.table_no): ref for ref, table in enumerate(live.tables)}
    frames = [
        cleansed_frame(block.id, block.first_row, block.stored, custom=custom).with_columns(
            pl.lit(refs[block.import_id, block.table_no], pl.Int32).alias("table_ref")
        )
        for block in live.blocks
    ]
    if not frames:
        return pl.DataFrame(schema={"record_id": pl.Int64(), "table_ref": pl.Int32(), "row_number": pl.Int64()})
    every = pl.concat(frames)
    rejected = pl.Series("record_id", [record_id for record_id, _ in live.rejected], dtype=pl.Int64)
    kept = every.filter(~pl.col("record_id").is_in(rejected.implode()))
    filled = kept.select(pl.col(name).is_not_null().any() for name in kept.columns).row(0) if kept.height else ()
    own = {"record_id", "table_ref", "row_number", *(one.name for one in custom if one.name in edited)}
    empty = [name for name, any_value in zip(kept.columns, filled, strict=False) if not any_value and name not in own]
    return kept.drop(empty)


def compute(evidence: Evidence) -> Computed:
    """The pure function over one engagement, and the disposition of the records it does not look at."""
    edited = {made.attribute for made in evidence.decisions}
    records = records_frame(evidence.live, evidence.custom, edited)
    result = inventory(records, tables_frame(evidence.live.tables), evidence.decisions, evidence.rules)
    links = pl.concat(
        [result.links.select("record_id", "asset_no", "disposition", "rule", "score"), _left_out(evidence)]
    )
    return Computed(evidence.version, sorted({str(table.import_id) for table in evidence.live.tables}), result, links)


def _left_out(evidence: Evidence) -> pl.DataFrame:
    """Rejected records, and the records of tables whose rows are no assets."""
    kinds = {(table.import_id, table.table_no): table.record_kind for table in evidence.live.tables}
    rejected = {record_id: code for record_id, code in evidence.live.rejected}
    ids: list[pl.DataFrame] = [
        _links(
            pl.Series(list(rejected), dtype=pl.Int64), "rejected", pl.Series(list(rejected.values()), dtype=pl.String)
        )
    ]
    bad = pl.Series(list(rejected), dtype=pl.Int64)
    for block_id, import_id, table_no, records in evidence.blocks:
        kind = kinds[import_id, table_no]
        if RECORD_KINDS[kind] in IN_INVENTORY:
            continue
        every = record_ids(block_id, records)
        rest = every.filter(~every.is_in(bad.implode()))
        ids.append(_links(rest, "excluded", pl.repeat(f"{kind}_record", rest.len(), eager=True, dtype=pl.String)))
    return pl.concat(ids)


def _links(record_ids: pl.Series, disposition: str, rule: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"record_id": record_ids, "rule": rule}).select(
        "record_id",
        pl.lit(None, pl.Int64).alias("asset_no"),
        pl.lit(disposition).alias("disposition"),
        "rule",
        pl.lit(0.0, pl.Float64).alias("score"),
    )


async def save_inventory(tx: Tx, scope: Scope, computed: Computed) -> dict[str, Any]:
    """Store the difference between the computed and the stored inventory; returns what the flow remembers of it."""
    await stored.replace(tx, scope, computed.inventory.assets, computed.links, computed.import_ids, computed.version)
    return {"database_operations": {"assets": computed.inventory.assets.height, "links": computed.links.height}}


async def save(tx: Tx, task: Task, computed: Computed) -> Next:
    return Complete(await save_inventory(tx, task.flow.scope, computed), computed.links.height)


PHASE = Phase(
    name=PhaseName.ASSET_INVENTORY,
    after=PhaseName.DATA_CLEANSING,
    steps={"start": Step(load, compute, save)},
    exclusive=True,
)
