-- Which process is at each end of what talks.
alter table edge add source_processes text[], add target_processes text[];
comment on column edge.source_processes is 'The processes that call, as socket dumps and lists of connections name them; null where none does.';
comment on column edge.target_processes is 'The processes that are called; also those that a socket dump shows listening on the port.';
