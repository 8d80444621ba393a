-- Who the data belongs to. The tenant pair is part of every key below; row security is forced on every table.
create function muster_client() returns int language sql stable parallel safe as
  $$ select nullif(current_setting('muster.client_account_id', true), '')::int $$;
create function muster_engagement() returns int language sql stable parallel safe as
  $$ select nullif(current_setting('muster.engagement_id', true), '')::int $$;
-- What a transaction may do beyond one tenant: 'tenancy' looks names up, 'engine' sees the work queue. Set by the one door.
create function muster_authority() returns text language sql stable parallel safe as
  $$ select coalesce(current_setting('muster.authority', true), '') $$;
create function muster_actor() returns text language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting('muster.actor', true), ''), current_user::text) $$;

create procedure muster_protect(tbl regclass, authority text default null, rights text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('alter table %s force row level security', tbl);
  execute format(
    'create policy tenant on %s using ((client_account_id = (select muster_client()) and engagement_id = (select muster_engagement()))%s)',
    tbl, case when authority is null then '' else format(' or (select muster_authority()) = %L', authority) end);
  execute format('grant %s on %s to muster_app', rights, tbl);
end $$;

create table client_account (
  id         int generated always as identity primary key,
  name       text not null unique check (name <> ''),
  created_at timestamptz not null default now()
);
create table engagement (
  client_account_id int not null references client_account,
  id                int generated always as identity,
  name              text not null check (name <> ''),
  -- Counts every change of claims or decisions; an inventory computed from an older count is refused.
  inventory_version bigint not null default 0,
  created_at        timestamptz not null default now(),
  primary key (client_account_id, id),
  unique (client_account_id, name)
);
alter table client_account enable row level security;
alter table client_account force row level security;
create policy tenant on client_account using (id = (select muster_client()) or (select muster_authority()) = 'tenancy');
alter table engagement enable row level security;
alter table engagement force row level security;
create policy tenant on engagement using (
  (client_account_id = (select muster_client()) and id = (select muster_engagement())) or (select muster_authority()) = 'tenancy');
grant select, insert, update on client_account, engagement to muster_app;
comment on table client_account is 'A company whose estate is discovered.';
comment on table engagement is 'One piece of work for a client account; the owner of every row below.';
