-- An asset is judged again when it changed, not when any other did.
alter table finding_chunk add judged bytea;
alter table finding_chunk alter judged set storage external;
comment on column finding_chunk.judged is 'An Arrow file: what each asset of the chunk was when it was judged; null where the next assessment judges all anew.';

create table assessment_state (
  client_account_id int not null,
  engagement_id     int not null,
  rules             text not null,
  as_of             date not null,
  edges             text not null,
  primary key (client_account_id, engagement_id),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table assessment_state is 'What the stored findings were made by: the version of checks and catalogue, the day, and the edges of that moment.';
call muster_protect('assessment_state');
