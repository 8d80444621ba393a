alter table import_table add kind_confidence real, add kind_rival text;
comment on column import_table.kind_confidence is 'How sure the record kind is, 0 to 1; null where nobody had to recognise it.';
comment on column import_table.kind_rival is 'A kind that is close and would make the difference between an asset and none.';
