alter table asset no force row level security;
alter table finding_chunk no force row level security;
alter table finding_text no force row level security;
create temporary table stood on commit drop as
select c.client_account_id, c.engagement_id, (c.chunk << 12) + p.place as asset_id, t.check_name, t.severity, t.message, t.remedy, t.confidence, t.detail, t.as_of
from finding_chunk c
cross join lateral unnest(c.places, c.text_ids) as p (place, text_id)
join finding_text t on (t.client_account_id, t.engagement_id, t.id) = (c.client_account_id, c.engagement_id, p.text_id)
where exists (select 1 from asset a where (a.client_account_id, a.engagement_id, a.id) = (c.client_account_id, c.engagement_id, (c.chunk << 12) + p.place));
alter table asset force row level security;
drop view debt_finding;
drop table finding_chunk, finding_text;
create table debt_finding (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  asset_id          bigint not null,
  check_name        text not null,
  severity          text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
  message           text not null,
  remedy            text not null,
  confidence        real not null,
  detail            text,
  as_of             date not null,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id, asset_id) references asset on delete cascade
);
create index debt_finding_asset on debt_finding (client_account_id, engagement_id, asset_id);
call muster_protect('debt_finding');
alter table debt_finding no force row level security;
insert into debt_finding (client_account_id, engagement_id, asset_id, check_name, severity, message, remedy, confidence, detail, as_of)
select client_account_id, engagement_id, asset_id, check_name, severity, message, remedy, confidence, detail, as_of from stood;
alter table debt_finding force row level security;
drop table stood;
