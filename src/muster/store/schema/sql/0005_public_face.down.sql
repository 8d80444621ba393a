drop view assets, raw_import_records, data_imports, workflow_states, discovery_flows, crewai_flow_state_extensions;
