alter table asset no force row level security;
alter table link_block no force row level security;
alter table raw_block no force row level security;
alter table discovery_flow no force row level security;
drop view assets;
alter table asset
  add discovery_flow_id uuid, add master_flow_id uuid, add mapping_set_id bigint,
  add discovery_method text not null default 'flow_based', add source_phase text not null default 'asset_inventory',
  add current_phase text not null default 'asset_inventory',
  alter tags type text[] using string_to_array(tags, E'\x1f'),
  alter ip_address type text[] using string_to_array(ip_address, E'\x1f'),
  alter management_ip type text[] using string_to_array(management_ip, E'\x1f'),
  alter mac_address type text[] using string_to_array(mac_address, E'\x1f'),
  alter open_ports type text[] using string_to_array(open_ports, E'\x1f'),
  alter technology_stack type text[] using string_to_array(technology_stack, E'\x1f'),
  alter depends_on type text[] using string_to_array(depends_on, E'\x1f'),
  alter source_ip type text[] using string_to_array(source_ip, E'\x1f'),
  alter destination_ip type text[] using string_to_array(destination_ip, E'\x1f'),
  alter destination_port type text[] using string_to_array(destination_port, E'\x1f');
update asset a set
  (updated_at, discovery_flow_id, master_flow_id, mapping_set_id, discovery_method, source_phase, current_phase)
  = (coalesce(a.updated_at, a.created_at), k.discovery_flow_id, d.master_flow_id, k.mapping_set_id, k.discovery_method, k.source_phase,
     k.current_phase)
from link_block k left join discovery_flow d
  on (d.client_account_id, d.engagement_id, d.id) = (k.client_account_id, k.engagement_id, k.discovery_flow_id)
where (k.client_account_id, k.engagement_id, k.block_id) = (a.client_account_id, a.engagement_id, a.raw_import_records_id >> 20);
update asset set updated_at = created_at where updated_at is null;
alter table asset alter updated_at set not null, alter updated_at set default now();
alter table link_block drop constraint fk_assets_discovery_flow;
alter table asset add constraint fk_assets_discovery_flow
  foreign key (client_account_id, engagement_id, discovery_flow_id) references discovery_flow not valid;
alter table asset validate constraint fk_assets_discovery_flow;
create index asset_method_flow on asset using brin (client_account_id, engagement_id, discovery_method, discovery_flow_id);
comment on column asset.discovery_flow_id is 'discovery_flow.id of the flow whose record came first; there is no second flow id.';
comment on column asset.ip_address is null;
comment on column asset.updated_at is null;
alter table link_block drop discovery_flow_id, drop discovery_method, drop source_phase, drop current_phase;
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
       a.migration_strategy, a.migration_target, a.technical_debt_metric, a.custom
from asset a
left join lateral (
  select jsonb_build_object('mapping_set_id', s.id, 'version', s.version, 'sha256', s.sha256, 'entries', s.entries) as mapping
  from mapping_set s
  where (s.client_account_id, s.engagement_id, s.id) = (a.client_account_id, a.engagement_id, a.mapping_set_id)) m on true;
grant select on assets to muster_app;
alter table asset force row level security;
alter table link_block force row level security;
alter table raw_block force row level security;
alter table discovery_flow force row level security;
