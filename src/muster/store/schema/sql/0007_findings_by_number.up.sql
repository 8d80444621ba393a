-- A million assets have some three million findings and a few thousand different texts. Each text is kept once; a row of numbers says
-- which hold of 4,096 assets.
create table finding_text (
  client_account_id int not null,
  engagement_id     int not null,
  id                int not null,
  check_name        text not null,
  severity          text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
  message           text not null,
  remedy            text not null,
  confidence        real not null,
  detail            text,
  as_of             date not null,
  assets            int not null check (assets > 0),
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on column finding_text.assets is 'Of how many assets it holds.';

create table finding_chunk (
  client_account_id int not null,
  engagement_id     int not null,
  chunk             bigint not null,
  places            smallint[] not null,
  text_ids          int[] not null,
  primary key (client_account_id, engagement_id, chunk),
  foreign key (client_account_id, engagement_id) references engagement,
  constraint one_text_each check (cardinality(places) = cardinality(text_ids))
);
comment on table finding_chunk is 'The findings on 4,096 assets: the asset chunk * 4096 + places[i] has the text text_ids[i].';

call muster_protect('finding_text');
call muster_protect('finding_chunk');

alter table debt_finding no force row level security;
create temporary table stood on commit drop as
select f.*, dense_rank() over (partition by client_account_id, engagement_id
    order by check_name, severity, message, remedy, confidence, detail, as_of) as text_id
from debt_finding f;
alter table finding_text no force row level security;
alter table finding_chunk no force row level security;
insert into finding_text
select client_account_id, engagement_id, text_id, check_name, severity, message, remedy, confidence, detail, as_of, count(*)
from stood group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
insert into finding_chunk
select client_account_id, engagement_id, asset_id >> 12, array_agg((asset_id & 4095)::smallint order by asset_id, text_id),
  array_agg(text_id order by asset_id, text_id)
from stood group by 1, 2, 3;
alter table finding_text force row level security;
alter table finding_chunk force row level security;
drop table debt_finding, stood;

create view debt_finding with (security_invoker = true) as
select c.client_account_id, c.engagement_id, (c.chunk << 12) + p.place as asset_id, t.check_name, t.severity, t.message, t.remedy, t.confidence, t.detail, t.as_of
from finding_chunk c
cross join lateral unnest(c.places, c.text_ids) as p (place, text_id)
join finding_text t on (t.client_account_id, t.engagement_id, t.id) = (c.client_account_id, c.engagement_id, p.text_id);
comment on view debt_finding is 'What is wrong with an asset''s technology, as of a day.';
grant select on debt_finding to muster_app;
