-- A pin says in which wave an asset moves; the newest holds, and one without a wave frees the asset.
alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check check (kind in ('edit', 'unlock', 'exclude', 'include', 'merge', 'split', 'prefer',
  'set_precedence', 'set_policy', 'set_rule', 'revoke', 'approve_mapping', 'map_column', 'undo_import', 'pin_wave'));
