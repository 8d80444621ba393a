-- What the rules could not decide. Computed with the inventory and replaced with it; what a person says of a pair is a decision.
create table identity_review (
  client_account_id int not null,
  engagement_id     int not null,
  record_id         bigint not null,
  rival_record_id   bigint not null,
  rule              text not null,
  score             real not null,
  agrees            text[] not null default '{}',
  contradicts       text[] not null default '{}',
  primary key (client_account_id, engagement_id, record_id, rival_record_id),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table identity_review is 'A record, and another that may be about the same thing; each stands in an asset of its own meanwhile.';
comment on column identity_review.rule is 'What they have in common that was not enough: the identity rule that found several candidates.';
comment on column identity_review.agrees is 'Attributes that both records state alike; contradicts: that they state differently.';
call muster_protect('identity_review');
