drop index asset_method_flow;
create index asset_method_flow on asset (client_account_id, engagement_id, discovery_method, discovery_flow_id);
drop index asset_raw_record;
create index asset_raw_record on asset (client_account_id, engagement_id, raw_import_records_id);
