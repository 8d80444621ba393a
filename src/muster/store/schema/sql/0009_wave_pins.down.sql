-- The older schema has no room for pins; plans are made without them from then on.
alter table decision disable trigger decision_is_append_only, no force row level security;
alter table decision drop constraint decision_kind_check;
delete from decision where kind = 'pin_wave';
alter table decision enable trigger decision_is_append_only, force row level security;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import'));
