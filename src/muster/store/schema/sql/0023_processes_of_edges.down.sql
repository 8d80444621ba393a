alter table edge drop source_processes, drop target_processes;
