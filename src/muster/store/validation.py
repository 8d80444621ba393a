"""What must hold of an engagement's rows at any time, each as one count that should be zero."""

from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.scope import Scope

TENANT = "x.client_account_id = $1 and x.engagement_id = $2"
OWN_FLOW = "(f.client_account_id, f.engagement_id, f.id) = (x.client_account_id, x.engagement_id, x.master_flow_id)"

RELATIONSHIPS = {
    "orphaned_data_imports": f"select count(*) from data_import x where {TENANT} and not exists (select 1 from flow f where {OWN_FLOW})",
    "orphaned_raw_import_records": f"select coalesce(sum(x.records), 0) from raw_block x where {TENANT} and not exists (select 1 from flow f where {OWN_FLOW})",
    "orphaned_discovery_flows": f"select count(*) from discovery_flow x where {TENANT} and not exists (select 1 from flow f where {OWN_FLOW})",
    "masters_without_child": f"""select count(*) from flow x where {TENANT} and x.flow_type = 'discovery' and 1 <> (select count(*) from
        discovery_flow d where (d.client_account_id, d.engagement_id, d.master_flow_id) = (x.client_account_id, x.engagement_id, x.id))""",
    "assets_without_reason_of_their_type": f"""select count(*) from asset x where {TENANT} and not exists (select 1 from type_reason r
        where (r.client_account_id, r.engagement_id, r.id) = (x.client_account_id, x.engagement_id, x.type_reason_id))""",
    "assets_missing_discovery_flow_id": f"""select count(*) from asset x left join link_block k
          on (k.client_account_id, k.engagement_id, k.block_id) = (x.client_account_id, x.engagement_id, x.raw_import_records_id >> 20)
        where {TENANT} and (k.block_id is null or k.discovery_method = 'flow_based' and (k.discovery_flow_id is null or k.mapping_set_id is null))""",
}
COUNTED = """exists (select 1 from phase_run r where (r.client_account_id, r.engagement_id, r.flow_id)
    = (i.client_account_id, i.engagement_id, i.master_flow_id) and r.phase = 'asset_inventory' and r.state = 'completed')"""
LINEAGE = {
    "records_without_disposition": f"""select coalesce(sum(x.records - coalesce(cardinality(k.outcomes), 0)), 0) from raw_block x
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
        left join link_block k on (k.client_account_id, k.engagement_id, k.block_id) = (x.client_account_id, x.engagement_id, x.id)
        where {TENANT} and i.undone_at is null and {COUNTED}""",
    "records_of_undone_imports_still_linked": f"""select coalesce(sum(cardinality(x.outcomes)), 0) from link_block x
        join raw_block b on (b.client_account_id, b.engagement_id, b.id) = (x.client_account_id, x.engagement_id, x.block_id)
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
        where {TENANT} and i.undone_at is not null""",
    "tables_whose_ledger_disagrees_with_its_links": f"""select count(*) from import_ledger x
        cross join lateral (
          select count(*) filter (where d = 'created') as created, count(*) filter (where d = 'merged') as merged,
            count(*) filter (where d = 'unchanged') as unchanged, count(*) filter (where d = 'rejected') as rejected,
            count(*) filter (where d = 'excluded') as excluded
          from raw_block b join link_block k on (k.client_account_id, k.engagement_id, k.block_id)
            = (b.client_account_id, b.engagement_id, b.id)
          cross join lateral unnest(k.outcomes) as o cross join lateral (select k.dispositions[o]) as n (d)
          where (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
            = (x.client_account_id, x.engagement_id, x.data_import_id, x.table_no)) n
        where {TENANT} and (x.created, x.merged, x.unchanged, x.rejected, x.excluded)
          is distinct from (n.created, n.merged, n.unchanged, n.rejected, n.excluded)""",
    "assets_whose_records_differ_from_the_links": f"""select count(*) from (
        select x.id, (select array_agg(r order by r) from unnest(x.raw_import_records_id || coalesce(x.more_records, '{{}}')) r) as records
        from asset x where {TENANT}) a
        full join (select asset_id, array_agg(record_id order by record_id) as records from asset_link x
          where {TENANT} and asset_id is not null group by 1) l on l.asset_id = a.id
        where a.records is distinct from l.records""",
    "valid_records_without_cleansed_data": f"""select count(*) from raw_block x
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
        where {TENANT} and {COUNTED} and x.records > 0 and not exists (select 1 from cleansed_block c
          where (c.client_account_id, c.engagement_id, c.block_id) = (x.client_account_id, x.engagement_id, x.id))""",
}
# The last event of each kind must tell the state the flow is in: the trail alone is enough to rebuild it.
AUDIT = {
    "flows_whose_status_differs_from_the_trail": f"""select count(*) from flow x where {TENANT} and x.status is distinct from coalesce(
        (select e.to_status from flow_event e where (e.client_account_id, e.engagement_id, e.flow_id) = (x.client_account_id, x.engagement_id, x.id)
         and e.to_status is not null order by e.id desc limit 1), 'initialized')""",
    "flows_whose_phase_differs_from_the_trail": f"""select count(*) from flow x where {TENANT} and x.node is distinct from coalesce(
        (select e.to_node from flow_event e where (e.client_account_id, e.engagement_id, e.flow_id) = (x.client_account_id, x.engagement_id, x.id)
         and e.to_node is not null order by e.id desc limit 1), 'pending')""",
    "phase_runs_that_differ_from_the_trail": f"""select count(*) from phase_run x where {TENANT} and x.state is distinct from coalesce(
        (select e.to_state from flow_event e where (e.client_account_id, e.engagement_id, e.flow_id) = (x.client_account_id, x.engagement_id, x.flow_id)
         and e.phase = x.phase and e.to_state is not null order by e.id desc limit 1), 'pending')""",
    "gaps_in_the_trail": """select count(*) from (select e.from_node, lag(e.to_node) over (partition by e.flow_id order by e.id) as before
        from flow_event e where e.client_account_id = $1 and e.engagement_id = $2 and e.to_node is not null) x
        where x.from_node is distinct from coalesce(x.before, 'pending')""",
}
CHECKS = {"relationships": RELATIONSHIPS, "lineage": LINEAGE, "audit": AUDIT}


async def violations(tx: Tx, scope: Scope, check: str) -> dict[str, int]:
    """Each rule of one check with how many rows break it."""
    async with hash_joins(tx):
        return {
            name: int(await tx.fetchval(sql, scope.client_account_id, scope.engagement_id))
            for name, sql in CHECKS[check].items()
        }
