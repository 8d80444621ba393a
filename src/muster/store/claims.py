"""Everything the live imports of an engagement say: what an inventory is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from muster.store.blocks import RAW, VALUES, raw, stored
from muster.store.packed import Packed
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class LiveTable:
    """One table of a live import. `arrival` is the import's place in the order of arrival."""

    import_id: UUID
    table_no: int
    arrival: int
    file_sha256: str
    name: str
    source: str
    precedence: int
    as_of: date | None
    record_kind: str
    locator: dict[str, object]


@dataclass(frozen=True, slots=True)
class LiveBlock:
    """One block of cleansed records of a live table."""

    id: int
    import_id: UUID
    table_no: int
    first_row: int
    records: int
    stored: StoredBlock


@dataclass(frozen=True, slots=True)
class LiveClaims:
    """Tables, blocks and rejected record ids (with their reason's code) of every live import, in order of arrival."""

    tables: list[LiveTable]
    blocks: list[LiveBlock]
    rejected: list[tuple[int, str]]


# An import counts once its own inventory phase is done; the flow that is in that phase counts itself.
LIVE = """select i.* from data_import i where i.client_account_id = $1 and i.engagement_id = $2 and i.undone_at is null
  and (i.master_flow_id = $3 or exists (select 1 from phase_run r where (r.client_account_id, r.engagement_id, r.flow_id)
    = (i.client_account_id, i.engagement_id, i.master_flow_id) and r.phase = 'asset_inventory' and r.state = 'completed'))"""


async def live(tx: Tx, scope: Scope, flow_id: UUID | None, record_kinds: Sequence[str] | None = None) -> LiveClaims:
    """Read the live claims; `flow_id` is the flow that is being computed, if any; `record_kinds` limits the blocks that are read."""
    key = (scope.client_account_id, scope.engagement_id, flow_id)
    tables = await tx.fetch(
        f"""with live as ({LIVE})
        select i.id as import_id, t.table_no, i.arrival, i.file_sha256, t.name, i.source, i.precedence, i.as_of, t.record_kind, t.locator
        from live i join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        order by i.arrival, t.table_no""",
        *key,
    )
    blocks = await tx.fetch(
        f"""with live as ({LIVE})
        select b.id, b.data_import_id as import_id, b.table_no, b.first_row, {RAW}, {VALUES}
        from live i
        join raw_block b on (b.client_account_id, b.engagement_id, b.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id)
          and c.superseded_at is null
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
        where $4::text[] is null or t.record_kind = any($4)
        order by i.arrival, b.table_no, b.block_no""",
        *key,
        None if record_kinds is None else list(record_kinds),
    )
    rejected = await tx.fetch(
        f"""with live as ({LIVE}) select r.record_id, r.code from live i
        join rejected_record r on (r.client_account_id, r.engagement_id, r.data_import_id) = (i.client_account_id, i.engagement_id, i.id)""",
        *key,
    )
    return LiveClaims(
        [LiveTable(**dict(row)) for row in tables],
        [
            LiveBlock(row["id"], row["import_id"], row["table_no"], row["first_row"], row["records"], stored(row))
            for row in blocks
        ],
        [(row["record_id"], row["code"]) for row in rejected],
    )


async def block_spans(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[tuple[int, UUID, int, int]]:
    """(block id, import, table number, records) of every block of every live import, records unread."""
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select b.id, b.data_import_id, b.table_no, b.records from live i
        join raw_block b on (b.client_account_id, b.engagement_id, b.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        order by b.id""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
    )
    return [tuple(row) for row in rows]


async def raw_blocks(
    tx: Tx, scope: Scope, flow_id: UUID | None, formats: Sequence[str]
) -> list[tuple[int, UUID, int, list[str], Packed]]:
    """(block id, import, table number, the table's columns, raw records) of every live block that was read in one of these formats."""
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select b.id, b.data_import_id, b.table_no, t.columns, {RAW} from live i
        join raw_block b on (b.client_account_id, b.engagement_id, b.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
        where t.format = any($4) and b.records > 0 order by i.arrival, b.table_no, b.block_no""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
        list(formats),
    )
    return [(row["id"], row["data_import_id"], row["table_no"], row["columns"], raw(row)) for row in rows]
