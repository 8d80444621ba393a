-- What was seen of an edge, beside how often: an edge that only records speak of has none of it.
alter table edge add bytes bigint, add packets bigint, add first_seen timestamp, add last_seen timestamp;
comment on column edge.bytes is 'Bytes of all counted connections, both ways where the source says both; null where no source counts bytes.';
comment on column edge.first_seen is 'When the first of its connections began, as its source writes the time; null where no source gives times.';

-- Who talks to whom in a block of connections: an Arrow file per block, made once from the cleansed block.
create table connection_block (
  client_account_id int not null,
  engagement_id     int not null,
  block_id          bigint not null,
  mapping_set_id    bigint not null,
  cleansed_by       text not null,
  rules             text not null,
  records           int not null,
  sums              bytea not null,
  primary key (client_account_id, engagement_id, block_id),
  foreign key (client_account_id, engagement_id, block_id) references raw_block on delete cascade
);
alter table connection_block alter sums set storage external;
comment on column connection_block.rules is 'Version of the rules that summed; mapping_set_id and cleansed_by are those of the cleansed block it was made of.';
comment on column connection_block.records is 'Records that were summed: those of the block that were not set aside.';
call muster_protect('connection_block');
