-- Superseded versions do not fit the older schema.
drop view raw_import_records;

alter table raw_block no force row level security;
alter table cleansed_block no force row level security;
delete from cleansed_block where superseded_at is not null;
update cleansed_block c set lines = (
  select coalesce(string_agg(cleansed_record(k.layout, k.words, k.codes, r.line, b.places, k.raw_codes, r.raw_line, r.ordinal::int, b.records)::text,
    E'\n' order by r.ordinal), '')
  from raw_block b
  cross join lateral (select b.lines || '' as raw_lines, b.codes || '' as raw_codes, c.lines || '' as lines, c.codes || '' as codes,
    c.words || '{}' as words, c.layout || '[]' as layout offset 0) k
  cross join lateral rows from (generate_series(1::bigint, b.records), string_to_table(k.raw_lines, E'\x1e'), string_to_table(k.lines, E'\x1e'))
    as r (ordinal, raw_line, line)
  where (b.client_account_id, b.engagement_id, b.id) = (c.client_account_id, c.engagement_id, c.block_id));
update raw_block b set lines = (
  select coalesce(string_agg(raw_record(k.columns, b.places, k.words, k.codes, r.line, r.ordinal::int, b.records)::text, E'\n' order by r.ordinal), '')
  from (select b.lines || '' as lines, b.codes || '' as codes, b.words || '{}' as words,
    (select array_agg(p::text order by p) from generate_series(1, cardinality(b.places)) p) as columns offset 0) k
  cross join lateral rows from (generate_series(1::bigint, b.records), string_to_table(k.lines, E'\x1e')) as r (ordinal, line));
alter table raw_block drop places, drop words, drop codes, alter lines set not null, force row level security;
comment on column raw_block.lines is 'One JSON object a record, unaltered; the keys are column positions, named by import_table.columns.';

drop index cleansed_block_newest;
alter table cleansed_block drop constraint cleansed_block_pkey,
  drop constraint cleansed_block_client_account_id_engagement_id_block_id_map_key;
revoke update (superseded_at) on cleansed_block from muster_app;
alter table cleansed_block drop id, drop made_at, drop superseded_at, drop layout, drop words, drop codes, alter lines set not null,
  force row level security;
alter table cleansed_block add primary key (client_account_id, engagement_id, block_id);
comment on table cleansed_block is null;
comment on column cleansed_block.lines is 'One JSON object a record in the order of raw_block.lines; the keys are attribute names.';

drop function cleansed_record(jsonb, jsonb, bytea, text, int[], bytea, text, int, int);
drop function raw_record(text[], int[], jsonb, bytea, text, int, int);
drop function packed_code(bytea, int, int, int);
create view raw_import_records with (security_invoker = true) as
select (b.id << 20) + r.ordinal as id, b.client_account_id, b.engagement_id, b.data_import_id, b.master_flow_id, t.name as table_name,
       b.first_row + r.ordinal - 1 as row_number,
       b.first_file_row + coalesce(b.file_rows[r.ordinal], r.ordinal) - 1 as file_row,
       coalesce(j.raw, named.raw) as raw_data,
       case when j.record_id is null then jsonb_strip_nulls(r.cleansed::jsonb) end as cleansed_data,
       j.record_id is null as is_valid,
       case when j.record_id is not null then jsonb_build_object('code', j.code, 'message', j.message, 'hint', j.hint) end as validation_errors,
       l.record_id is not null as is_processed, l.linked_at as processed_at,
       asset_uuid(l.engagement_id, l.asset_id) as asset_id, l.disposition, l.rule, l.score,
       case when l.asset_id is not null then 'Linked to asset: ' || a.name || ' (ID: ' || asset_uuid(l.engagement_id, l.asset_id) || ')'
            when l.disposition = 'rejected' then 'Rejected: ' || coalesce(j.message, l.rule)
            when l.disposition = 'excluded' then 'Excluded: ' || l.rule end as processing_notes
from raw_block b
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id)
cross join lateral rows from (string_to_table(b.lines, E'\n'), string_to_table(c.lines, E'\n')) with ordinality as r (raw, cleansed, ordinal)
cross join lateral (
  select coalesce(jsonb_object_agg(t.columns[e.key::int], e.value), '{}') as raw from jsonb_each(r.raw::jsonb) e) named
left join rejected_record j on (j.client_account_id, j.engagement_id, j.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset_link l on (l.client_account_id, l.engagement_id, l.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset a on (a.client_account_id, a.engagement_id, a.id) = (l.client_account_id, l.engagement_id, l.asset_id)
where b.records > 0;
comment on view raw_import_records is 'Every record of every import: raw and cleansed data, and what became of it.';
grant select on raw_import_records to muster_app;
