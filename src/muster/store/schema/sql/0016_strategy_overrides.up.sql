-- A person says what becomes of an asset, whatever source and rules say; the newest holds, and one without a strategy frees it.
insert into decision_kind values ('override_strategy', 'what becomes of an asset in the migration');
