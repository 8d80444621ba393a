-- An asset is a narrower row. What is the same for all assets of a block (flow, mapping, method, phases) stands once beside the links
-- of that block: the foreign key to the flow, checked for each asset under row security, cost as much as the row itself.
-- Lists are texts with a mark between: an array of one short text took three times its room.
alter table asset no force row level security;
alter table link_block no force row level security;
alter table raw_block no force row level security;
alter table discovery_flow no force row level security;
alter table link_block
  add discovery_flow_id uuid,
  add discovery_method text not null default 'flow_based',
  add source_phase text not null default 'asset_inventory',
  add current_phase text not null default 'asset_inventory';
update link_block k set discovery_flow_id = d.id, mapping_set_id = coalesce(k.mapping_set_id, (
  select max(a.mapping_set_id) from asset a where (a.client_account_id, a.engagement_id) = (k.client_account_id, k.engagement_id)
    and a.raw_import_records_id >> 20 = k.block_id))
from raw_block b join discovery_flow d
  on (d.client_account_id, d.engagement_id, d.master_flow_id) = (b.client_account_id, b.engagement_id, b.master_flow_id)
where (b.client_account_id, b.engagement_id, b.id) = (k.client_account_id, k.engagement_id, k.block_id);
drop view assets;
alter table asset drop constraint fk_assets_discovery_flow;
alter table link_block add constraint fk_assets_discovery_flow
  foreign key (client_account_id, engagement_id, discovery_flow_id) references discovery_flow not valid;
alter table link_block validate constraint fk_assets_discovery_flow;
drop index asset_method_flow;
create index link_block_method_flow on link_block (client_account_id, engagement_id, discovery_method, discovery_flow_id);
alter table asset
  drop discovery_flow_id, drop master_flow_id, drop mapping_set_id, drop discovery_method, drop source_phase, drop current_phase,
  alter updated_at drop not null, alter updated_at drop default,
  alter tags type text using array_to_string(tags, E'\x1f'),
  alter ip_address type text using array_to_string(ip_address, E'\x1f'),
  alter management_ip type text using array_to_string(management_ip, E'\x1f'),
  alter mac_address type text using array_to_string(mac_address, E'\x1f'),
  alter open_ports type text using array_to_string(open_ports, E'\x1f'),
  alter technology_stack type text using array_to_string(technology_stack, E'\x1f'),
  alter depends_on type text using array_to_string(depends_on, E'\x1f'),
  alter source_ip type text using array_to_string(source_ip, E'\x1f'),
  alter destination_ip type text using array_to_string(destination_ip, E'\x1f'),
  alter destination_port type text using array_to_string(destination_port, E'\x1f');
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
comment on column link_block.discovery_flow_id is 'discovery_flow.id of the flow that brought the records; that of an asset is the one of its first record. There is no second flow id.';
comment on column asset.updated_at is 'When it was last written again; null where it stands as it was created.';
comment on column asset.ip_address is 'Members of a list with E''\x1f'' between them, here and in the other attributes of several values; the view assets has arrays.';
alter table asset force row level security;
alter table link_block force row level security;
alter table raw_block force row level security;
alter table discovery_flow force row level security;
