"""The digest: SHA-256 over the surrogate-free content of an engagement's inventory."""

from muster.store.frames import list_of
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

# Every asset is one line: its attributes and the (file hash, table, row) of each of its records. An edge names its ends by their lines'
# hashes, a group is the set of its members' hashes. Lines are hashed, sorted and hashed together, so no id and no order is part of it.
# Most assets have one record: only for the others records are gathered.
DIGEST = """
with block as (
  select b.id, i.file_sha256, b.first_row - 1 as before, t.name from raw_block b
  join data_import i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
  join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
    = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
  where b.client_account_id = $1 and b.engagement_id = $2),
several as (
  select a.id, string_agg(distinct jsonb_build_array(b.file_sha256, b.name, b.before + (r & 1048575))::text, ' ') as records
  from asset a cross join lateral unnest(a.raw_import_records_id || a.more_records) as r join block b on b.id = r >> 20
  where a.client_account_id = $1 and a.engagement_id = $2 and a.more_records is not null group by 1),
line as (
  select a.id, encode(sha256(convert_to(row({columns})::text || coalesce(s.records,
    jsonb_build_array(b.file_sha256, b.name, b.before + (a.raw_import_records_id & 1048575))::text, ''), 'UTF8')), 'hex') as hash
  from asset a left join several s on s.id = a.id left join block b on b.id = a.raw_import_records_id >> 20
  where a.client_account_id = $1 and a.engagement_id = $2),
every as (
  select 'asset ' || hash as text from line
  union all
  select 'edge ' || s.hash || ' ' || t.hash || ' ' || jsonb_build_array(e.kind, e.port, e.protocol, e.count, e.confidence)
    || coalesce(' ' || nullif(concat_ws(' ', e.bytes, e.packets, extract(epoch from e.first_seen), extract(epoch from e.last_seen)), ''), '')
  from edge e join line s on s.id = e.source_id join line t on t.id = e.target_id
  where e.client_account_id = $1 and e.engagement_id = $2
  union all
  select 'group ' || string_agg(l.hash, ' ' order by l.hash) from asset_group g join line l on l.id = g.asset_id
  where g.client_account_id = $1 and g.engagement_id = $2 group by g.group_no)
select encode(sha256(convert_to(coalesce(string_agg(text, E'\\n' order by text collate "C"), ''), 'UTF8')), 'hex') from every
"""


async def digest(tx: Tx, scope: Scope) -> str:
    """64 hex digits; equal for equal inventories, whatever their order of arrival, ids or times."""
    known = [list_of(f"a.{name}") if one.multi_valued else f"a.{name}" for name, one in attributes().items()]
    columns = ", ".join([*known, "a.custom", "a.presence"])
    async with hash_joins(tx):
        return str(await tx.fetchval(DIGEST.format(columns=columns), scope.client_account_id, scope.engagement_id))
