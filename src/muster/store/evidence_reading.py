"""What an evidence pack is made of: imports with their ledger, distributions, conflicts, groups and findings. Reads the public views."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from muster.store.inventory_reading import TENANT, Take, in_pieces
from muster.store.issues import TOLD_ONCE
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.attributes import attributes
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole
from muster.vocabulary.scope import Scope

TEXT, NUMBER, WHOLE = pl.String(), pl.Float64(), pl.Int64()
Record = dict[str, Any]
# What differs from file to file without being a contradiction: numbers of each tool's own, and times that are joined.
OWN_TO_A_FILE = (
    "source_id",
    "discovery_source",
    "first_seen_at",
    "last_seen_at",
    "record_created_at",
    "record_updated_at",
    "last_boot_at",
)
IMPORTS = f"""
select i.id, i.filename, i.file_sha256, i.source, i.precedence, i.as_of, i.total_records as records,
  coalesce(l.created, 0) as created, coalesce(l.merged, 0) as merged, coalesce(l.unchanged, 0) as unchanged,
  coalesce(l.rejected, 0) as rejected, coalesce(l.excluded, 0) as excluded, coalesce(w.wrong, 0) as wrong_values
from data_imports i
left join (select data_import_id, sum(created)::bigint as created, sum(merged)::bigint as merged, sum(unchanged)::bigint as unchanged,
    sum(rejected)::bigint as rejected, sum(excluded)::bigint as excluded from import_ledger where client_account_id = $1 and engagement_id = $2
    group by 1) l on l.data_import_id = i.id
left join (select data_import_id, sum(greatest(cardinality(rows), 1))::bigint as wrong from data_issue d
    where client_account_id = $1 and engagement_id = $2 and {TOLD_ONCE} group by 1) w on w.data_import_id = i.id
where i.client_account_id = $1 and i.engagement_id = $2 and i.undone_at is null
order by i.filename, i.file_sha256
"""
ISSUES = f"""
select code, coalesce(column_name, '') as column_name, min(message) as example, min(hint) as hint, sum(greatest(cardinality(rows), 1))::bigint as values
from data_issue d where {TENANT} and data_import_id in (select id from data_imports where {TENANT} and undone_at is null)
  and {TOLD_ONCE}
group by 1, 2 order by values desc, code, column_name
"""
CONFLICTS = """
with said as (
  select r.asset_id, e.key as attribute, e.value, i.filename, r.table_name, r.row_number, i.source, i.precedence, i.as_of, r.id
  from raw_import_records r
  join data_imports i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = r.data_import_id and i.undone_at is null
  cross join lateral jsonb_each(r.cleansed_data) e
  where r.client_account_id = $1 and r.engagement_id = $2 and e.key = any($3)
    and r.asset_id in (select asset_uuid(m.engagement_id, m.id) from asset m
      where m.client_account_id = $1 and m.engagement_id = $2 and m.more_records is not null)
    and exists (select 1 from import_table t where t.client_account_id = $1 and t.engagement_id = $2
      and t.data_import_id = r.data_import_id and t.name = r.table_name and t.record_kind = any($4))),
differing as (select asset_id, attribute from said group by 1, 2 having count(distinct value) > 1),
held as materialized (
  select asset_uuid(a.engagement_id, a.id) as id, a.name, to_jsonb(a) as values from asset a
  where a.client_account_id = $1 and a.engagement_id = $2 and asset_uuid(a.engagement_id, a.id) in (select asset_id from differing))
select v.id, v.name, s.attribute, case when s.value = v.values -> s.attribute then 'won' else 'lost' end, s.value #>> '{}',
  v.values ->> s.attribute, s.source, s.precedence, s.as_of::text, s.filename, s.table_name, s.row_number
from differing d join said s using (asset_id, attribute) join held v on v.id = s.asset_id
order by v.name collate "C", v.id, s.attribute, 4 desc, s.filename, s.table_name, s.row_number, s.id
"""
CONFLICT_COLUMNS: Mapping[str, pl.DataType] = {
    "asset_id": TEXT, "asset": TEXT, "attribute": TEXT, "standing": TEXT, "claim": TEXT, "inventory": TEXT, "source": TEXT,
    "precedence": WHOLE, "as_of": TEXT, "file": TEXT, "table": TEXT, "row_number": WHOLE,
}  # fmt: skip
FINDINGS = """
select asset_uuid(f.engagement_id, f.asset_id), v.name, v.asset_type, f.check_name, f.severity, f.message, f.remedy, f.confidence, f.as_of::text
from debt_finding f
join assets v on v.client_account_id = $1 and v.engagement_id = $2 and v.id = asset_uuid(f.engagement_id, f.asset_id)
where f.client_account_id = $1 and f.engagement_id = $2
order by array_position(array['critical', 'high', 'medium', 'low', 'info'], f.severity), v.name collate "C", f.check_name, 1
"""
FINDING_COLUMNS: Mapping[str, pl.DataType] = {
    "asset_id": TEXT, "asset": TEXT, "asset_type": TEXT, "check": TEXT, "severity": TEXT, "message": TEXT, "remedy": TEXT,
    "confidence": NUMBER, "as_of": TEXT,
}  # fmt: skip
GROUPS = """
select g.group_no, v.id, v.name, v.asset_type, v.environment, v.application_name, v.migration_wave
from asset_group g
join assets v on v.client_account_id = $1 and v.engagement_id = $2 and v.id = asset_uuid(g.engagement_id, g.asset_id)
where g.client_account_id = $1 and g.engagement_id = $2 order by 1, v.name collate "C", v.id
"""
GROUP_COLUMNS: Mapping[str, pl.DataType] = {
    "group": WHOLE, "asset_id": TEXT, "asset": TEXT, "asset_type": TEXT, "environment": TEXT, "application": TEXT, "wave": TEXT,
}  # fmt: skip


async def imports(tx: Tx, scope: Scope) -> list[Record]:
    """Every live import with what became of its records."""
    return await _records(tx, scope, IMPORTS)


async def issues(tx: Tx, scope: Scope) -> list[Record]:
    """Wrong values by code and column, the most frequent first."""
    return await _records(tx, scope, ISSUES)


async def distribution(tx: Tx, scope: Scope, attribute: str) -> list[Record]:
    """How many assets have each value of an attribute, the most frequent first; null counts those without."""
    if attribute not in attributes():
        raise KeyError(attribute)
    return await _records(
        tx,
        scope,
        f"select {attribute}::text as value, count(*) as assets from assets where {TENANT} group by 1 order by 2 desc, 1",
    )


async def group_sizes(tx: Tx, scope: Scope) -> list[Record]:
    """Every group with its size, the largest first."""
    query = (
        f"select group_no as group, count(*) as assets from asset_group where {TENANT} group by 1 order by 2 desc, 1"
    )
    return await _records(tx, scope, query)


async def findings_by_check(tx: Tx, scope: Scope) -> list[Record]:
    """Checks with how many assets they apply to, worst first."""
    return await _records(
        tx,
        scope,
        f"""select check_name as check, severity, min(remedy) as remedy, count(distinct asset_id) as assets, min(as_of) as as_of
        from debt_finding where {TENANT} group by 1, 2
        order by array_position(array['critical', 'high', 'medium', 'low', 'info'], severity), 4 desc, 1""",
    )


async def assets_with_findings(tx: Tx, scope: Scope) -> list[Record]:
    """How many assets have a finding of each severity."""
    return await _records(
        tx,
        scope,
        f"select severity, count(distinct asset_id) as assets, count(*) as findings from debt_finding where {TENANT} group by 1",
    )


async def edge_kinds(tx: Tx, scope: Scope) -> list[Record]:
    """How many edges there are of each kind, and how many ends no asset answers to."""
    return await _records(
        tx, scope, f"select kind, count(*) as edges from edge where {TENANT} group by 1 order by 2 desc, 1"
    )


async def conflicts(tx: Tx, scope: Scope, take: Take) -> None:
    """Hand every claim about an attribute that files state differently to `take`: the one that won and those that lost."""
    compared = [name for name, known in attributes().items() if not known.multi_valued and name not in OWN_TO_A_FILE]
    kinds = [kind for kind, role in RECORD_KINDS.items() if role is RecordRole.ASSET]
    await in_pieces(tx, scope, CONFLICTS, tuple(CONFLICT_COLUMNS), CONFLICT_COLUMNS, take, compared, kinds)


async def findings(tx: Tx, scope: Scope, take: Take) -> None:
    """Hand every finding to `take`, worst first."""
    await in_pieces(tx, scope, FINDINGS, tuple(FINDING_COLUMNS), FINDING_COLUMNS, take)


async def groups(tx: Tx, scope: Scope, take: Take) -> None:
    """Hand every member of every group to `take`."""
    await in_pieces(tx, scope, GROUPS, tuple(GROUP_COLUMNS), GROUP_COLUMNS, take)


async def _records(tx: Tx, scope: Scope, query: str, *more: Sequence[str]) -> list[Record]:
    async with hash_joins(tx):
        return [dict(row) for row in await tx.fetch(query, scope.client_account_id, scope.engagement_id, *more)]
