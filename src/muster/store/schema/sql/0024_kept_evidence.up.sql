-- A small file costs what it touches: what blocks say of dependencies is kept, and so are groups with the graph they were found in.
create table evidence_block (
  client_account_id int not null,
  engagement_id     int not null,
  block_id          bigint not null,
  mapping_set_id    bigint not null,
  cleansed_by       text not null,
  rules             text not null,
  said              bytea not null,
  names             bytea,
  primary key (client_account_id, engagement_id, block_id),
  foreign key (client_account_id, engagement_id, block_id) references raw_block on delete cascade
);
alter table evidence_block alter said set storage external, alter names set storage external;
comment on column evidence_block.said is 'An Arrow file: the claims of a block of relations; of one that describes assets what its records name.';
comment on column evidence_block.names is 'An Arrow file: what the records of a block that describes assets are called, as it is compared; null for relations.';
comment on column evidence_block.rules is 'Version of what read it; mapping_set_id and cleansed_by are those of the cleansed block it was read from.';
call muster_protect('evidence_block');

create table grouping_state (
  client_account_id int not null,
  engagement_id     int not null,
  graph             text not null,
  groups            bytea not null,
  primary key (client_account_id, engagement_id),
  foreign key (client_account_id, engagement_id) references engagement
);
alter table grouping_state alter groups set storage external;
comment on table grouping_state is 'The groups that were last found, before what people said of them: an Arrow file, and a hash of all that they follow from.';
call muster_protect('grouping_state');
