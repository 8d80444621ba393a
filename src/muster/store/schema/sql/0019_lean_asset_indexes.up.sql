-- Assets of one flow, and those of records that came one after the other, stand next to each other: a summary of each stretch of pages
-- finds them as an entry per row does, and costs the writing of an asset a tenth (decision 0029).
drop index asset_method_flow;
create index asset_method_flow on asset using brin (client_account_id, engagement_id, discovery_method, discovery_flow_id);
drop index asset_raw_record;
create index asset_raw_record on asset using brin (client_account_id, engagement_id, raw_import_records_id);
