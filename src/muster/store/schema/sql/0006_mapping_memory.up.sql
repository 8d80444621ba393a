-- What a client's people decided about columns. Rows belong to the engagement where they were made, and only it may write them;
-- every engagement of the client reads them, no other client does. All three tables are append-only.
create procedure muster_protect_within_client(tbl regclass) language plpgsql as $$
begin
  call muster_protect(tbl, null, 'select, insert');
  execute format('create policy client on %s for select using (client_account_id = (select muster_client()))', tbl);
  execute format('create trigger history_is_append_only before update or delete on %s for each row execute function history_is_append_only()', tbl);
end $$;

create table mapping_memory (
  client_account_id int not null,
  engagement_id     int not null,
  id                bigint generated always as identity,
  engagement_name   text,
  data_import_id    uuid,
  filename          text,
  table_name        text,
  fingerprint       text,
  record_kind       text,
  header            text,
  source            text,
  choice            text not null check (choice in ('approved', 'corrected', 'refused', 'revoked')),
  target            text,
  unit              text,
  unit_given        boolean not null default false,
  revokes           bigint,
  author            text not null,
  reason            text not null default '',
  made_at           timestamptz not null default clock_timestamp(),
  primary key (client_account_id, engagement_id, id),
  foreign key (client_account_id, engagement_id) references engagement,
  constraint a_revocation_names_what_it_revokes check ((choice = 'revoked') = (revokes is not null)),
  constraint a_choice_says_where_it_was_made check (choice = 'revoked'
    or (data_import_id is not null and engagement_name is not null and filename is not null and table_name is not null and fingerprint is not null and record_kind is not null
        and header is not null and source is not null)),
  constraint a_refusal_has_no_target check (choice = 'revoked' or (choice = 'refused') = (target is null))
);
create index mapping_memory_header on mapping_memory (client_account_id, header) where choice <> 'revoked';
create index mapping_memory_revokes on mapping_memory (client_account_id, revokes) where revokes is not null;
comment on table mapping_memory is 'What people said a column is: learned in one engagement, reused in all of the same client.';
comment on column mapping_memory.fingerprint is 'Of the table it was said about: SHA-256 of its sorted normalised headers and its record kind.';
comment on column mapping_memory.engagement_name is 'Engagement and file as they were called then: their own rows are hidden from the client''s other engagements.';
comment on column mapping_memory.unit_given is 'Whether the person named the unit; else it is how the column of that very export was read.';
comment on column mapping_memory.header is 'The normalised header; source is the header as it was written.';

create table mapping_profile (
  client_account_id int not null,
  engagement_id     int not null,
  name              text not null check (name <> ''),
  version           int not null,
  record_kind       text,
  fingerprint       text,
  columns           jsonb,
  author            text not null,
  reason            text not null default '',
  made_at           timestamptz not null default clock_timestamp(),
  primary key (client_account_id, engagement_id, name, version),
  unique (client_account_id, name, version),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table mapping_profile is 'A named mapping of a known export, version by version; the newest counts.';
comment on column mapping_profile.columns is 'Source, target (null: refused) and unit of every column; null where the version takes the profile back.';

create table custom_attribute (
  client_account_id int not null,
  engagement_id     int not null,
  name              text not null check (name ~ '^[a-z][a-z0-9_]{0,57}$'),
  version           int not null,
  value_type        text not null,
  allowed_values    text[] not null default '{}',
  description       text not null default '',
  retired           boolean not null default false,
  author            text not null,
  reason            text not null default '',
  made_at           timestamptz not null default clock_timestamp(),
  primary key (client_account_id, engagement_id, name, version),
  unique (client_account_id, name, version),
  foreign key (client_account_id, engagement_id) references engagement
);
comment on table custom_attribute is 'Attributes of a client''s own, version by version; the newest counts. A name keeps its type for ever.';

call muster_protect_within_client('mapping_memory');
call muster_protect_within_client('mapping_profile');
call muster_protect_within_client('custom_attribute');

alter table mapping_set add remembered jsonb not null default '{}', add custom jsonb not null default '[]';
comment on column mapping_set.remembered is 'What the client''s memory said when the table was first mapped; later versions go by the same.';
comment on column mapping_set.custom is 'The client''s own attributes as they were defined when this version was made.';
alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check
  check (kind in ('edit', 'exclude', 'merge', 'split', 'approve_mapping', 'map_column', 'undo_import'));
alter table asset add custom jsonb;
comment on column asset.custom is 'The client''s own attributes by name; null where it has none.';

create or replace view assets with (security_invoker = true) as
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
