-- Records in a form that costs less to write and to read than JSON: see decision 0014. The functions below read it back.
drop view raw_import_records;

create function packed_code(codes bytea, place int, ordinal int, records int) returns int language sql immutable parallel safe as $$
  select case -place % 8
    when 1 then get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8)
    when 2 then get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8)
      + (get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8 + 1) << 8)
    else get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8)
      + (get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8 + 1) << 8)
      + (get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8 + 2) << 16)
      + (get_byte(codes, (ordinal - 1) * (length(codes) / records) + -place / 8 + 3) << 24) end
$$;
comment on function packed_code(bytea, int, int, int) is 'The number at a place of the codes of the record with this 1-based ordinal.';

create function raw_record(columns text[], places int[], words jsonb, codes bytea, line text, ordinal int, records int)
returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(columns[p.position], case
    when p.place > 0 then coalesce(f.own[p.place], '')
    else words #>> array[p.position::text, packed_code(codes, p.place, ordinal, records)::text] end), '{}')
  from (select string_to_array(line, E'\x1f') as own) f cross join unnest(places) with ordinality as p (place, position)
$$;
comment on function raw_record(text[], int[], jsonb, bytea, text, int, int) is 'One record of a raw block by the names of its columns. line is its line.';

create function cleansed_record(layout jsonb, words jsonb, codes bytea, line text, places int[], raw_codes bytea, raw_line text, ordinal int, records int)
returns jsonb language sql immutable parallel safe as $$
  select coalesce(jsonb_object_agg(v.name, case v.kind
    when 'text' then to_jsonb(v.said) when 'list' then to_jsonb(string_to_array(v.said, E'\x1d')) else v.said::jsonb end), '{}')
  from (
    select e.name, e.kind, case
      when e.value is not null then nullif(f.own[e.value], '')
      when e.code is not null then words #>> array[e.name, packed_code(codes, e.code, ordinal, records)::text]
      when places[e.raw] < 0 then words #>> array[e.name, packed_code(raw_codes, places[e.raw], ordinal, records)::text]
      when words -> e.name ? f.raw[places[e.raw]] then words -> e.name ->> f.raw[places[e.raw]]
      else nullif(f.raw[places[e.raw]], '') end as said
    from (select string_to_array(line, E'\x1f') as own, string_to_array(raw_line, E'\x1f') as raw) f
    cross join jsonb_to_recordset(layout) as e (name text, kind text, value int, code int, raw int)) v
  where v.said is not null
$$;
comment on function cleansed_record(jsonb, jsonb, bytea, text, int[], bytea, text, int, int) is
  'What cleansing made of one record, by attribute; what it said nothing of is left out.';

-- The owner is under row security too, and these rows are of all tenants.
alter table raw_block no force row level security;
alter table import_table no force row level security;
alter table raw_block add places int[], add words jsonb, add codes bytea, alter lines drop not null;
alter table raw_block alter codes set storage external;
create function packed_of_lines(old text, columns int, out places int[], out words jsonb, out codes bytea, out lines text) language sql as $$
  with record as materialized (
    select ordinal, said::jsonb from string_to_table(old, E'\n') with ordinality as l (said, ordinal)),
  cell as materialized (
    select r.ordinal, p as position, coalesce(r.said ->> p::text, '') as value from record r cross join generate_series(1, columns) p),
  marked as materialized (
    select c.position, row_number() over (order by c.position)::int - 1 as nth from cell c
    group by c.position having bool_or(c.value ~ E'[\x1e\x1f]')),
  word as materialized (
    select d.position, d.value, dense_rank() over (partition by d.position order by d.value)::int - 1 as code
    from (select distinct c.position, c.value from cell c join marked m on m.position = c.position) d)
  select
    (select array_agg(case when m.nth is null then p - (select count(*)::int from marked before where before.position < p)
       else -(32 * m.nth + 4) end order by p) from generate_series(1, columns) p left join marked m on m.position = p),
    (select coalesce(jsonb_object_agg(w.position, w.list), '{}')
       from (select position, jsonb_agg(value order by code) as list from word group by position) w),
    (select string_agg(set_byte(set_byte(set_byte('\x00000000', 0, w.code & 255), 1, (w.code >> 8) & 255), 2, w.code >> 16), ''
       order by c.ordinal, c.position) from cell c join word w on (w.position, w.value) = (c.position, c.value)),
    (select string_agg(l.line, E'\x1e' order by l.ordinal) from (
       select c.ordinal, string_agg(c.value, E'\x1f' order by c.position) as line from cell c
       where c.position not in (select position from marked) group by c.ordinal) l)
$$;
update raw_block b set (places, words, codes, lines) = (select p.places, p.words, p.codes, p.lines
  from import_table t cross join lateral packed_of_lines(b.lines, cardinality(t.columns)) p
  where (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no));
drop function packed_of_lines(text, int);
alter table raw_block alter places set not null, alter words set not null, force row level security;
alter table import_table force row level security;
comment on column raw_block.places is 'For each column where its values stand: n > 0 is the n-th value of each record of lines; else -(8 * offset + width) of the number of one of its words in codes.';
comment on column raw_block.words is 'By position, the different values of columns that repeat few values.';
comment on column raw_block.codes is 'A fixed number of bytes a record: numbers of words, the lowest byte first.';
comment on column raw_block.lines is 'Unaltered values of the other columns: U+001F between values, U+001E between records.';

alter table cleansed_block no force row level security;
alter table cleansed_block drop constraint cleansed_block_pkey;
alter table cleansed_block add id bigint generated always as identity, add made_at timestamptz not null default now(), add superseded_at timestamptz,
  add layout jsonb, add words jsonb not null default '{}', add codes bytea, alter lines drop not null;
alter table cleansed_block alter codes set storage external;
update cleansed_block c set (layout, lines) = (
  with record as materialized (
    select ordinal, said::jsonb from string_to_table(c.lines, E'\n') with ordinality as l (said, ordinal)),
  named as materialized (
    select k as name, row_number() over (order by k) as nth from (select distinct jsonb_object_keys(said) as k from record) n)
  select (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'kind', 'json', 'value', nth) order by nth), '[]') from named),
    (select string_agg(l.line, E'\x1e' order by l.ordinal) from (
      select r.ordinal, string_agg(case when jsonb_typeof(r.said -> n.name) <> 'null' then (r.said -> n.name)::text else '' end, E'\x1f' order by n.nth)
        as line from record r cross join named n group by r.ordinal) l));
alter table cleansed_block alter layout set not null, alter words drop default, force row level security;
alter table cleansed_block add primary key (client_account_id, engagement_id, id),
  add unique (client_account_id, engagement_id, block_id, mapping_set_id, rules_version);
create unique index cleansed_block_newest on cleansed_block (client_account_id, engagement_id, block_id) where superseded_at is null;
grant update (superseded_at) on cleansed_block to muster_app;
comment on table cleansed_block is 'What cleansing made of a block, version by version; the one that is not superseded counts.';
comment on column cleansed_block.layout is
  'Each attribute with its name, its kind (text; list: U+001D between texts; json) and its place: value n of each record of lines, a place in codes, or raw column n.';
comment on column cleansed_block.words is
  'By attribute: its words in codes; or one word for each word of its raw column; or what became of the values of its raw column that did not stay as they are.';
comment on column cleansed_block.lines is 'Values that stand nowhere else, as in raw_block.lines; the empty one is null.';

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
