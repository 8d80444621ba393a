"""The inventory of an engagement as one transaction sees it: what two moments are compared by."""

from dataclasses import dataclass

import polars as pl

from muster.store.digest import digest
from muster.store.frames import copied
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.scope import Scope

OWN = "x.client_account_id = $1 and x.engagement_id = $2"
DESCRIBED = [*attributes(), "custom", "presence", "presence_reason"]
ASSETS = f"""select x.id, asset_uuid(x.engagement_id, x.id) as public_id, x.name, x.asset_type, jsonb_strip_nulls(to_jsonb(d))::text as content
from asset x cross join lateral (select {", ".join(f"x.{name}" for name in DESCRIBED)}) as d where {OWN}"""
LINKS = f"select x.record_id, x.asset_id from asset_link x where {OWN} and x.asset_id is not null"
EDGES = f"""select x.source_id, x.target_id, x.kind, coalesce(x.port, 0) as port, coalesce(x.protocol, '') as protocol, x.count,
    x.confidence from edge x where {OWN}"""
FINDINGS = (
    f"select x.asset_id, x.check_name, x.severity, coalesce(x.detail, '') as detail from debt_finding x where {OWN}"
)
GROUPS = f"select x.asset_id, x.group_no from asset_group x where {OWN}"
ISSUES = f"""select x.data_import_id::text as import_id, i.filename as file, t.name as sheet, x.code, coalesce(x.rule, '') as rule,
    sum(greatest(cardinality(x.rows), 1))::bigint as records
from data_issue x
join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
  = (x.client_account_id, x.engagement_id, x.data_import_id, x.table_no)
where {OWN} and i.undone_at is null group by 1, 2, 3, 4, 5"""
LEDGER = f"""select x.data_import_id::text as import_id, i.filename as file, t.name as sheet, x.created, x.merged, x.unchanged, x.rejected,
    x.excluded
from import_ledger x
join data_import i on (i.client_account_id, i.engagement_id, i.id) = (x.client_account_id, x.engagement_id, x.data_import_id)
join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
  = (x.client_account_id, x.engagement_id, x.data_import_id, x.table_no)
where {OWN}"""
TEXT, NUMBER = pl.String(), pl.Int64()
SCHEMAS: dict[str, tuple[str, dict[str, pl.DataType]]] = {
    "assets": (ASSETS, {"id": NUMBER, "public_id": TEXT, "name": TEXT, "asset_type": TEXT, "content": TEXT}),
    "links": (LINKS, {"record_id": NUMBER, "asset_id": NUMBER}),
    "edges": (
        EDGES,
        {"source_id": NUMBER, "target_id": NUMBER, "kind": TEXT, "port": NUMBER, "protocol": TEXT, "count": NUMBER,
         "confidence": pl.Float64()},
    ),
    "findings": (FINDINGS, {"asset_id": NUMBER, "check_name": TEXT, "severity": TEXT, "detail": TEXT}),
    "groups": (GROUPS, {"asset_id": NUMBER, "group_no": NUMBER}),
    "issues": (
        ISSUES,
        {"import_id": TEXT, "file": TEXT, "sheet": TEXT, "code": TEXT, "rule": TEXT, "records": NUMBER},
    ),
    "ledger": (
        LEDGER,
        {"import_id": TEXT, "file": TEXT, "sheet": TEXT, "created": NUMBER, "merged": NUMBER, "unchanged": NUMBER,
         "rejected": NUMBER, "excluded": NUMBER},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Picture:
    """One inventory: its digest, and its rows as frames named after what they hold."""

    digest: str
    assets: pl.DataFrame
    links: pl.DataFrame
    edges: pl.DataFrame
    findings: pl.DataFrame
    groups: pl.DataFrame
    issues: pl.DataFrame
    ledger: pl.DataFrame


async def picture(tx: Tx, scope: Scope) -> Picture:
    """The inventory as this transaction sees it."""
    frames = {name: await _frame(tx, scope, sql, schema) for name, (sql, schema) in SCHEMAS.items()}
    return Picture(await digest(tx, scope), **frames)


async def _frame(tx: Tx, scope: Scope, sql: str, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    text = await copied(tx, sql, scope.client_account_id, scope.engagement_id)
    if not text:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(text, has_header=False, schema=schema).with_columns(pl.col(TEXT).fill_null(""))
