drop procedure muster_analyze_assets();
drop table debt_finding, asset_group, unresolved_end, edge, import_ledger, asset_link, asset;
drop function asset_uuid(int, bigint);
