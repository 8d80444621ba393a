-- A link per record, as a row of its own, cost more of the server than the reading of the file: a million rows with a key, a reference
-- and an index. A block's links are one row of arrays now, written with the block's other links and read with them; the view asset_link
-- shows them record by record. An asset holds the ids of its records, so that the way back needs no index.
create table link_block (
  client_account_id int not null,
  engagement_id     int not null,
  block_id          bigint not null,
  asset_ids         bigint[] not null,
  outcomes          smallint[] not null,
  dispositions      text[] not null check (dispositions <@ array['created', 'merged', 'unchanged', 'rejected', 'excluded']),
  rules             text[] not null,
  scores            real[] not null,
  created           int not null,
  merged            int not null,
  unchanged         int not null,
  rejected          int not null,
  excluded          int not null,
  linked_at         timestamptz not null default now(),
  mapping_set_id    bigint,
  cleansed_by       text,
  primary key (client_account_id, engagement_id, block_id),
  foreign key (client_account_id, engagement_id, block_id) references raw_block on delete cascade,
  constraint every_record_once check (cardinality(asset_ids) = created + merged + unchanged + rejected + excluded
    and cardinality(outcomes) = cardinality(asset_ids)),
  constraint linked_unless_left_out check (cardinality(array_positions(asset_ids, null)) = rejected + excluded),
  constraint known_outcomes check (cardinality(rules) = cardinality(dispositions) and cardinality(scores) = cardinality(dispositions))
);
comment on table link_block is 'What became of a block''s records: record i belongs to asset asset_ids[i], and outcomes[i] says where in dispositions, rules and scores.';
comment on column link_block.cleansed_by is 'With mapping_set_id the cleansed block that was linked; where another stands now, all is computed again.';
call muster_protect('link_block');

-- What each record says of who it is: an Arrow file per block, made once from the cleansed block.
create table statement_block (
  client_account_id int not null,
  engagement_id     int not null,
  block_id          bigint not null,
  mapping_set_id    bigint not null,
  cleansed_by       text not null,
  rules             text not null,
  statements        bytea not null,
  primary key (client_account_id, engagement_id, block_id),
  foreign key (client_account_id, engagement_id, block_id) references raw_block on delete cascade
);
alter table statement_block alter statements set storage external;
comment on column statement_block.rules is 'Version of the identity rules; mapping_set_id and cleansed_by are those of the cleansed block it was made of.';
call muster_protect('statement_block');

create table inventory_state (
  client_account_id int not null,
  engagement_id     int not null,
  rules             text,
  decisions         bigint[] not null default '{}',
  next_asset_id     bigint not null,
  primary key (client_account_id, engagement_id),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table inventory_state is 'What the stored inventory was computed by: the version of the rules, and the decisions that stood.';
call muster_protect('inventory_state');

alter table asset add more_records bigint[];
comment on column asset.more_records is 'Ids of its further records, ascending; null where the first is the only one.';

alter table engagement no force row level security;
alter table asset no force row level security;
alter table asset_link no force row level security;
alter table raw_block no force row level security;
alter table link_block no force row level security;
alter table inventory_state no force row level security;
insert into inventory_state (client_account_id, engagement_id, next_asset_id)
select client_account_id, id, (select last_value + 1 from asset_id_seq) from engagement;
update asset a set more_records = l.records from (
  select l.client_account_id, l.engagement_id, l.asset_id, array_agg(l.record_id order by l.record_id) as records from asset_link l
  join asset o on (o.client_account_id, o.engagement_id, o.id) = (l.client_account_id, l.engagement_id, l.asset_id)
  where l.record_id <> o.raw_import_records_id group by 1, 2, 3) l
where (a.client_account_id, a.engagement_id, a.id) = (l.client_account_id, l.engagement_id, l.asset_id);
insert into link_block (client_account_id, engagement_id, block_id, asset_ids, outcomes, dispositions, rules, scores, created, merged,
  unchanged, rejected, excluded, linked_at)
select l.client_account_id, l.engagement_id, b.id, array_agg(l.asset_id order by l.record_id), array_agg(o.place order by l.record_id),
  o.dispositions, o.rules, o.scores, count(*) filter (where l.disposition = 'created'), count(*) filter (where l.disposition = 'merged'),
  count(*) filter (where l.disposition = 'unchanged'), count(*) filter (where l.disposition = 'rejected'),
  count(*) filter (where l.disposition = 'excluded'), max(l.linked_at)
from raw_block b
join asset_link l on l.client_account_id = b.client_account_id and l.engagement_id = b.engagement_id and l.record_id >> 20 = b.id
join (
  select d.*, array_agg(d.disposition) over w as dispositions, array_agg(d.rule) over w as rules, array_agg(d.score) over w as scores
  from (
    select client_account_id, engagement_id, record_id >> 20 as block_id, disposition, rule, score,
      row_number() over (partition by client_account_id, engagement_id, record_id >> 20)::smallint as place
    from asset_link group by 1, 2, 3, 4, 5, 6) d
  window w as (partition by d.client_account_id, d.engagement_id, d.block_id order by d.place
    rows between unbounded preceding and unbounded following)) o
  on (o.client_account_id, o.engagement_id, o.block_id, o.disposition, o.rule, o.score)
    = (l.client_account_id, l.engagement_id, b.id, l.disposition, l.rule, l.score)
group by l.client_account_id, l.engagement_id, b.id, o.dispositions, o.rules, o.scores;
alter table engagement force row level security;
alter table asset force row level security;
alter table raw_block force row level security;
alter table link_block force row level security;
alter table inventory_state force row level security;

drop view raw_import_records;
drop table asset_link;
create view asset_link with (security_invoker = true) as
select k.client_account_id, k.engagement_id, (k.block_id << 20) + r.ordinal as record_id, r.asset_id, k.dispositions[r.outcome] as disposition,
       k.rules[r.outcome] as rule, k.scores[r.outcome] as score, k.linked_at
from link_block k
cross join lateral unnest(k.asset_ids, k.outcomes) with ordinality as r (asset_id, outcome, ordinal);
comment on view asset_link is 'What became of each record, one row for each.';
grant select on asset_link to muster_app;

create view raw_import_records with (security_invoker = true) as
select (b.id << 20) + r.ordinal as id, b.client_account_id, b.engagement_id, b.data_import_id, b.master_flow_id, t.name as table_name,
       b.first_row + r.ordinal - 1 as row_number,
       b.first_file_row + coalesce(b.file_rows[r.ordinal], r.ordinal) - 1 as file_row,
       coalesce(j.raw, raw_record(t.columns, b.places, k.raw_words, k.raw_codes, r.raw_line, r.ordinal::int, b.records)) as raw_data,
       case when j.record_id is null and c.id is not null then
         cleansed_record(k.layout, k.words, k.codes, r.line, b.places, k.raw_codes, r.raw_line, r.ordinal::int, b.records) end as cleansed_data,
       j.record_id is null as is_valid,
       case when j.record_id is not null then jsonb_build_object('code', j.code, 'message', j.message, 'hint', j.hint) end as validation_errors,
       m.block_id is not null as is_processed, m.linked_at as processed_at,
       asset_uuid(b.engagement_id, r.asset_id) as asset_id, m.dispositions[r.outcome] as disposition, m.rules[r.outcome] as rule,
       m.scores[r.outcome] as score,
       case when r.asset_id is not null then 'Linked to asset: ' || a.name || ' (ID: ' || asset_uuid(b.engagement_id, r.asset_id) || ')'
            when m.dispositions[r.outcome] = 'rejected' then 'Rejected: ' || coalesce(j.message, m.rules[r.outcome])
            when m.dispositions[r.outcome] = 'excluded' then 'Excluded: ' || m.rules[r.outcome] end as processing_notes
from raw_block b
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id) and c.superseded_at is null
cross join lateral (
  select b.lines || '' as raw_lines, b.codes || '' as raw_codes, b.words || '{}' as raw_words,
         c.lines || '' as lines, c.codes || '' as codes, c.words || '{}' as words, c.layout || '[]' as layout
  offset 0) k  -- each value is fetched and unpacked once for its block, not once for each record
left join link_block m on (m.client_account_id, m.engagement_id, m.block_id) = (b.client_account_id, b.engagement_id, b.id)
cross join lateral rows from (generate_series(1::bigint, b.records), string_to_table(k.raw_lines, E'\x1e'), string_to_table(k.lines, E'\x1e'),
  unnest(m.asset_ids), unnest(m.outcomes)) as r (ordinal, raw_line, line, asset_id, outcome)
left join rejected_record j on (j.client_account_id, j.engagement_id, j.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset a on (a.client_account_id, a.engagement_id, a.id) = (b.client_account_id, b.engagement_id, r.asset_id)
where b.records > 0;
comment on view raw_import_records is 'Every record of every import: raw and cleansed data, and what became of it.';
grant select on raw_import_records to muster_app;
