"""What a wave plan reads besides the assets: edges as a frame, and the waves that people pinned assets to."""

import io
from collections.abc import Mapping

import polars as pl

from muster.store import said_of_assets
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


PIN_WAVE = "pin_wave"


async def edges(tx: Tx, scope: Scope) -> pl.DataFrame:
    """source_no, target_no (inner ids of assets), kind, count, confidence of every edge."""
    return await _read(tx, scope, "source_id, target_id, kind, count, confidence from edge", EDGE_COLUMNS)


async def of_unknown_type(tx: Tx, scope: Scope, most: float) -> pl.DataFrame:
    """asset_no (inner id) of the assets of type other whose type is no surer than `most`, 0..1."""
    return await _read(
        tx,
        scope,
        "id from asset a",
        {"asset_no": pl.Int64()},
        f"""asset_type = 'other' and exists (select 1 from type_reason r where (r.client_account_id, r.engagement_id, r.id)
            = (a.client_account_id, a.engagement_id, a.type_reason_id) and r.confidence <= {most}::real)""",
    )


async def public_ids(tx: Tx, scope: Scope) -> pl.DataFrame:
    """asset_no (inner id) and asset_id (the one that people and programs see) of every asset."""
    columns = {"asset_no": pl.Int64(), "asset_id": pl.String()}
    return await _read(tx, scope, "id, asset_uuid(engagement_id, id) from asset", columns)


async def names(tx: Tx, scope: Scope) -> pl.DataFrame:
    """asset_no (inner id) and name of every asset."""
    return await _read(tx, scope, "id, name from asset", {"asset_no": pl.Int64(), "name": pl.String()})


async def _read(
    tx: Tx, scope: Scope, wanted: str, columns: Mapping[str, pl.DataType], only: str = "true"
) -> pl.DataFrame:
    text = await copied(
        tx,
        f"select {wanted} where client_account_id = $1 and engagement_id = $2 and {only}",
        scope.client_account_id,
        scope.engagement_id,
    )
    schema = pl.Schema(columns)
    return pl.read_csv(io.BytesIO(text), has_header=False, schema=schema) if text else pl.DataFrame(schema=schema)


async def pins(tx: Tx, scope: Scope) -> dict[int, int]:
    """Asset (inner id) -> wave. Of several pins of one asset the newest holds; one that names no wave frees it.

    A pin is about the asset that holds the first of its records which is still there.
    """
    said = await said_of_assets.newest(tx, scope, PIN_WAVE)
    return {asset: one["body"]["wave"] for asset, one in said.items() if one["body"]["wave"] is not None}
