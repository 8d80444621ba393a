drop table grouping_state;
drop table evidence_block;
