"""What a wave plan reads besides the assets: edges as a frame, and the waves that people pinned assets to."""

import io

import polars as pl

from muster.store.frames import copied
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

EDGE_COLUMNS = {
    "source_no": pl.Int64(),
    "target_no": pl.Int64(),
    "kind": pl.String(),
    "count": pl.Int64(),
    "confidence": pl.Float64(),
}


async def edges(tx: Tx, scope: Scope) -> pl.DataFrame:
    """source_no, target_no (inner ids of assets), kind, count, confidence of every edge."""
    text = await copied(
        tx,
        "select source_id, target_id, kind, count, confidence from edge where client_account_id = $1 and engagement_id = $2",
        scope.client_account_id,
        scope.engagement_id,
    )
    if not text:
        return pl.DataFrame(schema=EDGE_COLUMNS)
    return pl.read_csv(io.BytesIO(text), has_header=False, schema=EDGE_COLUMNS)


async def public_ids(tx: Tx, scope: Scope) -> pl.DataFrame:
    """asset_no (inner id) and asset_id (the one that people and programs see) of every asset."""
    text = await copied(
        tx,
        "select id, asset_uuid(engagement_id, id) from asset where client_account_id = $1 and engagement_id = $2",
        scope.client_account_id,
        scope.engagement_id,
    )
    schema = {"asset_no": pl.Int64(), "asset_id": pl.String()}
    return pl.read_csv(io.BytesIO(text), has_header=False, schema=schema) if text else pl.DataFrame(schema=schema)


async def pins(tx: Tx, scope: Scope) -> dict[int, int]:
    """Asset (inner id) -> wave. Of several pins of one asset the newest holds; one that names no wave frees it."""
    rows = await tx.fetch(
        """with said as (
          select d.id, (d.body->>'wave')::int as wave, r->>'file_sha256' as file_sha256, r->>'table_name' as table_name,
            (r->>'row_number')::int as row_number
          from decision d cross join lateral jsonb_array_elements(d.subject->'records') as r
          where d.client_account_id = $1 and d.engagement_id = $2 and d.kind = 'pin_wave' and not exists (
            select 1 from decision v where v.client_account_id = $1 and v.engagement_id = $2 and v.revokes = d.id))
        select distinct on (l.asset_id) l.asset_id, s.wave from said s
        join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.file_sha256 = s.file_sha256 and i.undone_at is null
        join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.name = s.table_name
        join raw_block b on b.client_account_id = $1 and b.engagement_id = $2 and b.data_import_id = i.id and b.table_no = t.table_no
          and s.row_number between b.first_row and b.first_row + b.records - 1
        join asset_link l on l.client_account_id = $1 and l.engagement_id = $2
          and l.record_id = (b.id << 20) + s.row_number - b.first_row + 1 and l.asset_id is not null
        order by l.asset_id, s.id desc""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return {row["asset_id"]: row["wave"] for row in rows if row["wave"] is not None}
