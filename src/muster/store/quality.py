"""Counts that say how good the data is; each figure has its numerator and its denominator."""

from collections.abc import Sequence
from typing import Any

from muster.store.transaction import Tx, hash_joins
from muster.vocabulary import named_release
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
FRESH_DAYS = 90
RELEASE_IN_NAME = (
    f"case when os_name !~ '{named_release.OPEN}' then "
    f"substring(regexp_replace(os_name, '{named_release.BITS}', '', 'g') from '{named_release.RELEASE}') end"
)
# What is known of an asset also where its own attribute is empty: another attribute says it.
SAID_ELSEWHERE = {
    "os_version": f"{RELEASE_IN_NAME} is not null",
    "is_virtual": "asset_type in ('virtual_machine', 'hypervisor')",
}


async def completeness(tx: Tx, scope: Scope, wanted: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[int, int]]:
    """For each (attribute, asset types): of how many assets of these types it is known, and how many there are."""
    counts = []
    values: list[Any] = [scope.client_account_id, scope.engagement_id]
    for name, types in wanted:
        if name not in attributes():
            raise ValueError(f"{name} is no attribute")
        values.append(list(types))
        of_types = f"asset_type = any(${len(values)}::text[])"
        known = f"({name} is not null or {SAID_ELSEWHERE.get(name, 'false')})"
        counts.append(f"count(*) filter (where {of_types} and {known}), count(*) filter (where {of_types})")
    row = await tx.fetchrow(f"select {', '.join(counts)} from asset where {TENANT}", *values)
    said = [int(count) for count in row.values()]
    return list(zip(said[::2], said[1::2], strict=True))


async def fresh(tx: Tx, scope: Scope) -> tuple[int, int]:
    """Assets seen within FRESH_DAYS, and assets of which it is known when they were seen."""
    async with hash_joins(tx):
        row = await tx.fetchrow(
            f"""with seen as (
              select coalesce(a.last_seen_at::date, max(i.as_of)) as day from asset a
              join asset_link l on (l.client_account_id, l.engagement_id, l.asset_id) = (a.client_account_id, a.engagement_id, a.id)
              join raw_block b on (b.client_account_id, b.engagement_id, b.id) = (l.client_account_id, l.engagement_id, l.record_id >> 20)
              join data_import i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
              where a.client_account_id = $1 and a.engagement_id = $2 group by a.client_account_id, a.engagement_id, a.id)
            select count(*) filter (where day >= current_date - {FRESH_DAYS}) as fresh, count(day) as known from seen""",
            scope.client_account_id,
            scope.engagement_id,
        )
    return int(row["fresh"]), int(row["known"])


async def tables(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every table of a live import: records, those with an issue, those that joined an asset of another record."""
    rows = await tx.fetch(
        """select i.id as import_id, i.filename as file, t.table_no, t.name as table, t.record_kind, t.records, t.profile,
          coalesce(g.merged, 0) + coalesce(g.unchanged, 0) as merged, coalesce(g.created, 0) as created,
          coalesce(g.rejected, 0) as rejected, coalesce(w.bad, 0)::int as bad
        from data_import i
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        left join import_ledger g on (g.client_account_id, g.engagement_id, g.data_import_id, g.table_no)
          = (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
        left join lateral (
          select count(*) as bad from (
            select distinct d.block_id, r from data_issue d cross join unnest(d.rows) r
            where (d.client_account_id, d.engagement_id, d.data_import_id, d.table_no)
              = (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) and d.block_id is not null) one) w on true
        where i.client_account_id = $1 and i.engagement_id = $2 and i.undone_at is null order by i.arrival, t.table_no""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]


async def wrong_cells(tx: Tx, scope: Scope) -> dict[tuple[str, int, str], int]:
    """How many records have an issue of cleansing in a column, by import id, table number and column."""
    rows = await tx.fetch(
        f"""select data_import_id::text as import_id, table_no, column_name, count(distinct (block_id, r)) as records
        from data_issue cross join unnest(rows) r where {TENANT} and phase = 'data_cleansing' and column_name is not null group by 1, 2, 3""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return {(row["import_id"], row["table_no"], row["column_name"]): row["records"] for row in rows}
