-- The plans' public face: their names over the tables above. Everything that can be computed is computed here, stored nowhere.
create view crewai_flow_state_extensions with (security_invoker = true) as
select f.id as flow_id, f.client_account_id, f.engagement_id, f.flow_type, f.name as flow_name, f.status as flow_status,
       f.configuration as flow_configuration, f.current_phase, f.state_data as flow_persistence_data, f.error_message, f.error_phase,
       f.error_details, f.created_at, f.updated_at, f.completed_at
from flow f;

create view discovery_flows with (security_invoker = true) as
select d.id, d.master_flow_id, d.client_account_id, d.engagement_id, d.data_import_id, d.name as flow_name, f.status, f.current_phase,
       p.data_import_completed,
       p.field_mapping_completed,
       p.data_cleansing_completed,
       p.asset_inventory_completed,
       p.dependency_analysis_completed,
       p.tech_debt_assessment_completed,
       p.progress_percentage, p.phases_completed, p.phase_state,
       jsonb_build_object('current_phase', f.current_phase, 'last_batch', p.phase_state -> f.current_phase -> 'cursor',
                          'rows_done', p.phase_state -> f.current_phase -> 'rows_done') as agent_state,
       f.state_data, f.error_message, f.error_phase, f.error_details, f.created_at, f.updated_at, f.completed_at
from discovery_flow d
join flow f on (f.client_account_id, f.engagement_id, f.id) = (d.client_account_id, d.engagement_id, d.master_flow_id)
cross join lateral (
  select
    bool_or(r.phase = 'data_import' and r.state = 'completed') as data_import_completed,
    bool_or(r.phase = 'field_mapping' and r.state = 'completed') as field_mapping_completed,
    bool_or(r.phase = 'data_cleansing' and r.state = 'completed') as data_cleansing_completed,
    bool_or(r.phase = 'asset_inventory' and r.state = 'completed') as asset_inventory_completed,
    bool_or(r.phase = 'dependency_analysis' and r.state = 'completed') as dependency_analysis_completed,
    bool_or(r.phase = 'tech_debt_assessment' and r.state = 'completed') as tech_debt_assessment_completed,
    round(count(*) filter (where r.state = 'completed') * 100.0 / 6, 2) as progress_percentage,
    coalesce(jsonb_agg(r.phase order by r.finished_at, n.ordinal) filter (where r.state = 'completed'), '[]') as phases_completed,
    coalesce(jsonb_object_agg(r.phase, jsonb_build_object('state', r.state, 'cursor', r.cursor, 'rows_done', r.rows_done,
      'rows_total', r.rows_total, 'attempt', r.attempt, 'started_at', r.started_at, 'finished_at', r.finished_at, 'error', r.error)), '{}')
      as phase_state
  from phase_run r join flow_node n on n.name = r.phase
  where (r.client_account_id, r.engagement_id, r.flow_id) = (f.client_account_id, f.engagement_id, f.id)) p;

create view workflow_states with (security_invoker = true) as
select f.id, d.data_import_id as session_id, f.client_account_id, f.engagement_id, f.flow_type as workflow_type, f.current_phase, f.status,
       f.state_data, f.created_at, f.updated_at
from flow f
left join discovery_flow d on (d.client_account_id, d.engagement_id, d.master_flow_id) = (f.client_account_id, f.engagement_id, f.id);

create view data_imports with (security_invoker = true) as
select i.id, i.client_account_id, i.engagement_id, i.master_flow_id, i.filename, i.file_sha256, i.file_bytes, i.source, i.precedence, i.as_of,
       case when i.undone_at is null then f.status else 'undone' end as status,
       t.records as total_records, i.created_at, i.undone_at, i.undone_by
from data_import i
join flow f on (f.client_account_id, f.engagement_id, f.id) = (i.client_account_id, i.engagement_id, i.master_flow_id)
cross join lateral (
  select coalesce(sum(t.records), 0) as records from import_table t
  where (t.client_account_id, t.engagement_id, t.data_import_id) = (i.client_account_id, i.engagement_id, i.id)) t;

create view raw_import_records with (security_invoker = true) as
select (b.id << 20) + r.ordinal as id, b.client_account_id, b.engagement_id, b.data_import_id, b.master_flow_id, t.name as table_name,
       b.first_row + r.ordinal - 1 as row_number,
       b.first_file_row + coalesce(b.file_rows[r.ordinal], r.ordinal) - 1 as file_row,
       coalesce(j.raw, named.raw) as raw_data,
       case when j.record_id is null then jsonb_strip_nulls(r.cleansed::jsonb) end as cleansed_data,
       j.record_id is null as is_valid,
       case when j.record_id is not null then jsonb_build_object('code', j.code, 'message', j.message, 'hint', j.hint) end as validation_errors,
       l.record_id is not null as is_processed, l.linked_at as processed_at,
       asset_uuid(l.engagement_id, l.asset_id) as asset_id, l.disposition, l.rule, l.score,
       case when l.asset_id is not null then 'Linked to asset: ' || a.name || ' (ID: ' || asset_uuid(l.engagement_id, l.asset_id) || ')'
            when l.disposition = 'rejected' then 'Rejected: ' || coalesce(j.message, l.rule)
            when l.disposition = 'excluded' then 'Excluded: ' || l.rule end as processing_notes
from raw_block b
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no) = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
left join cleansed_block c on (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id)
cross join lateral rows from (string_to_table(b.lines, E'\n'), string_to_table(c.lines, E'\n')) with ordinality as r (raw, cleansed, ordinal)
cross join lateral (
  select coalesce(jsonb_object_agg(t.columns[e.key::int], e.value), '{}') as raw from jsonb_each(r.raw::jsonb) e) named
left join rejected_record j on (j.client_account_id, j.engagement_id, j.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset_link l on (l.client_account_id, l.engagement_id, l.record_id) = (b.client_account_id, b.engagement_id, (b.id << 20) + r.ordinal)
left join asset a on (a.client_account_id, a.engagement_id, a.id) = (l.client_account_id, l.engagement_id, l.asset_id)
where b.records > 0;

create view assets with (security_invoker = true) as
select asset_uuid(a.engagement_id, a.id) as id, a.client_account_id, a.engagement_id, a.discovery_flow_id, a.master_flow_id,
       a.raw_import_records_id, m.mapping as field_mappings_used, a.discovery_method, a.source_phase, a.current_phase,
       a.type_reason, a.type_confidence, a.created_at, a.updated_at,
       a.name, a.hostname, a.fqdn, a.source_id, a.uuid, a.asset_tag, a.serial_number, a.asset_type,
       a.asset_subtype, a.description, a.notes, a.tags, a.ip_address, a.management_ip, a.mac_address, a.dns_domain,
       a.network_segment, a.open_ports, a.nic_count, a.os_name, a.os_version, a.os_architecture, a.cpu_cores, a.cpu_sockets,
       a.cores_per_socket, a.cpu_model, a.cpu_speed_mhz, a.memory_mb, a.storage_total_gb, a.storage_used_gb, a.storage_free_gb, a.disk_count,
       a.disk_name, a.firmware, a.manufacturer, a.model, a.power_state, a.lifecycle_status, a.environment, a.is_virtual,
       a.virtualization_host, a.virtualization_cluster, a.virtualization_platform, a.datacenter, a.location, a.region, a.rack, a.rack_position,
       a.owner, a.business_owner, a.support_group, a.assigned_user, a.department, a.cost_center, a.company, a.vendor,
       a.criticality, a.service_level, a.data_classification, a.compliance_scope, a.application_name, a.application_id, a.business_service, a.role,
       a.technology_stack, a.software_name, a.software_version, a.software_publisher, a.process_name, a.database_name, a.database_instance, a.database_engine,
       a.database_version, a.database_size_gb, a.depends_on, a.relationship_source, a.relationship_target, a.relationship_type, a.source_ip, a.destination_ip,
       a.source_port, a.destination_port, a.protocol, a.traffic_volume, a.install_date, a.purchase_date, a.warranty_end_date, a.end_of_life_date,
       a.first_seen_at, a.last_seen_at, a.record_created_at, a.record_updated_at, a.last_boot_at, a.purchase_cost, a.annual_cost, a.cpu_utilization_pct,
       a.memory_utilization_pct, a.disk_iops, a.disk_throughput_mbps, a.network_throughput_mbps, a.discovery_source, a.backup_status, a.maintenance_window, a.migration_wave,
       a.migration_strategy, a.migration_target, a.technical_debt_metric
from asset a
left join lateral (
  select jsonb_build_object('mapping_set_id', s.id, 'version', s.version, 'sha256', s.sha256, 'entries', s.entries) as mapping
  from mapping_set s
  where (s.client_account_id, s.engagement_id, s.id) = (a.client_account_id, a.engagement_id, a.mapping_set_id)) m on true;

comment on view discovery_flows is 'id and master_flow_id are one value, the flow id; flags, progress and phases_completed are computed from phase_run.';
comment on view raw_import_records is 'Every record of every import: raw and cleansed data, and what became of it.';
grant select on crewai_flow_state_extensions, discovery_flows, workflow_states, data_imports, raw_import_records, assets to muster_app;
grant usage on all sequences in schema public to muster_app;
