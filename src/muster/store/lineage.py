"""From an asset to its records and back: what every value was made of."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from muster.store.frames import list_of
from muster.store.issues import TOLD_ONCE
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.attributes import CUSTOM
from muster.vocabulary.errors import AssetNotFound, RecordNotFound
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def find_asset(tx: Tx, scope: Scope, wanted: str) -> int:
    """The inner id of the asset with this id, or with this very name. Raises AssetNotFound, also where a name fits several."""
    rows = await tx.fetch(
        f"""select id, asset_uuid(engagement_id, id) as public_id, asset_type from asset where {TENANT}
            and (lower(name) = lower($3) or asset_uuid(engagement_id, id)::text = lower($3)) order by id limit 6""",
        scope.client_account_id,
        scope.engagement_id,
        wanted,
    )
    if len(rows) == 1:
        return int(rows[0]["id"])
    if rows:
        fits = "; ".join(f"{row['public_id']} ({row['asset_type']})" for row in rows[:5])
        raise AssetNotFound(f"{wanted!r} is the name of several assets.", hint=f"Give the id of one of them: {fits}")
    raise AssetNotFound(f"There is no asset {wanted!r} in this engagement.")


# Records with their place, raw and cleansed data, and the mapping that was used; `link` has record_id, disposition, rule, score.
WHOLE = """select l.record_id, l.disposition, l.rule, l.score, i.id as import_id, i.arrival, i.filename as file, i.file_sha256, i.source,
  i.precedence, i.as_of, t.table_no, t.name as table_name, t.record_kind, t.columns,
  b.first_row + (l.record_id & 1048575) - 1 as row_number,
  b.first_file_row + coalesce(b.file_rows[(l.record_id & 1048575)::int], (l.record_id & 1048575)::int) - 1 as file_row,
  raw_record(p.positions, b.places, k.raw_words, k.raw_codes, k.raw_line, p.ordinal, b.records) as raw,
  cleansed_record(k.layout, k.words, k.codes, k.line, b.places, k.raw_codes, k.raw_line, p.ordinal, b.records) as cleansed,
  m.id as mapping_set_id, m.version as mapping_version, m.sha256 as mapping_sha256, m.entries, m.custom, c.rules_version
from link l
join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = l.record_id >> 20
join cleansed_block c on c.client_account_id = $1 and c.engagement_id = $2 and c.block_id = b.id
  and c.superseded_at is null
cross join lateral (select (l.record_id & 1048575)::int as ordinal,
  array(select at::text from generate_series(1, cardinality(b.places)) at) as positions) p
cross join lateral (select split_part(b.lines, E'\\x1e', p.ordinal) as raw_line, split_part(c.lines, E'\\x1e', p.ordinal) as line,
  b.codes || '' as raw_codes, b.words || '{}' as raw_words, c.codes || '' as codes, c.words || '{}' as words, c.layout offset 0) k
join mapping_set m on m.client_account_id = $1 and m.engagement_id = $2 and m.id = c.mapping_set_id
join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = b.data_import_id
join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.table_no = b.table_no
order by l.record_id"""


async def records_of(tx: Tx, scope: Scope, asset_id: int) -> list[dict[str, Any]]:
    """Every record of an asset with its place, raw and cleansed data, and the mapping that was used."""
    rows = await tx.fetch(
        f"""with link as (
          select r as record_id, k.dispositions[k.outcomes[(r & 1048575)::int]] as disposition, k.rules[k.outcomes[(r & 1048575)::int]] as rule,
            k.scores[k.outcomes[(r & 1048575)::int]] as score
          from asset a cross join lateral unnest(a.raw_import_records_id || coalesce(a.more_records, '{{}}')) as r
          join link_block k on k.client_account_id = $1 and k.engagement_id = $2 and k.block_id = r >> 20
          where a.client_account_id = $1 and a.engagement_id = $2 and a.id = $3)
        {WHOLE}""",
        scope.client_account_id,
        scope.engagement_id,
        asset_id,
    )
    return [dict(row) for row in rows]


async def whole_records(tx: Tx, scope: Scope, record_ids: Sequence[int]) -> list[dict[str, Any]]:
    """These records as `records_of` gives those of an asset, whether or not they have one."""
    rows = await tx.fetch(
        f"""with link as (select unnest($3::bigint[]) as record_id, null as disposition, null as rule, null as score) {WHOLE}""",
        scope.client_account_id,
        scope.engagement_id,
        list(record_ids),
    )
    return [dict(row) for row in rows]


async def record(tx: Tx, scope: Scope, record_id: int) -> dict[str, Any]:
    """Where a record is, what it is about, and the inner id of its asset, if it has one. Raises RecordNotFound."""
    row = await tx.fetchrow(
        """select $3::bigint as record_id, i.file_sha256, i.filename as file, t.name as table_name, t.record_kind,
          b.first_row + ($3::bigint & 1048575) - 1 as row_number,
          (select k.asset_ids[($3::bigint & 1048575)::int] from link_block k where k.client_account_id = $1 and k.engagement_id = $2
            and k.block_id = $3::bigint >> 20) as asset_id
        from raw_block b
        join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = b.data_import_id
        join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.table_no = b.table_no
        where b.client_account_id = $1 and b.engagement_id = $2 and b.id = $3::bigint >> 20
          and ($3::bigint & 1048575) between 1 and b.records""",
        scope.client_account_id,
        scope.engagement_id,
        record_id,
    )
    if row is None:
        raise RecordNotFound(
            f"There is no record {record_id} in this engagement.",
            hint="muster asset show gives the numbers of records.",
        )
    return dict(row)


async def shared_assets(tx: Tx, scope: Scope, import_id: UUID, limit: int, offset: int) -> list[int]:
    """The inner ids of assets that records of this import and of others are joined in, a page at a time by id."""
    async with hash_joins(tx):
        rows = await tx.fetch(
            """with own as (
              select distinct l.asset_id from asset_link l
              join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = l.record_id >> 20
              where l.client_account_id = $1 and l.engagement_id = $2 and l.asset_id is not null and b.data_import_id = $3)
            select distinct l.asset_id from asset_link l
            join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = l.record_id >> 20
            where l.client_account_id = $1 and l.engagement_id = $2 and b.data_import_id <> $3 and l.asset_id in (select asset_id from own)
            order by 1 limit $4 offset $5""",
            scope.client_account_id,
            scope.engagement_id,
            import_id,
            limit,
            offset,
        )
    return [row["asset_id"] for row in rows]


async def record_key(tx: Tx, scope: Scope, import_id: UUID, sheet: str | None, row_number: int) -> dict[str, Any]:
    """How decisions name a record of an import. Raises RecordNotFound, also where several tables have such a row."""
    rows = await tx.fetch(
        """select i.file_sha256, t.name as table_name, $5::int as row_number from data_import i
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id) = (i.client_account_id, i.engagement_id, i.id)
        where i.client_account_id = $1 and i.engagement_id = $2 and i.id = $3 and ($4::text is null or t.name = $4)
          and $5::int between 1 and t.records order by t.table_no""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        sheet,
        row_number,
    )
    if len(rows) != 1:
        found = "; ".join(row["table_name"] for row in rows) or "none"
        raise RecordNotFound(f"Row {row_number} must be in one table of import {import_id}; it is in: {found}.")
    return dict(rows[0])


async def asset(tx: Tx, scope: Scope, asset_id: int) -> dict[str, Any]:
    """One asset, every attribute that has a value."""
    row = await tx.fetchval(
        """select jsonb_strip_nulls(to_jsonb(v) || (select jsonb_build_object('presence', a.presence, 'presence_reason', a.presence_reason)
            from asset a where a.client_account_id = $1 and a.engagement_id = $2 and a.id = $3)) from assets v
        where v.client_account_id = $1 and v.engagement_id = $2 and v.id = asset_uuid($2, $3)""",
        scope.client_account_id,
        scope.engagement_id,
        asset_id,
    )
    return dict(row)


async def assets(tx: Tx, scope: Scope, where: dict[str, str], limit: int, after: str | None) -> list[dict[str, Any]]:
    """A page of assets by name and id; `where` maps column names (checked by the caller) to the text they must equal or contain."""
    conditions = [TENANT]
    values: list[int | str] = [scope.client_account_id, scope.engagement_id]
    for column, text in where.items():
        values.append(f"%{text}%" if column == "name" else text)
        said = f"custom->>'{column.removeprefix(CUSTOM)}'" if column.startswith(CUSTOM) else f"{column}::text"
        conditions.append(f"{said} {'ilike' if column == 'name' else '='} ${len(values)}")
    if after is not None:
        values.append(after)
        conditions.append(
            f"(name, id) > (select name, id from asset where {TENANT} and asset_uuid(engagement_id, id)::text = ${len(values)})"
        )
    rows = await tx.fetch(
        f"""select asset_uuid(engagement_id, id) as asset_id, name, asset_type, environment, os_name, os_version, hostname, fqdn, {list_of("ip_address")} as ip_address,
            cpu_cores, memory_mb, storage_total_gb, criticality, lifecycle_status, application_name, owner, custom, presence, presence_reason
        from asset where {" and ".join(conditions)} order by name, id limit {int(limit)}""",
        *values,
    )
    return [dict(row) for row in rows]


async def totals(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many assets there are of each type."""
    rows = await tx.fetch(
        f"select asset_type, count(*) as n from asset where {TENANT} group by 1 order by 1",
        scope.client_account_id,
        scope.engagement_id,
    )
    return {row["asset_type"]: row["n"] for row in rows}


async def ledger(tx: Tx, scope: Scope, import_id: UUID) -> dict[int, dict[str, int]]:
    """The dispositions of an import's tables, by table number."""
    rows = await tx.fetch(
        f"""select table_no, created, merged, unchanged, rejected, excluded from import_ledger where {TENANT} and data_import_id = $3""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return {row["table_no"]: {name: count for name, count in row.items() if name != "table_no"} for row in rows}


async def issue_counts(tx: Tx, scope: Scope, import_id: UUID) -> dict[int, int]:
    """How many wrong values (records times issues) each table of an import has."""
    rows = await tx.fetch(
        f"""select table_no, sum(greatest(cardinality(rows), 1)) as n from data_issue d
        where {TENANT} and data_import_id = $3 and {TOLD_ONCE} group by 1""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return {row["table_no"]: int(row["n"]) for row in rows}


async def links(tx: Tx, scope: Scope) -> AsyncIterator[dict[str, Any]]:
    """One row per record of every live import, in file order."""
    cursor = tx.cursor(
        """select i.filename as file, t.name as sheet, b.first_row + (l.record_id & 1048575) - 1 as row_number,
          b.first_file_row + coalesce(b.file_rows[(l.record_id & 1048575)::int], (l.record_id & 1048575)::int) - 1 as file_row,
          l.disposition, asset_uuid(l.engagement_id, l.asset_id) as asset_id, a.name as asset_name, l.rule, l.score
        from asset_link l
        join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = l.record_id >> 20
        join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = b.data_import_id
        join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.table_no = b.table_no
        left join asset a on a.client_account_id = $1 and a.engagement_id = $2 and a.id = l.asset_id
        where l.client_account_id = $1 and l.engagement_id = $2 order by i.arrival, t.table_no, l.record_id""",
        scope.client_account_id,
        scope.engagement_id,
        prefetch=5000,
    )
    async with hash_joins(tx):
        async for row in cursor:
            yield dict(row)


async def assets_of_block(tx: Tx, scope: Scope, block_id: int) -> list[dict[str, Any]]:
    """Id, name and type of the assets that a block's records belong to, in record order."""
    rows = await tx.fetch(
        """select asset_uuid(a.engagement_id, a.id) as asset_id, a.name, a.asset_type, k.dispositions[l.outcome] as disposition from link_block k
        cross join lateral unnest(k.asset_ids, k.outcomes) with ordinality as l (asset_id, outcome, ordinal)
        join asset a on (a.client_account_id, a.engagement_id, a.id) = (k.client_account_id, k.engagement_id, l.asset_id)
        where k.client_account_id = $1 and k.engagement_id = $2 and k.block_id = $3 order by l.ordinal""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return [dict(row) for row in rows]
