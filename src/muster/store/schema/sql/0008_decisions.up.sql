-- More that people may decide: about records, about the rules, and taking a decision back.
alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import'));
alter table decision add constraint a_revocation_names_what_it_revokes check ((kind = 'revoke') = (revokes is not null));
alter table decision add foreign key (client_account_id, engagement_id, revokes) references decision;
create index decision_revokes on decision (client_account_id, engagement_id, revokes) where revokes is not null;
-- Decisions, undos and the ends of phases are told apart in time by when they were made, not by when their transaction began.
alter table decision alter made_at set default clock_timestamp();
alter table mapping_set alter created_at set default clock_timestamp();

alter table asset add presence text check (presence in ('stale', 'retired')), add presence_reason text;
comment on column asset.presence is 'stale or retired where newer exports of all its sources with a policy have it no more; else null.';
