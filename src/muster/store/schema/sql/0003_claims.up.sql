-- Claims: what the files say. Written once by COPY or one insert per block, never updated but for a block's place in its table.
create table data_import (
  client_account_id int not null,
  engagement_id     int not null,
  id                uuid not null,
  arrival           bigint generated always as identity,
  master_flow_id    uuid not null,
  filename          text not null,
  file_sha256       text not null check (file_sha256 ~ '^[0-9a-f]{64}$'),
  file_bytes        bigint not null,
  source            text not null,
  precedence        int not null default 100,
  as_of             date,
  undone_at         timestamptz,
  undone_by         text,
  created_at        timestamptz not null default now(),
  primary key (client_account_id, engagement_id, id),
  unique (id),
  constraint data_imports_master_flow_id_fkey foreign key (client_account_id, engagement_id, master_flow_id) references flow on delete cascade
);
create unique index data_import_live on data_import (client_account_id, engagement_id, file_sha256, source, coalesce(as_of, '-infinity'::date))
  where undone_at is null;
create index data_import_flow on data_import (client_account_id, engagement_id, master_flow_id);
comment on column data_import.precedence is 'Of the source: the lower number wins a conflict.';
comment on column data_import.as_of is 'The day the file tells about; the newer one wins a conflict of one precedence.';

create table discovery_flow (
  client_account_id int not null,
  engagement_id     int not null,
  id                uuid not null,
  master_flow_id    uuid not null,
  data_import_id    uuid not null,
  name              text not null,
  created_at        timestamptz not null default now(),
  primary key (client_account_id, engagement_id, id),
  unique (master_flow_id),
  unique (id),
  constraint discovery_flows_master_flow_id_fkey foreign key (client_account_id, engagement_id, master_flow_id) references flow on delete cascade,
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);
create index discovery_flow_master on discovery_flow (client_account_id, engagement_id, master_flow_id);
comment on column discovery_flow.id is 'The same value as master_flow_id unless one is given; the flow id is the only public one.';

create table upload_part (
  client_account_id int not null,
  engagement_id     int not null,
  data_import_id    uuid not null,
  part_no           int not null,
  content           bytea not null,
  primary key (client_account_id, engagement_id, data_import_id, part_no),
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);
alter table upload_part alter content set storage external;
comment on column upload_part.content is 'A zstd frame: this part of the file exactly as it came.';

create table import_table (
  client_account_id int not null,
  engagement_id     int not null,
  data_import_id    uuid not null,
  table_no          int not null,
  name              text not null,
  format            text not null,
  encoding          text,
  delimiter         text,
  header_row        int,
  record_kind       text not null,
  kind_reason       text not null,
  columns           text[] not null,
  locator           jsonb not null,
  warnings          jsonb not null default '[]',
  profile           jsonb,
  records           int,
  primary key (client_account_id, engagement_id, data_import_id, table_no),
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);

create table raw_block (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  data_import_id    uuid not null,
  table_no          int not null,
  block_no          int not null,
  master_flow_id    uuid not null,
  records           int not null check (records between 0 and 1048575),
  file_records      int not null,
  first_row         int,
  first_file_row    int,
  profile           jsonb,
  file_rows         int[],
  lines             text not null,
  primary key (client_account_id, engagement_id, id),
  unique (client_account_id, engagement_id, data_import_id, table_no, block_no),
  foreign key (client_account_id, engagement_id, data_import_id, table_no) references import_table on delete cascade,
  constraint raw_import_records_master_flow_id_fkey foreign key (client_account_id, engagement_id, master_flow_id) references flow on delete cascade
);
comment on column raw_block.lines is 'One JSON object a record, unaltered; the keys are column positions, named by import_table.columns.';
comment on column raw_block.profile is 'What its columns hold, until all blocks are in and import_table.profile is made of them.';
comment on column raw_block.file_rows is 'Place of each record in the file, 1 = the block''s first file record; null where there are no gaps.';
comment on column raw_block.first_row is 'row_number of the block''s first record, known when all blocks are in. A record''s id is id * 2^20 + its 1-based ordinal.';

create table rejected_record (
  client_account_id int not null,
  engagement_id     int not null,
  record_id         bigint not null,
  data_import_id    uuid not null,
  phase             text not null,
  raw               jsonb not null,
  code              text not null,
  message           text not null,
  hint              text not null,
  primary key (client_account_id, engagement_id, record_id),
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);
create index rejected_record_import on rejected_record (client_account_id, engagement_id, data_import_id);

create table mapping_set (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  data_import_id    uuid not null,
  table_no          int not null,
  version           int not null,
  sha256            text not null,
  suggestions       jsonb not null,
  entries           jsonb,
  author            text,
  reason            text,
  created_at        timestamptz not null default now(),
  primary key (client_account_id, engagement_id, id),
  unique (client_account_id, engagement_id, data_import_id, table_no, version),
  foreign key (client_account_id, engagement_id, data_import_id, table_no) references import_table on delete cascade
);
comment on column mapping_set.entries is 'What was accepted; null while a person is asked.';

create table cleansed_block (
  client_account_id int not null,
  engagement_id     int not null,
  block_id          bigint not null,
  mapping_set_id    bigint not null,
  rules_version     text not null,
  lines             text not null,
  primary key (client_account_id, engagement_id, block_id),
  foreign key (client_account_id, engagement_id, block_id) references raw_block on delete cascade,
  foreign key (client_account_id, engagement_id, mapping_set_id) references mapping_set on delete cascade
);
comment on column cleansed_block.lines is 'One JSON object a record in the order of raw_block.lines; the keys are attribute names.';

create table data_issue (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  data_import_id    uuid not null,
  table_no          int not null,
  block_id          bigint,
  phase             text not null,
  code              text not null,
  rule              text,
  column_name       text,
  value             text,
  message           text not null,
  hint              text not null,
  rows              int[] not null,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);
create index data_issue_import on data_issue (client_account_id, engagement_id, data_import_id, table_no);
comment on column data_issue.rows is '0-based ordinals in the block: one issue stands for every record with the same wrong value.';

-- What a person said. Appended, never overwritten; refers to records and claims, so it survives recomputation.
create table decision (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  kind              text not null check (kind in ('edit', 'exclude', 'merge', 'split', 'approve_mapping', 'undo_import')),
  subject           jsonb not null,
  body              jsonb not null default '{}',
  author            text not null,
  reason            text not null default '',
  made_at           timestamptz not null default now(),
  revokes           bigint,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id) references engagement
);
create trigger decision_is_append_only before update or delete on decision for each row execute function history_is_append_only();

call muster_protect('data_import', null, 'select, insert, update');
call muster_protect('discovery_flow', null, 'select, insert');
call muster_protect('upload_part', null, 'select, insert, delete');
call muster_protect('import_table', null, 'select, insert, update, delete');
call muster_protect('raw_block');
call muster_protect('rejected_record');
call muster_protect('mapping_set', null, 'select, insert, delete');
call muster_protect('cleansed_block', null, 'select, insert, delete');
call muster_protect('data_issue', null, 'select, insert, delete');
call muster_protect('decision', null, 'select, insert');
