alter table import_table drop kind_confidence, drop kind_rival;
