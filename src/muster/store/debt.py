"""Tables `finding_text`, `finding_chunk` (together the view `debt_finding`): what is wrong with an asset's technology, as of a day."""

from datetime import date
from typing import Any

import polars as pl

from muster.store.frames import copy_frame
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
CHUNK_BITS = 12  # a chunk holds the findings on 4,096 assets
TEXT = ("check_name", "severity", "message", "remedy", "confidence", "detail")


def numbered(findings: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings (TEXT, and asset_id: the list of who has it) as the tables hold them: each different text once with its
    number of assets, and per chunk who has which.
    """
    counted = findings.group_by(TEXT).agg(pl.col("asset_id").list.len().sum().alias("assets"))
    texts = counted.sort(TEXT).with_row_index("id", offset=1)
    having = findings.join(texts.select("id", *TEXT), on=TEXT, nulls_equal=True).select("asset_id", "id")
    chunk, place = pl.col("asset_id") // 2**CHUNK_BITS, pl.col("asset_id") % 2**CHUNK_BITS
    chunks = (
        having.explode("asset_id")
        .sort("asset_id", "id")
        .group_by(chunk.alias("chunk"), maintain_order=True)
        .agg(_array(place).alias("places"), _array(pl.col("id")).alias("text_ids"))
    )
    return texts, chunks


def _array(numbers: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit("{"), numbers.cast(pl.String).str.join(","), pl.lit("}"))


async def replace(tx: Tx, scope: Scope, texts: pl.DataFrame, chunks: pl.DataFrame, as_of: date) -> None:
    """Make the stored findings equal to the computed ones, as `numbered` gives them."""
    key = (scope.client_account_id, scope.engagement_id)
    await tx.execute(f"delete from finding_text where {TENANT}", *key)
    await tx.execute(f"delete from finding_chunk where {TENANT}", *key)
    columns = (
        "id int, check_name text, severity text, message text, remedy text, confidence real, detail text, assets int"
    )
    await copy_frame(tx, "new_text", columns, texts.select("id", *TEXT, "assets"))
    await tx.execute(
        """insert into finding_text (client_account_id, engagement_id, id, check_name, severity, message, remedy, confidence, detail, as_of,
            assets) select $1, $2, id, check_name, severity, message, remedy, confidence, detail, $3, assets from new_text""",
        *key,
        as_of,
    )
    await copy_frame(tx, "new_chunk", "chunk bigint, places smallint[], text_ids int[]", chunks)
    await tx.execute(
        """insert into finding_chunk (client_account_id, engagement_id, chunk, places, text_ids)
        select $1, $2, chunk, places, text_ids from new_chunk""",
        *key,
    )


async def assessed_on(tx: Tx, scope: Scope) -> date | None:
    """The day that the stored findings are of; None where there are none."""
    day: date | None = await tx.fetchval(
        f"select max(as_of) from finding_text where {TENANT}", scope.client_account_id, scope.engagement_id
    )
    return day


async def by_severity(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many findings there are of each severity."""
    rows = await tx.fetch(
        f"select severity, sum(assets) as n from finding_text where {TENANT} group by 1 order by 1",
        scope.client_account_id,
        scope.engagement_id,
    )
    return {row["severity"]: int(row["n"]) for row in rows}


async def by_check(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """severity, check, findings: how many findings each check has, worst first."""
    rows = await tx.fetch(
        f"""select severity, check_name as check, sum(assets) as findings from finding_text where {TENANT} group by 1, 2
        order by array_position(array['critical', 'high', 'medium', 'low', 'info'], severity), 3 desc, 2""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [{**dict(row), "findings": int(row["findings"])} for row in rows]


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
