drop table assessment_state;
alter table finding_chunk drop judged;
