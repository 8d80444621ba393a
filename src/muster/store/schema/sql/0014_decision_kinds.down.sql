drop procedure muster_forget_decision_kinds(text[]);
alter table decision drop constraint decision_kind_is_known;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import',
  'pin_wave', 'set_value', 'adopt_recipe'));
drop table decision_kind;
