drop table connection_block;
alter table edge drop bytes, drop packets, drop first_seen, drop last_seen;
