-- Why an asset is of its type has a number: an estate has a few such reasons, and as text they were a twelfth of every row.
-- When it was made is when its block was first linked, unless it came later. What a mapping set says of itself is made once, not for
-- each asset that is looked at.
alter table asset no force row level security;
alter table link_block no force row level security;
create function mapping_used(id bigint, version int, sha256 text, entries jsonb) returns jsonb language sql immutable parallel safe
return jsonb_build_object('mapping_set_id', id, 'version', version, 'sha256', sha256, 'entries', entries);
alter table mapping_set add used jsonb generated always as (mapping_used(id, version, sha256, entries)) stored;
comment on column mapping_set.used is 'assets.field_mappings_used of the assets that it made.';
create table type_reason (
  client_account_id int not null,
  engagement_id     int not null,
  id                int not null,
  reason            text not null,
  confidence        real not null,
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table type_reason is 'Why assets are of their types, and how sure that is (0 to 1): asset.type_reason_id is its number. They are only ever added.';
insert into type_reason (client_account_id, engagement_id, id, reason, confidence)
select client_account_id, engagement_id, row_number() over (partition by client_account_id, engagement_id order by type_reason, type_confidence),
  type_reason, type_confidence
from (select distinct client_account_id, engagement_id, type_reason, type_confidence from asset) r;
alter table link_block add created_at timestamptz not null default now();
update link_block k set created_at = coalesce((
  select min(a.created_at) from asset a where (a.client_account_id, a.engagement_id) = (k.client_account_id, k.engagement_id)
    and a.raw_import_records_id between k.block_id << 20 and (k.block_id + 1 << 20) - 1), k.linked_at);
comment on column link_block.created_at is 'When the block was first linked, and so when the assets were made that do not say it themselves.';
drop view assets;
alter table asset add type_reason_id int, alter created_at drop not null, alter created_at drop default;
comment on column asset.created_at is 'When it was made, where that is not when the block of its first record was first linked.';
update asset a set type_reason_id = r.id, created_at = nullif(a.created_at, (
  select k.created_at from link_block k where (k.client_account_id, k.engagement_id, k.block_id)
    = (a.client_account_id, a.engagement_id, a.raw_import_records_id >> 20)))
from type_reason r
where (r.client_account_id, r.engagement_id, r.reason, r.confidence) = (a.client_account_id, a.engagement_id, a.type_reason, a.type_confidence);
alter table asset alter type_reason_id set not null, drop type_reason, drop type_confidence;
call muster_protect('type_reason');
create view assets with (security_invoker = true) as
select asset_uuid(a.engagement_id, a.id) as id, a.client_account_id, a.engagement_id, k.discovery_flow_id, d.master_flow_id,
       a.raw_import_records_id, m.used as field_mappings_used, k.discovery_method, k.source_phase, k.current_phase,
       r.reason as type_reason, r.confidence as type_confidence, coalesce(a.created_at, k.created_at) as created_at,
       coalesce(a.updated_at, a.created_at, k.created_at) as updated_at,
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
left join type_reason r on (r.client_account_id, r.engagement_id, r.id) = (a.client_account_id, a.engagement_id, a.type_reason_id)
left join link_block k on (k.client_account_id, k.engagement_id, k.block_id) = (a.client_account_id, a.engagement_id, a.raw_import_records_id >> 20)
left join discovery_flow d on (d.client_account_id, d.engagement_id, d.id) = (k.client_account_id, k.engagement_id, k.discovery_flow_id)
left join mapping_set m on (m.client_account_id, m.engagement_id, m.id) = (k.client_account_id, k.engagement_id, k.mapping_set_id);
grant select on assets to muster_app;
comment on column evidence_block.said is 'A Parquet file: the claims of a block of relations; of one that describes assets what its records name.';
comment on column evidence_block.names is 'A Parquet file: what the records of a block that describes assets are called, as it is compared; null for relations.';
comment on table grouping_state is 'The groups that were last found, before what people said of them: a Parquet file, and a hash of all that they follow from.';
comment on column finding_chunk.judged is 'A Parquet file: what each asset of the chunk was when it was judged; null where the next assessment judges all anew.';
alter table asset force row level security;
alter table link_block force row level security;
