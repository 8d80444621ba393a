-- The kinds of decisions are rows: who adds one inserts it, and nobody repeats the list of the others.
create table decision_kind (name text primary key, about text not null check (about <> ''));
comment on table decision_kind is 'What people may decide; a decision of any other kind is refused.';
insert into decision_kind values
  ('edit', 'an attribute of an asset has a value'), ('unlock', 'the files decide again about an attribute'),
  ('exclude', 'records are no part of the inventory'), ('include', 'records are part of it again'),
  ('merge', 'records are one asset'), ('split', 'records are different assets'), ('prefer', 'what records say wins, or gives way'),
  ('set_precedence', 'how far a source is believed'), ('set_policy', 'what is said of assets that vanish'),
  ('set_rule', 'an identity rule is on or off'), ('revoke', 'another decision is taken back'),
  ('approve_mapping', 'the columns of a table'), ('map_column', 'one column'), ('undo_import', 'an import is taken back'),
  ('pin_wave', 'the wave of an asset'), ('set_value', 'what a raw value means'), ('adopt_recipe', 'cleansing choices of a client');
grant select on decision_kind to muster_app;

alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_is_known foreign key (kind) references decision_kind;

-- For the way down of a revision that brought kinds: the older schema has no room for decisions of them.
create procedure muster_forget_decision_kinds(kinds text[]) language plpgsql as $$
begin
  alter table decision disable trigger decision_is_append_only, no force row level security;
  delete from decision where revokes in (select id from decision where kind = any(kinds));
  delete from decision where kind = any(kinds);
  alter table decision enable trigger decision_is_append_only, force row level security;
  delete from decision_kind where name = any(kinds);
end $$;
