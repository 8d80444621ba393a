"""Tables `asset`, `asset_link`, `import_ledger`: the computed inventory, written as the difference to what stands."""

from collections.abc import Sequence

import polars as pl

from muster.store import tenants
from muster.store.frames import Rows, copied, copy_frame
from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.scope import Scope

SQL_TYPES = {
    "integer": "bigint",
    "number": "double precision",
    "money": "double precision",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
    "list": "text[]",
    "ip": "text[]",
    "mac": "text[]",
}
DESCRIBED = (
    "type_reason text",
    "type_confidence real",
    "content_hash bigint",
    "first_record_id bigint",
    "custom jsonb",
    "presence text",
    "presence_reason text",
)
VANISHED = ("presence", "presence_reason")
TENANT = "client_account_id = $1 and engagement_id = $2"


def _definitions(names: list[str]) -> str:
    known = attributes()
    fixed = {part.split()[0]: part.split(maxsplit=1)[1] for part in DESCRIBED} | {"asset_no": "bigint"}
    return ", ".join(f"{name} {fixed.get(name) or SQL_TYPES.get(known[name].type, 'text')}" for name in names)


# What stands, as a table of its own with statistics: the planner knows nothing yet of rows that this transaction writes, and
# an insert that asked its own target row by row took minutes for 100,000 records.
OLD_LINKS = f"""create temporary table old_link on commit drop as
select record_id, asset_id, disposition, rule, score from asset_link where {TENANT}"""
# An asset keeps its id while it keeps its records: an old asset goes where its lowest record went, a new one takes its oldest.
CHOOSE = """
create temporary table chosen on commit drop as
with old as (
  select n.asset_no, l.asset_id, min(n.record_id) as first_record from new_link n
  join old_link l on l.record_id = n.record_id
  where l.asset_id is not null and n.asset_no is not null group by 1, 2),
home as (select distinct on (asset_id) asset_id, asset_no from old order by asset_id, first_record)
select distinct on (asset_no) asset_no, asset_id, false as fresh from home order by asset_no, asset_id
"""
CHOOSE_FRESH = """
insert into chosen
select asset_no, nextval(pg_get_serial_sequence('asset', 'id')), true
from (select a.asset_no from new_asset a where not exists (select 1 from chosen c where c.asset_no = a.asset_no) order by a.asset_no) fresh
"""
PROVENANCE = """
join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = n.first_record_id >> 20
join discovery_flow d on (d.client_account_id, d.engagement_id, d.master_flow_id) = (b.client_account_id, b.engagement_id, b.master_flow_id)
join cleansed_block k on (k.client_account_id, k.engagement_id, k.block_id) = (b.client_account_id, b.engagement_id, b.id)
  and k.superseded_at is null
"""
LINKS_CHANGED = """
update asset_link l set asset_id = c.asset_id, disposition = n.disposition, rule = n.rule, score = n.score, linked_at = now()
from new_link n join old_link o on o.record_id = n.record_id left join chosen c on c.asset_no = n.asset_no
where l.client_account_id = $1 and l.engagement_id = $2 and l.record_id = n.record_id
  and (o.asset_id, o.disposition, o.rule, o.score) is distinct from (c.asset_id, n.disposition, n.rule, n.score)
"""
LINKS_NEW = """
insert into asset_link (client_account_id, engagement_id, record_id, asset_id, disposition, rule, score)
select $1, $2, n.record_id, c.asset_id, n.disposition, n.rule, n.score
from new_link n left join chosen c on c.asset_no = n.asset_no left join old_link o on o.record_id = n.record_id
where o.record_id is null order by n.record_id
"""
LINKS_GONE = f"""delete from asset_link where {TENANT} and record_id in (
  select o.record_id from old_link o left join new_link n on n.record_id = o.record_id where n.record_id is null)"""
ASSETS_GONE = f"""delete from asset where {TENANT} and id in (
  select a.id from asset a left join chosen c on c.asset_id = a.id where a.client_account_id = $1 and a.engagement_id = $2
    and c.asset_id is null)"""
LEDGER = """
insert into import_ledger (client_account_id, engagement_id, data_import_id, table_no, records, created, merged, unchanged, rejected, excluded)
select $1, $2, t.data_import_id, t.table_no, t.records, coalesce(s.created, 0), coalesce(s.merged, 0), coalesce(s.unchanged, 0),
  coalesce(s.rejected, 0), coalesce(s.excluded, 0)
from import_table t
left join (
  select b.data_import_id, b.table_no, count(*) filter (where disposition = 'created') as created,
    count(*) filter (where disposition = 'merged') as merged, count(*) filter (where disposition = 'unchanged') as unchanged,
    count(*) filter (where disposition = 'rejected') as rejected, count(*) filter (where disposition = 'excluded') as excluded
  from new_link n join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = n.record_id >> 20
  group by 1, 2) s using (data_import_id, table_no)
where t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = any($3)
"""


def _packed(assets: pl.DataFrame) -> pl.DataFrame:
    """The columns of the client's own attributes as one: a JSON object by name, without what an asset has not."""
    own = sorted(name for name in assets.columns if name.startswith(CUSTOM))
    if not own:
        return assets
    filled = pl.any_horizontal(pl.col(name).is_not_null() for name in own)
    named = pl.struct(pl.col(name).alias(name.removeprefix(CUSTOM)) for name in own).struct.json_encode()
    return assets.with_columns(pl.when(filled).then(named).alias("custom")).drop(own)


def _with_hash(assets: pl.DataFrame) -> pl.DataFrame:
    """`content_hash` over the attributes alone: an asset whose attributes did not change is not written again."""
    plain = [name for name in sorted(assets.columns) if name in attributes() or name in ("custom", *VANISHED)]
    flat = assets.select(
        pl.col(name).list.join("\x1f") if isinstance(assets.schema[name], pl.List) else pl.col(name) for name in plain
    )
    return assets.with_columns(flat.hash_rows(seed=7).reinterpret(signed=True).alias("content_hash"))


async def replace(
    tx: Tx, scope: Scope, assets: pl.DataFrame, links: pl.DataFrame, import_ids: list[str], expected: int | None
) -> None:
    """Make the stored inventory equal to the computed one: assets, links and ledger together.

    `assets`: asset_no, name, asset_type, type_reason, type_confidence, first_record_id and any attribute columns.
    `links`: record_id, asset_no (null where left out), disposition, rule, score. Raises TransactionConflict if claims or
    decisions changed since version `expected`, RecordsLost if the dispositions do not add up to the records.
    """
    key = (scope.client_account_id, scope.engagement_id)
    await tenants.advance_inventory(tx, scope, expected)
    hashed = _with_hash(_packed(assets))
    await copy_frame(tx, "new_asset", _definitions(hashed.columns), hashed)
    columns = "record_id bigint, asset_no bigint, disposition text, rule text, score real"
    await copy_frame(tx, "new_link", columns, links.select("record_id", "asset_no", "disposition", "rule", "score"))
    # Statistics of what is joined by, and of nothing else: those of a hundred columns took longer than filling them.
    await tx.execute("analyze new_asset (asset_no, first_record_id)")
    await tx.execute("analyze new_link (record_id, asset_no)")
    await tx.execute("set local enable_nestloop = off")
    await tx.execute(OLD_LINKS, *key)
    await tx.execute("analyze old_link")
    await tx.execute(CHOOSE)
    await tx.execute(CHOOSE_FRESH)
    await tx.execute("analyze chosen")
    await _write_assets(tx, key, [name for name in hashed.columns if name in attributes() or name == "custom"])
    await tx.execute("call muster_analyze_assets()")
    await tx.execute(LINKS_CHANGED, *key)
    await tx.execute(LINKS_NEW, *key)
    await tx.execute(LINKS_GONE, *key)
    await tx.execute(ASSETS_GONE, *key)
    await tx.execute(f"delete from import_ledger where {TENANT}", *key)
    await tx.execute(LEDGER, *key, import_ids)


async def _write_assets(tx: Tx, key: tuple[int, int], present: list[str]) -> None:
    own = [name for name in attributes() if name in present]
    absent = [name for name in attributes() if name not in present]
    described = ["type_reason", "type_confidence", "content_hash", *VANISHED]
    custom = "jsonb_strip_nulls(n.custom)" if "custom" in present else "null"
    values = ", ".join([f"n.{name}" for name in own + described] + [custom])
    await tx.execute(
        f"""insert into asset (client_account_id, engagement_id, id, discovery_flow_id, master_flow_id, raw_import_records_id,
            mapping_set_id, {", ".join(own + described)}, custom)
        select $1, $2, c.asset_id, d.id, b.master_flow_id, n.first_record_id, k.mapping_set_id, {values}
        from new_asset n join chosen c on c.asset_no = n.asset_no and c.fresh {PROVENANCE} order by c.asset_id""",
        *key,
    )
    assigned = ", ".join(
        [f"{name} = n.{name}" for name in own + described]
        + [f"{name} = null" for name in absent]
        + [f"custom = {custom}"]
    )
    await tx.execute(
        f"""update asset a set {assigned}, discovery_flow_id = d.id, master_flow_id = b.master_flow_id,
            raw_import_records_id = n.first_record_id, mapping_set_id = k.mapping_set_id, updated_at = now()
        from new_asset n join chosen c on c.asset_no = n.asset_no and not c.fresh {PROVENANCE}
        where a.client_account_id = $1 and a.engagement_id = $2 and a.id = c.asset_id
          and (a.content_hash <> n.content_hash or a.raw_import_records_id is distinct from n.first_record_id
            or a.mapping_set_id is distinct from k.mapping_set_id)""",
        *key,
    )


async def linked(tx: Tx, scope: Scope) -> Rows:
    """record_id, asset_id of every linked record."""
    query = f"select record_id, asset_id from asset_link where {TENANT} and asset_id is not null"
    return Rows(await copied(tx, query, scope.client_account_id, scope.engagement_id), ("record_id", "asset_id"))


async def columns(tx: Tx, scope: Scope, names: Sequence[str]) -> Rows:
    """The id and the named attributes of every asset, in order of id."""
    known = attributes()
    wanted = [name for name in names if name in known]
    listed = [f"array_to_string({name}, E'\\x1f')" if known[name].multi_valued else name for name in wanted]
    query = f"select {', '.join(['id', *listed])} from asset where {TENANT} order by id"
    return Rows(await copied(tx, query, scope.client_account_id, scope.engagement_id), ("id", *wanted))
