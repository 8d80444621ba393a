-- What people say of dependencies, and the structure that follows: levels, hubs, applications.
insert into decision_kind values
  ('confirm_edge', 'a dependency is right'), ('refuse_edge', 'a dependency is wrong'), ('add_edge', 'a dependency that no file tells of'),
  ('pin_group', 'an asset belongs where another does'), ('set_grain', 'how large groups are');

alter table edge
  add standing text not null default 'found' check (standing in ('found', 'confirmed', 'added')),
  add decision_id bigint,
  add level text check (level in ('own', 'shared', 'everyone')),
  add users int,
  add foreign key (client_account_id, engagement_id, decision_id) references decision,
  add constraint a_person_stands_behind_it check ((standing = 'found') = (decision_id is null));
create index edge_level on edge (client_account_id, engagement_id, level);
comment on column edge.standing is 'Whether files tell of it, a person confirmed what files tell, or a person added it.';
comment on column edge.level is 'How far its target is shared: used by one application only, by several, by nearly all.';
comment on column edge.users is 'How many applications (groups where none is known) use the target, its own counted.';

create table refused_edge (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  source_id         bigint not null,
  target_id         bigint not null,
  kind              text not null,
  port              int,
  protocol          text,
  count             bigint not null,
  confidence        real not null,
  decision_id       bigint not null,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id, source_id) references asset on delete cascade,
  foreign key (client_account_id, engagement_id, target_id) references asset on delete cascade,
  foreign key (client_account_id, engagement_id, decision_id) references decision
);
comment on table refused_edge is 'Dependencies that files tell of and a person refused; no reader of edge meets them.';
call muster_protect('refused_edge');

create table hub (
  client_account_id int not null,
  engagement_id     int not null,
  asset_id          bigint not null,
  partners          int not null,
  role              text,
  confidence        real,
  evidence          jsonb not null,
  primary key (client_account_id, engagement_id, asset_id),
  foreign key (client_account_id, engagement_id, asset_id) references asset on delete cascade
);
comment on table hub is 'Assets that so many others use, or that use so many, that they tie nothing together.';
comment on column hub.role is 'What kind of service its ports and their direction show it to be; null where they show none.';
call muster_protect('hub');

create table proposed_application (
  client_account_id int not null,
  engagement_id     int not null,
  asset_id          bigint not null,
  application       text not null,
  basis             text not null check (basis in ('flows', 'names', 'names and flows')),
  confidence        real not null,
  evidence          jsonb not null default '{}',
  primary key (client_account_id, engagement_id, asset_id),
  foreign key (client_account_id, engagement_id, asset_id) references asset on delete cascade
);
create index proposed_application_name on proposed_application (client_account_id, engagement_id, lower(application));
comment on table proposed_application is 'The application that names and flows propose for an asset of which no source states any.';
call muster_protect('proposed_application');
