"""Table `debt_finding`: what is wrong with an asset's technology, as of a day."""

from datetime import date
from typing import Any

import polars as pl

from muster.store.frames import copy_frame
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


async def replace(tx: Tx, scope: Scope, findings: pl.DataFrame, as_of: date) -> None:
    """Make the stored findings equal to the computed ones; asset_id is the stored asset's."""
    key = (scope.client_account_id, scope.engagement_id)
    await tx.execute(f"delete from debt_finding where {TENANT}", *key)
    columns = "asset_id bigint, check_name text, severity text, message text, remedy text, confidence real, detail text"
    frame = findings.select("asset_id", "check_name", "severity", "message", "remedy", "confidence", "detail")
    await copy_frame(tx, "new_finding", columns, frame)
    await tx.execute(
        """insert into debt_finding (client_account_id, engagement_id, asset_id, check_name, severity, message, remedy, confidence, detail, as_of)
        select $1, $2, asset_id, check_name, severity, message, remedy, confidence, detail, $3 from new_finding""",
        *key,
        as_of,
    )


async def by_severity(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many findings there are of each severity."""
    rows = await tx.fetch(
        f"select severity, count(*) as n from debt_finding where {TENANT} group by 1 order by 1",
        scope.client_account_id,
        scope.engagement_id,
    )
    return {row["severity"]: row["n"] for row in rows}


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every finding with its asset, worst first."""
    rows = await tx.fetch(
        """select asset_uuid(f.engagement_id, a.id) as asset_id, a.name as asset, f.check_name as check, f.severity, f.message, f.remedy,
            f.confidence, f.detail, f.as_of
        from debt_finding f join asset a on (a.client_account_id, a.engagement_id, a.id) = (f.client_account_id, f.engagement_id, f.asset_id)
        where f.client_account_id = $1 and f.engagement_id = $2
        order by array_position(array['critical', 'high', 'medium', 'low', 'info'], f.severity), a.name, f.check_name""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]
