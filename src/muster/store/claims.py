"""Everything the live imports of an engagement say: what an inventory is computed from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from muster.store.blocks import RAW, VALUES, raw, stored
from muster.store.packed import Packed
from muster.store.packed_values import StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
Kept = Literal["statement_block", "evidence_block"]  # tables of what phases read of a block and keep


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
class CountedBlock:
    """A block of a live import, or one that is linked although its import counts no longer.

    `linked`: it has links; `as_linked`: the cleansed block is still the one that was linked. `statements`: who its
    records say they are, as asset_inventory stored it; None for tables whose rows are no assets.
    """

    id: int
    import_id: UUID
    table_no: int
    first_row: int
    records: int
    live: bool
    linked: bool
    as_linked: bool
    mapping_set_id: int | None
    cleansed_by: str | None
    statements: bytes | None


# An import counts once its own inventory phase is done; the flow that is in that phase counts itself.
LIVE = """select i.* from data_import i where i.client_account_id = $1 and i.engagement_id = $2 and i.undone_at is null
  and (i.master_flow_id = $3 or exists (select 1 from phase_run r where (r.client_account_id, r.engagement_id, r.flow_id)
    = (i.client_account_id, i.engagement_id, i.master_flow_id) and r.phase = 'asset_inventory' and r.state = 'completed'))"""
OF_BLOCK = "(b.client_account_id, b.engagement_id, b.id)"
# Live cleansed blocks (b, c) with their tables (t) and imports (i); $3 is the flow that counts already.
BLOCKS = f"""live i
  join raw_block b on (b.client_account_id, b.engagement_id, b.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
  join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
    = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
  join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = {OF_BLOCK} and c.superseded_at is null"""

# A rejected record counts again where a corrected file says what it should have been.
MENDED = """exists (
  select 1 from raw_block b
  join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
    = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
  join corrected_record c on (c.client_account_id, c.engagement_id, c.file_sha256, c.table_name, c.row_number)
    = (b.client_account_id, b.engagement_id, i.file_sha256, t.name, b.first_row + (r.record_id & 1048575)::int - 1)
  join data_import m on (m.client_account_id, m.engagement_id, m.id) = (c.client_account_id, c.engagement_id, c.data_import_id)
    and m.undone_at is null
  where b.client_account_id = $1 and b.engagement_id = $2 and b.id = r.record_id >> 20)"""


async def tables(tx: Tx, scope: Scope, flow_id: UUID | None, also: Sequence[UUID] = ()) -> list[LiveTable]:
    """The tables of the live imports, and of the imports `also`, in order of arrival."""
    rows = await tx.fetch(
        f"""with live as ({LIVE} union select i.* from data_import i where {TENANT} and i.id = any($4))
        select i.id as import_id, t.table_no, i.arrival, i.file_sha256, t.name, i.source, i.precedence, i.as_of, t.record_kind, t.locator
        from live i join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        order by i.arrival, t.table_no""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
        list(also),
    )
    return [LiveTable(**dict(row)) for row in rows]


async def live_imports(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[UUID]:
    """The imports that count, in order of arrival."""
    rows = await tx.fetch(
        f"with live as ({LIVE}) select id from live order by arrival",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
    )
    return [row["id"] for row in rows]


async def rejected(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[tuple[int, str]]:
    """Id and reason's code of every rejected record of the live imports."""
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select r.record_id, r.code from live i
        join rejected_record r on (r.client_account_id, r.engagement_id, r.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        where not {MENDED}""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
    )
    return [(row["record_id"], row["code"]) for row in rows]


async def cleansed_blocks(
    tx: Tx, scope: Scope, flow_id: UUID | None, record_kinds: Sequence[str]
) -> list[tuple[int, UUID, int]]:
    """(block id, import, table number) of the cleansed blocks of live tables of these kinds, in order of arrival."""
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select b.id, b.data_import_id, b.table_no from {BLOCKS}
        where t.record_kind = any($4) and b.records > 0 order by i.arrival, b.table_no, b.block_no""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
        list(record_kinds),
    )
    return [tuple(row) for row in rows]


async def untold(
    tx: Tx, scope: Scope, flow_id: UUID | None, record_kinds: Sequence[str], kept: Kept, rules: str
) -> list[tuple[int, int]]:
    """(block id, records) of the live blocks of these kinds of which `kept` has nothing, or what other rules made or of other values."""
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select b.id, b.records from {BLOCKS}
        left join {kept} s on (s.client_account_id, s.engagement_id, s.block_id) = {OF_BLOCK}
        where t.record_kind = any($4) and b.records > 0
          and (s.rules, s.mapping_set_id, s.cleansed_by) is distinct from ($5, c.mapping_set_id, c.rules_version) order by b.id""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
        list(record_kinds),
        rules,
    )
    return [(row["id"], row["records"]) for row in rows]


async def cleansed(tx: Tx, scope: Scope, block_id: int) -> tuple[int, str, StoredBlock]:
    """A block's first row number, its table's record kind, and its cleansed records."""
    row = await tx.fetchrow(
        f"""select b.first_row, t.record_kind, {RAW}, {VALUES} from raw_block b
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
        join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = {OF_BLOCK} and c.superseded_at is null
        where b.client_account_id = $1 and b.engagement_id = $2 and b.id = $3""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return row["first_row"], row["record_kind"], stored(row)


async def statements(tx: Tx, scope: Scope, block_id: int) -> bytes:
    """Who a block's records say they are, as `state` kept it."""
    query = f"select statements from statement_block where {TENANT} and block_id = $3"
    return bytes(await tx.fetchval(query, scope.client_account_id, scope.engagement_id, block_id))


async def state(tx: Tx, scope: Scope, block_id: int, rules: str, statements: bytes) -> None:
    """Keep who a block's records say they are, in place of what other rules or other values said."""
    await tx.execute(
        f"""insert into statement_block (client_account_id, engagement_id, block_id, mapping_set_id, cleansed_by, rules, statements)
        select $1, $2, $3, mapping_set_id, rules_version, $4, $5 from cleansed_block where {TENANT} and block_id = $3 and superseded_at is null
        on conflict (client_account_id, engagement_id, block_id) do update
          set (mapping_set_id, cleansed_by, rules, statements)
            = (excluded.mapping_set_id, excluded.cleansed_by, excluded.rules, excluded.statements)""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
        rules,
        statements,
    )


async def counted_blocks(tx: Tx, scope: Scope, flow_id: UUID | None) -> list[CountedBlock]:
    """Every block with records that counts or is linked, in order of id."""
    rows = await tx.fetch(
        f"""with live as ({LIVE})
        select b.id, b.data_import_id as import_id, b.table_no, b.first_row, b.records, i.id is not null as live,
          k.block_id is not null as linked, (k.mapping_set_id, k.cleansed_by) is not distinct from (c.mapping_set_id, c.rules_version) as as_linked,
          c.mapping_set_id, c.rules_version as cleansed_by, s.statements
        from raw_block b
        left join live i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
        left join link_block k on (k.client_account_id, k.engagement_id, k.block_id) = {OF_BLOCK}
        left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = {OF_BLOCK} and c.superseded_at is null
        left join statement_block s on (s.client_account_id, s.engagement_id, s.block_id) = {OF_BLOCK}
        where b.client_account_id = $1 and b.engagement_id = $2 and b.records > 0 and (i.id is not null or k.block_id is not null)
        order by b.id""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
    )
    return [CountedBlock(**dict(row)) for row in rows]


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
