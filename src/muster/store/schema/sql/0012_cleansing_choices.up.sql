-- What people choose about cleansing, and corrected records that take the place of bad ones.
create table cleansing_recipe (
  client_account_id int not null,
  engagement_id     int not null,
  name              text not null check (name <> ''),
  version           int not null,
  choices           jsonb,
  author            text not null,
  reason            text not null default '',
  made_at           timestamptz not null default clock_timestamp(),
  primary key (client_account_id, engagement_id, name, version),
  unique (client_account_id, name, version),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table cleansing_recipe is 'A named list of cleansing choices, version by version; the newest counts.';
comment on column cleansing_recipe.choices is 'Value maps, null words, readings and rules; null where the version takes the recipe back.';
call muster_protect_within_client('cleansing_recipe');

create table corrected_record (
  client_account_id int not null,
  engagement_id     int not null,
  data_import_id    uuid not null,
  file_sha256       text not null,
  table_name        text not null,
  row_number        int not null check (row_number > 0),
  own_row           int not null,
  cells             jsonb not null,
  primary key (client_account_id, engagement_id, data_import_id, file_sha256, table_name, row_number),
  foreign key (client_account_id, engagement_id, data_import_id) references data_import on delete cascade
);
create index corrected_record_place on corrected_record (client_account_id, engagement_id, file_sha256, table_name, row_number);
comment on table corrected_record is 'Rows of a corrected file, each for the record it names; they count while their import is not undone.';
comment on column corrected_record.own_row is 'Row number of the correction in the table it came in.';
call muster_protect('corrected_record', null, 'select, insert, delete');

alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import',
  'pin_wave', 'set_value', 'adopt_recipe'));
