-- The engine's truth. Allowed moves are rows; triggers write every move into the history, whose foreign keys refuse the others.
create table flow_node (name text primary key, ordinal smallint not null);
insert into flow_node values ('pending', 0), ('data_import', 1), ('field_mapping', 2), ('data_cleansing', 3), ('asset_inventory', 4),
  ('dependency_analysis', 5), ('tech_debt_assessment', 6), ('completed', 7), ('failed', -1), ('retrying', -1);

create table flow_transition (
  from_node text not null references flow_node,
  to_node   text not null references flow_node,
  primary key (from_node, to_node)
);
insert into flow_transition
  select a.name, b.name from flow_node a, flow_node b where a.ordinal >= 0 and b.ordinal = a.ordinal + 1
  union all select name, 'failed' from flow_node where ordinal between 0 and 6
  union all values ('failed', 'retrying'), ('retrying', 'failed')
  union all select 'retrying', name from flow_node where ordinal between 1 and 6;

create table flow_status_transition (from_status text not null, to_status text not null, primary key (from_status, to_status));
insert into flow_status_transition values
  ('initialized', 'running'), ('initialized', 'failed'), ('initialized', 'cancelled'), ('initialized', 'deleted'),
  ('running', 'waiting_for_approval'), ('running', 'paused'), ('running', 'failed'), ('running', 'completed'), ('running', 'cancelled'),
  ('waiting_for_approval', 'running'), ('waiting_for_approval', 'paused'), ('waiting_for_approval', 'failed'),
  ('waiting_for_approval', 'cancelled'),
  ('paused', 'running'), ('paused', 'waiting_for_approval'), ('paused', 'failed'), ('paused', 'cancelled'),
  ('failed', 'retrying'), ('failed', 'cancelled'), ('failed', 'deleted'),
  ('retrying', 'running'), ('retrying', 'failed'), ('retrying', 'cancelled'),
  ('completed', 'deleted'), ('cancelled', 'deleted');

create table phase_run_transition (from_state text not null, to_state text not null, primary key (from_state, to_state));
insert into phase_run_transition values
  ('pending', 'running'), ('running', 'completed'), ('running', 'failed'), ('running', 'pending'),
  ('pending', 'failed'), ('failed', 'running'), ('failed', 'pending'), ('completed', 'pending'),
  ('pending', 'completed');  -- what the data proves to be done without a run of its own: written by persist_if_changed alone

create table flow (
  client_account_id int not null,
  engagement_id     int not null,
  id                uuid not null,
  flow_type         text not null default 'discovery',
  name              text not null,
  configuration     jsonb not null default '{}',
  current_phase     text not null default 'pending' references flow_node,
  reached_phase     text not null default 'pending' references flow_node,
  status            text not null default 'initialized',
  node              text not null generated always as (case when status in ('failed', 'retrying') then status else current_phase end) stored,
  error_message     text,
  error_phase       text,
  error_details     jsonb,
  state_data        jsonb not null default '{}',
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  completed_at      timestamptz,
  primary key (client_account_id, engagement_id, id),
  unique (id),
  foreign key (client_account_id, engagement_id) references engagement,
  constraint current_phase_is_no_status check (current_phase not in ('failed', 'retrying')),
  constraint completed_is_the_last_phase check (status <> 'completed' or current_phase = 'completed'),
  constraint completed_at_iff_completed check ((current_phase = 'completed') = (completed_at is not null)),
  constraint failed_says_why check (status <> 'failed' or (error_message is not null and error_phase is not null and error_details is not null))
);
comment on column flow.id is 'The flow id: the only public id of a flow, and the key of its child discovery_flow.';
comment on column flow.reached_phase is 'The furthest phase this flow has been in; a retry may go no further.';

create table phase_run (
  client_account_id int not null,
  engagement_id     int not null,
  flow_id           uuid not null,
  phase             text not null references flow_node,
  state             text not null default 'pending',
  attempt           int not null default 0,
  cursor            jsonb,
  rows_done         bigint not null default 0,
  rows_total        bigint,
  error             jsonb,
  started_at        timestamptz,
  finished_at       timestamptz,
  primary key (client_account_id, engagement_id, flow_id, phase),
  foreign key (client_account_id, engagement_id, flow_id) references flow on delete cascade,
  constraint finished_iff_completed check ((state = 'completed') = (finished_at is not null)),
  constraint error_iff_failed check ((state = 'failed') = (error is not null))
);
comment on column phase_run.cursor is 'How far the last committed batch of this phase came.';

create table flow_event (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  flow_id           uuid not null,
  at                timestamptz not null default clock_timestamp(),
  actor             text not null default muster_actor(),
  from_node         text, to_node text,
  from_status       text, to_status text,
  phase             text, from_state text, to_state text,
  step              text, outcome text, attempt int, seconds double precision, detail jsonb,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id, flow_id) references flow on delete cascade,
  constraint legal_transition foreign key (from_node, to_node) references flow_transition,
  constraint legal_status foreign key (from_status, to_status) references flow_status_transition,
  constraint legal_phase_state foreign key (from_state, to_state) references phase_run_transition
);
create index flow_event_flow on flow_event (client_account_id, engagement_id, flow_id, id);
comment on table flow_event is 'The audit trail of execution: append-only; the state of a flow can be rebuilt from it.';

create function flow_begins_pending() returns trigger language plpgsql as $$
begin
  if new.current_phase <> 'pending' or new.status <> 'initialized' then
    raise foreign_key_violation using message = format('a flow begins pending and initialized, not %s and %s', new.current_phase, new.status);
  end if;
  new.reached_phase := 'pending';
  return new;
end $$;
create trigger flow_begins_pending before insert on flow for each row execute function flow_begins_pending();

create function flow_moves() returns trigger language plpgsql as $$
declare furthest smallint;
begin
  if new.status in ('failed', 'retrying') and new.current_phase <> old.current_phase then
    raise foreign_key_violation using message = format('a flow that is %s stays in %s', new.status, old.current_phase);
  end if;
  if old.status in ('failed', 'retrying') and new.status = 'running' then
    select ordinal into furthest from flow_node where name = old.reached_phase;
    if (select ordinal from flow_node where name = new.current_phase) > greatest(furthest, 1) then
      raise foreign_key_violation using message = format('a retry may reach %s at most, not %s', old.reached_phase, new.current_phase);
    end if;
  end if;
  if (select ordinal from flow_node where name = new.current_phase) > (select ordinal from flow_node where name = old.reached_phase) then
    new.reached_phase := new.current_phase;
  else
    new.reached_phase := old.reached_phase;
  end if;
  new.updated_at := clock_timestamp();
  return new;
end $$;
create trigger flow_moves before update on flow for each row execute function flow_moves();

create function flow_history() returns trigger language plpgsql as $$
declare old_node text := case when old.status in ('failed', 'retrying') then old.status else old.current_phase end;
        new_node text := case when new.status in ('failed', 'retrying') then new.status else new.current_phase end;
begin
  insert into flow_event (client_account_id, engagement_id, flow_id, from_node, to_node, from_status, to_status, phase, detail, seconds)
  values (new.client_account_id, new.engagement_id, new.id,
          case when old_node <> new_node then old_node end, case when old_node <> new_node then new_node end,
          case when old.status <> new.status then old.status end, case when old.status <> new.status then new.status end,
          new.current_phase, case when new.status = 'failed' then new.error_details end,
          extract(epoch from clock_timestamp() - old.updated_at));
  return null;
end $$;
create trigger flow_history after update on flow for each row
  when (old.status is distinct from new.status or old.current_phase is distinct from new.current_phase) execute function flow_history();

create function phase_run_history() returns trigger language plpgsql as $$
begin
  insert into flow_event (client_account_id, engagement_id, flow_id, phase, from_state, to_state, attempt, seconds, detail)
  values (new.client_account_id, new.engagement_id, new.flow_id, new.phase, old.state, new.state, new.attempt,
          extract(epoch from clock_timestamp() - old.started_at), new.error);
  return null;
end $$;
create trigger phase_run_history after update on phase_run for each row
  when (old.state is distinct from new.state) execute function phase_run_history();

create function history_is_append_only() returns trigger language plpgsql as $$
begin raise insufficient_privilege using message = format('%s is append-only', tg_table_name); end $$;
create trigger history_is_append_only before update on flow_event for each row execute function history_is_append_only();

create table worker (
  id         bigint generated always as identity primary key,
  host       text not null,
  pid        int not null,
  started_at timestamptz not null default now()
);

create table work (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  flow_id           uuid not null,
  phase             text not null references flow_node,
  step              text not null,
  part              int not null default 0,
  payload           jsonb not null default '{}',
  state             text not null default 'ready' check (state in ('ready', 'running', 'waiting', 'paused', 'done', 'failed', 'cancelled')),
  priority          smallint not null default 0,
  run_at            timestamptz not null default now(),
  attempt           int not null default 0,
  lost              int not null default 0,
  fence             bigint not null default 0,
  worker_id         bigint,
  lease_until       timestamptz,
  -- At most one exclusive item of an engagement runs at a time: what computes over all of its imports.
  exclusive         boolean not null default false,
  parent_id         bigint,
  open_parts        int not null default 0,
  error             jsonb,
  primary key (client_account_id, engagement_id, id),
  unique (id),
  foreign key (client_account_id, engagement_id, flow_id) references flow on delete cascade,
  foreign key (client_account_id, engagement_id, parent_id) references work on delete cascade,
  constraint running_iff_leased check ((state = 'running') = (lease_until is not null))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
create index work_ready on work (client_account_id, priority, run_at, id) where state = 'ready';
create index work_running on work (client_account_id, worker_id) where state = 'running';
create index work_parent on work (parent_id) where parent_id is not null;
create index work_flow on work (client_account_id, engagement_id, flow_id) where state not in ('done', 'cancelled');
comment on column work.fence is 'Grows with every claim; a commit that carries an older one is refused.';

call muster_protect('flow', null, 'select, insert, update');
call muster_protect('phase_run', null, 'select, insert, update');
call muster_protect('flow_event', null, 'select, insert');
call muster_protect('work', 'engine');
grant select on flow_node, flow_transition, flow_status_transition, phase_run_transition to muster_app;
grant select, insert, delete on worker to muster_app;
