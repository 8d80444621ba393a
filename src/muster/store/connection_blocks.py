"""Table `connection_block`: what the connections of a block add up to; and which blocks tell of relations at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import polars as pl

from muster.store.claims import BLOCKS, LIVE, MENDED, OF_BLOCK
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


@dataclass(frozen=True, slots=True)
class TellingBlock:
    """A block that tells of more than assets themselves. `columns` are its table's; `sums` are those of connections."""

    id: int
    import_id: UUID
    table_no: int
    record_kind: str
    columns: Sequence[str]
    records: int
    summed: bool


async def any_of(tx: Tx, scope: Scope, asset_types: Sequence[str]) -> bool:
    """True where the engagement has an asset of one of these types."""
    query = f"select exists (select 1 from asset where {TENANT} and asset_type = any($3))"
    return bool(await tx.fetchval(query, scope.client_account_id, scope.engagement_id, list(asset_types)))


async def telling(
    tx: Tx,
    scope: Scope,
    flow_id: UUID | None,
    described: Sequence[str],
    attributes: Sequence[str],
    without: Sequence[str],
    rules: str,
) -> list[TellingBlock]:
    """The blocks of relations and connections, and those of the kinds `described` that say one of `attributes`.

    None of tables in the formats `without`.

    In order of arrival. `summed`: its connections were added up by these rules, as they are cleansed now.
    """
    rows = await tx.fetch(
        f"""with live as ({LIVE}) select b.id, b.data_import_id as import_id, b.table_no, t.record_kind, t.columns, b.records,
          (s.rules, s.mapping_set_id, s.cleansed_by) is not distinct from ($6, c.mapping_set_id, c.rules_version) as summed
        from {BLOCKS}
        left join connection_block s on (s.client_account_id, s.engagement_id, s.block_id) = {OF_BLOCK}
        where b.records > 0 and not t.format = any($7) and (t.record_kind in ('relation', 'connection') or t.record_kind = any($4)
          and exists (select 1 from jsonb_array_elements(c.layout) l where l ->> 'name' = any($5)))
        order by i.arrival, b.table_no, b.block_no""",
        scope.client_account_id,
        scope.engagement_id,
        flow_id,
        list(described),
        list(attributes),
        rules,
        list(without),
    )
    return [TellingBlock(**dict(row)) for row in rows]


async def rejected(tx: Tx, scope: Scope, block_id: int) -> list[int]:
    """The records of a block that do not count."""
    rows = await tx.fetch(
        f"""select r.record_id from rejected_record r
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (r.client_account_id, r.engagement_id, r.data_import_id)
        where r.client_account_id = $1 and r.engagement_id = $2
          and r.record_id between ($3::bigint << 20) and ($3::bigint << 20) + 1048575 and not {MENDED}""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return [row["record_id"] for row in rows]


async def table(tx: Tx, scope: Scope, block_id: int, target: str) -> tuple[str, list[str], list[int]]:
    """Of the table that a block belongs to: the names of its file and itself, its columns, and the positions of those
    that are mapped to `target`, as the block is cleansed now.
    """
    found = await tx.fetchrow(
        f"""select concat_ws(' ', i.filename, t.name) as name, t.columns, m.entries from raw_block b
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
        left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = {OF_BLOCK} and c.superseded_at is null
        left join mapping_set m on (m.client_account_id, m.engagement_id, m.id)
          = (c.client_account_id, c.engagement_id, c.mapping_set_id)
        where b.client_account_id = $1 and b.engagement_id = $2 and b.id = $3""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    entries = found["entries"] or []
    return found["name"], list(found["columns"]), [one["position"] for one in entries if one["target"] == target]


async def keep(tx: Tx, scope: Scope, block_id: int, rules: str, records: int, sums: bytes) -> None:
    """Keep what a block's connections add up to, in place of what other rules or other values made."""
    await tx.execute(
        f"""insert into connection_block (client_account_id, engagement_id, block_id, mapping_set_id, cleansed_by, rules, records, sums)
        select $1, $2, $3, mapping_set_id, rules_version, $4, $5, $6 from cleansed_block where {TENANT} and block_id = $3 and superseded_at is null
        on conflict (client_account_id, engagement_id, block_id) do update
          set (mapping_set_id, cleansed_by, rules, records, sums)
            = (excluded.mapping_set_id, excluded.cleansed_by, excluded.rules, excluded.records, excluded.sums)""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
        rules,
        records,
        sums,
    )


async def sums(tx: Tx, scope: Scope, block_id: int) -> bytes:
    """What the connections of a block add up to, as it was kept."""
    return bytes(
        await tx.fetchval(
            f"select sums from connection_block where {TENANT} and block_id = $3",
            scope.client_account_id,
            scope.engagement_id,
            block_id,
        )
    )


async def linked(tx: Tx, scope: Scope, block_id: int) -> pl.Series:
    """The asset that each record of a block belongs to, in order; null where none."""
    found = await tx.fetchval(
        f"select asset_ids from link_block where {TENANT} and block_id = $3",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return pl.Series("asset_no", found or [], dtype=pl.Int64)
