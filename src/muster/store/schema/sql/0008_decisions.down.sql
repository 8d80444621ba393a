alter table asset drop presence, drop presence_reason;
alter table mapping_set alter created_at set default now();
alter table decision alter made_at set default now();
drop index decision_revokes;
-- The older schema has no room for these decisions; the inventory is computed without them from then on.
alter table decision disable trigger decision_is_append_only, no force row level security;
alter table decision drop constraint decision_client_account_id_engagement_id_revokes_fkey;
delete from decision where kind in ('unlock', 'include', 'prefer', 'set_precedence', 'set_policy', 'set_rule', 'revoke');
alter table decision enable trigger decision_is_append_only, force row level security;
alter table decision drop constraint a_revocation_names_what_it_revokes;
alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check
  check (kind in ('edit', 'exclude', 'merge', 'split', 'approve_mapping', 'map_column', 'undo_import'));
