drop table work, worker, flow_event, phase_run, flow, phase_run_transition, flow_status_transition, flow_transition, flow_node;
drop function flow_begins_pending(), flow_moves(), flow_history(), phase_run_history(), history_is_append_only();
