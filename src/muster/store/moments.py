"""When the inventory changed, and what counted at a moment: imports, decisions and mappings by the times they were made."""

from datetime import datetime
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
# An import counted at a moment if the last that its inventory phase had done by then was to complete, and it was not undone yet.
COUNTED = """(x.undone_at is null or x.undone_at > $3) and 'completed' = (select e.to_state from flow_event e
  where (e.client_account_id, e.engagement_id, e.flow_id) = (x.client_account_id, x.engagement_id, x.master_flow_id)
    and e.phase = 'asset_inventory' and e.to_state is not null and e.at <= $3 order by e.id desc limit 1)"""
HISTORY = f"""
select e.at, 'import' as what, i.filename as about, e.actor as author, '' as reason, i.id::text as id from flow_event e
join data_import i on (i.client_account_id, i.engagement_id, i.master_flow_id) = (e.client_account_id, e.engagement_id, e.flow_id)
where e.client_account_id = $1 and e.engagement_id = $2 and e.phase = 'asset_inventory' and e.to_state = 'completed'
union all
select m.created_at, 'mapping', i.filename || ' table ' || m.table_no || ' version ' || m.version, coalesce(m.author, ''),
  coalesce(m.reason, ''), m.id::text from mapping_set m
join data_import i on (i.client_account_id, i.engagement_id, i.id) = (m.client_account_id, m.engagement_id, m.data_import_id)
where m.client_account_id = $1 and m.engagement_id = $2 and m.entries is not null and exists (select 1 from mapping_set o
  where (o.client_account_id, o.engagement_id, o.data_import_id, o.table_no) = (m.client_account_id, m.engagement_id, m.data_import_id, m.table_no)
    and o.version < m.version and o.entries is not null)
union all
select made_at, kind, coalesce(subject->>'import_id', subject->>'source', subject->>'rule', body->>'attribute', revokes::text, ''), author,
  reason, id::text from decision where {TENANT} and kind not in ('approve_mapping', 'map_column')
order by 1, 2, 6
"""


async def history(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every change of the inventory, oldest first; the state at its time holds it."""
    return [dict(row) for row in await tx.fetch(HISTORY, scope.client_account_id, scope.engagement_id)]


async def count_imports_of(tx: Tx, scope: Scope, moment: datetime) -> None:
    """Make those imports count that did at a moment, and no others. For a transaction that is taken back."""
    key = (scope.client_account_id, scope.engagement_id, moment)
    other = f"update data_import x set undone_at = clock_timestamp(), undone_by = 'history' where {TENANT} and undone_at is null and not coalesce({COUNTED}, false)"
    await tx.execute(other, *key)
    await tx.execute(
        f"update data_import x set undone_at = null, undone_by = null where {TENANT} and undone_at is not null and {COUNTED}",
        *key,
    )


async def count_alone(tx: Tx, scope: Scope, import_id: UUID) -> None:
    """Make one import count alone. For a transaction that is taken back."""
    await tx.execute(
        f"update data_import set undone_at = clock_timestamp(), undone_by = 'history' where {TENANT} and undone_at is null and id <> $3",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )


async def map_as_of(tx: Tx, scope: Scope, moment: datetime) -> list[tuple[UUID, int]]:
    """Append to every live table that was mapped anew after a moment the mapping that it had then.

    Returns import and number of these tables. For a transaction that is taken back.
    """
    rows = await tx.fetch(
        """insert into mapping_set (client_account_id, engagement_id, data_import_id, table_no, version, sha256, suggestions, entries, author,
            reason, remembered, custom)
        select o.client_account_id, o.engagement_id, o.data_import_id, o.table_no, n.version + 1, o.sha256, o.suggestions, o.entries, o.author,
          o.reason, o.remembered, o.custom
        from (select distinct on (data_import_id, table_no) * from mapping_set where client_account_id = $1 and engagement_id = $2
              and entries is not null and created_at <= $3 order by data_import_id, table_no, version desc) o
        join (select distinct on (data_import_id, table_no) * from mapping_set where client_account_id = $1 and engagement_id = $2
              order by data_import_id, table_no, version desc) n using (data_import_id, table_no)
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (o.client_account_id, o.engagement_id, o.data_import_id)
        where n.id <> o.id and i.undone_at is null returning data_import_id, table_no""",
        scope.client_account_id,
        scope.engagement_id,
        moment,
    )
    return [(row["data_import_id"], row["table_no"]) for row in rows]
