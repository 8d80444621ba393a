drop table decision, data_issue, cleansed_block, mapping_set, rejected_record, raw_block, import_table, upload_part, discovery_flow, data_import;
