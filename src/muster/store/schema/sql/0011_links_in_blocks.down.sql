drop view raw_import_records;
alter view asset_link rename to link_of_block;
create table asset_link (
  client_account_id int not null,
  engagement_id     int not null,
  record_id         bigint not null,
  asset_id          bigint,
  disposition       text not null check (disposition in ('created', 'merged', 'unchanged', 'rejected', 'excluded')),
  rule              text not null,
  score             real not null,
  linked_at         timestamptz not null default now(),
  primary key (client_account_id, engagement_id, record_id),
  foreign key (client_account_id, engagement_id, asset_id) references asset,
  constraint linked_unless_left_out check ((asset_id is null) = (disposition in ('rejected', 'excluded')))
);
create index asset_link_asset on asset_link (client_account_id, engagement_id, asset_id);

alter table asset no force row level security;
alter table link_block no force row level security;
insert into asset_link (client_account_id, engagement_id, record_id, asset_id, disposition, rule, score, linked_at)
select client_account_id, engagement_id, record_id, asset_id, disposition, rule, score, linked_at from link_of_block;
alter table asset force row level security;
drop view link_of_block;
call muster_protect('asset_link');
alter table asset drop more_records;
drop table link_block, statement_block, inventory_state;

create view raw_import_records with (security_invoker = true) as
select (b.id << 20) + r.ordinal as id, b.client_account_id, b.engagement_id, b.data_import_id, b.master_flow_id, t.name as table_name,
       b.first_row + r.ordinal - 1 as row_number,
       b.first_file_row + coalesce(b.file_rows[r.ordinal], r.ordinal) - 1 as file_row,
       coalesce(j.raw, raw_record(t.columns, b.places, k.raw_words, k.raw_codes, r.raw_line, r.ordinal::int, b.records)) as raw_data,
       case when j.record_id is null and c.id is not null then
         cleansed_record(k.layout, k.words, k.codes, r.line, b.places, k.raw_codes, r.raw_line, r.ordinal::int, b.records) end as cleansed_data,
       j.record_id is null as is_valid,
       case when j.record_id is not null then jsonb_build_object('code', j.code, 'message', j.message, 'hint', j.hint) end as validation_errors,
       l.record_id is not null as is_processed, l.linked_at as processed_at,
       asset_uuid(l.engagement_id, l.asset_id) as asset_id, l.disposition, l.rule, l.score,
       case when l.asset_id is not null then 'Linked to asset: ' || a.name || ' (ID: ' || asset_uuid(l.engagement_id, l.asset_id) || ')'
            when l.disposition = 'rejected' then 'Rejected: ' || coalesce(j.message, l.rule)
            when l.disposition = 'excluded' then 'Excluded: ' || l.rule end as processing_notes
from raw_block b
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id) and c.superseded_at is null
cross join lateral (
  select b.lines || '' as raw_lines, b.codes || '' as raw_codes, b.words || '{}' as raw_words,
         c.lines || '' as lines, c.codes || '' as codes, c.words || '{}' as words, c.layout || '[]' as layout
  offset 0) k  -- each value is fetched and unpacked once for its block, not once for each record
cross join lateral rows from (generate_series(1::bigint, b.records), string_to_table(k.raw_lines, E'\x1e'), string_to_table(k.lines, E'\x1e'))
  as r (ordinal, raw_line, line)
left join rejected_record j on (j.client_account_id, j.engagement_id, j.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset_link l on (l.client_account_id, l.engagement_id, l.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset a on (a.client_account_id, a.engagement_id, a.id) = (l.client_account_id, l.engagement_id, l.asset_id)
where b.records > 0;
comment on view raw_import_records is 'Every record of every import: raw and cleansed data, and what became of it.';
grant select on raw_import_records to muster_app;
