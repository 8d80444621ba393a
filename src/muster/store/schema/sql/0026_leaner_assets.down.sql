alter table asset no force row level security;
alter table type_reason no force row level security;
alter table link_block no force row level security;
drop view assets;
alter table asset add type_reason text, add type_confidence real;
update asset a set (type_reason, type_confidence, created_at) = (r.reason, r.confidence, coalesce(a.created_at, (
  select k.created_at from link_block k where (k.client_account_id, k.engagement_id, k.block_id)
    = (a.client_account_id, a.engagement_id, a.raw_import_records_id >> 20)), now()))
from type_reason r
where (r.client_account_id, r.engagement_id, r.id) = (a.client_account_id, a.engagement_id, a.type_reason_id);
alter table asset alter type_reason set not null, alter type_confidence set not null, drop type_reason_id,
  alter created_at set not null, alter created_at set default now();
comment on column asset.created_at is null;
alter table link_block drop created_at;
drop table type_reason;
alter table mapping_set drop used;
drop function mapping_used;
-- No earlier version reads what was packed since then: it is made anew from the cleansed blocks.
alter table statement_block no force row level security;
alter table evidence_block no force row level security;
alter table connection_block no force row level security;
alter table grouping_state no force row level security;
alter table finding_chunk no force row level security;
delete from statement_block;
delete from evidence_block;
delete from connection_block;
delete from grouping_state;
update finding_chunk set judged = null;
alter table statement_block force row level security;
alter table evidence_block force row level security;
alter table connection_block force row level security;
alter table grouping_state force row level security;
alter table finding_chunk force row level security;
create view assets with (security_invoker = true) as
select asset_uuid(a.engagement_id, a.id) as id, a.client_account_id, a.engagement_id, k.discovery_flow_id, d.master_flow_id,
       a.raw_import_records_id, m.mapping as field_mappings_used, k.discovery_method, k.source_phase, k.current_phase,
       a.type_reason, a.type_confidence, a.created_at, coalesce(a.updated_at, a.created_at) as updated_at,
       a.name, a.hostname, a.fqdn, a.source_id, a.uuid, a.asset_tag, a.serial_number, a.asset_type,
       a.asset_subtype, a.description, a.notes, string_to_array(a.tags, E'\x1f') as tags, string_to_array(a.ip_address, E'\x1f') as ip_address,
       string_to_array(a.management_ip, E'\x1f') as management_ip, string_to_array(a.mac_address, E'\x1f') as mac_address, a.dns_domain,
       a.network_segment, string_to_array(a.open_ports, E'\x1f') as open_ports, a.nic_count, a.os_name, a.os_version, a.os_architecture, a.cpu_cores,
       a.cpu_sockets,
       a.cores_per_socket, a.cpu_model, a.cpu_speed_mhz, a.memory_mb, a.storage_total_gb, a.storage_used_gb, a.storage_free_gb, a.disk_count,
       a.disk_name, a.firmware, a.manufacturer, a.model, a.power_state, a.lifecycle_status, a.environment, a.is_virtual,
       a.virtualization_host, a.virtualization_cluster, a.virtualization_platform, a.datacenter, a.location, a.region, a.rack, a.rack_position,
       a.owner, a.business_owner, a.support_group, a.assigned_user, a.department, a.cost_center, a.company, a.vendor,
       a.criticality, a.service_level, a.data_classification, a.compliance_scope, a.application_name, a.application_id, a.business_service, a.role,
       string_to_array(a.technology_stack, E'\x1f') as technology_stack, a.software_name, a.software_version, a.software_publisher, a.process_name,
       a.database_name, a.database_instance, a.database_engine,
       a.database_version, a.database_size_gb, string_to_array(a.depends_on, E'\x1f') as depends_on, a.relationship_source, a.relationship_target,
       a.relationship_type, string_to_array(a.source_ip, E'\x1f') as source_ip, string_to_array(a.destination_ip, E'\x1f') as destination_ip,
       a.source_port, string_to_array(a.destination_port, E'\x1f') as destination_port, a.protocol, a.traffic_volume, a.install_date,
       a.purchase_date, a.warranty_end_date, a.end_of_life_date,
       a.first_seen_at, a.last_seen_at, a.record_created_at, a.record_updated_at, a.last_boot_at, a.purchase_cost, a.annual_cost, a.cpu_utilization_pct,
       a.memory_utilization_pct, a.disk_iops, a.disk_throughput_mbps, a.network_throughput_mbps, a.discovery_source, a.backup_status,
       a.maintenance_window, a.migration_wave,
       a.migration_strategy, a.migration_target, a.technical_debt_metric, a.custom
from asset a
left join link_block k on (k.client_account_id, k.engagement_id, k.block_id) = (a.client_account_id, a.engagement_id, a.raw_import_records_id >> 20)
left join discovery_flow d on (d.client_account_id, d.engagement_id, d.id) = (k.client_account_id, k.engagement_id, k.discovery_flow_id)
left join lateral (
  select jsonb_build_object('mapping_set_id', s.id, 'version', s.version, 'sha256', s.sha256, 'entries', s.entries) as mapping
  from mapping_set s
  where (s.client_account_id, s.engagement_id, s.id) = (k.client_account_id, k.engagement_id, k.mapping_set_id)) m on true;
grant select on assets to muster_app;
comment on column evidence_block.said is 'An Arrow file: the claims of a block of relations; of one that describes assets what its records name.';
comment on column evidence_block.names is 'An Arrow file: what the records of a block that describes assets are called, as it is compared; null for relations.';
comment on table grouping_state is 'The groups that were last found, before what people said of them: an Arrow file, and a hash of all that they follow from.';
comment on column finding_chunk.judged is 'An Arrow file: what each asset of the chunk was when it was judged; null where the next assessment judges all anew.';
alter table asset force row level security;
alter table link_block force row level security;
