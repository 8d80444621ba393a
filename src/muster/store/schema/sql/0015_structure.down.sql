-- The older schema has no room for what people said of dependencies; what they refused is found again, what they added is gone.
drop table proposed_application, hub, refused_edge;
alter table edge no force row level security;
delete from edge where standing = 'added';
alter table edge force row level security;
alter table edge drop column standing, drop column decision_id, drop column level, drop column users;
call muster_forget_decision_kinds(array['confirm_edge', 'refuse_edge', 'add_edge', 'pin_group', 'set_grain']);
