-- Choices about cleansing do not fit the older schema; the values that were cleansed by them stay.
alter table decision disable trigger decision_is_append_only, no force row level security;
delete from decision where revokes in (select id from decision where kind in ('set_value', 'adopt_recipe'));
delete from decision where kind in ('set_value', 'adopt_recipe');
alter table decision enable trigger decision_is_append_only, force row level security;
alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import', 'pin_wave'));
drop table corrected_record, cleansing_recipe;
