"""Tables `finding_text`, `finding_chunk` (together the view `debt_finding`), `assessment_state`: what is wrong with an asset's technology, as of a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from muster.store.frames import copy_frame
from muster.store.numbered_findings import CHUNK_BITS, HAVING, TEXT, TEXT_SCHEMA, FindingRows, Stood, read_judged
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
EDGES = f"""select count(*) || ' ' || coalesce(sum(hashint8extended(source_id, hashint8extended(target_id, hashtext(kind)::bigint))), 0)
from edge where {TENANT}"""
NO_EDGES = "0 0"
CONTENTS = f"""select array_agg(id) as ids, array_agg(content_hash) as hashes from asset where {TENANT}
group by id >> {CHUNK_BITS}"""


@dataclass(frozen=True, slots=True)
class AssessmentState:
    """What the stored findings were made by. `edges`: see `edges`."""

    rules: str
    as_of: date
    edges: str


async def state(tx: Tx, scope: Scope) -> AssessmentState | None:
    """What the stored findings were made by; None where nothing of them can be relied on."""
    row = await tx.fetchrow(
        f"select rules, as_of, edges from assessment_state where {TENANT}",
        scope.client_account_id,
        scope.engagement_id,
    )
    return None if row is None else AssessmentState(**dict(row))


async def keep_state(tx: Tx, scope: Scope, made_by: AssessmentState) -> None:
    """Say what the findings now stored were made by."""
    await tx.execute(
        """insert into assessment_state (client_account_id, engagement_id, rules, as_of, edges) values ($1, $2, $3, $4, $5)
        on conflict (client_account_id, engagement_id) do update
          set (rules, as_of, edges) = (excluded.rules, excluded.as_of, excluded.edges)""",
        scope.client_account_id,
        scope.engagement_id,
        made_by.rules,
        made_by.as_of,
        made_by.edges,
    )


async def edges(tx: Tx, scope: Scope) -> str:
    """A number for the edges as they are: equal ones join the same assets by the same kinds."""
    return str(await tx.fetchval(EDGES, scope.client_account_id, scope.engagement_id))


async def contents(tx: Tx, scope: Scope) -> pl.DataFrame:
    """asset_no and content_hash of every asset."""
    schema = {"asset_no": pl.Int64, "content_hash": pl.Int64}
    # As arrays: a million rows cost the driver more than the database.
    rows = tx.cursor(CONTENTS, scope.client_account_id, scope.engagement_id)
    found = [pl.DataFrame({"asset_no": row["ids"], "content_hash": row["hashes"]}, schema=schema) async for row in rows]
    return pl.concat([pl.DataFrame(schema=schema), *found])


async def judged(tx: Tx, scope: Scope) -> pl.DataFrame:
    """What each asset was when it was judged: JUDGED."""
    rows = await tx.fetch(
        f"select judged from finding_chunk where {TENANT} and judged is not null",
        scope.client_account_id,
        scope.engagement_id,
    )
    return read_judged(row["judged"] for row in rows)


async def stood(tx: Tx, scope: Scope, judged: pl.DataFrame, concerned: pl.Series) -> Stood:
    """What is stored of the chunks of the assets concerned, and all texts. `judged`: all that were."""
    key = (scope.client_account_id, scope.engagement_id)
    chunks = (concerned // 2**CHUNK_BITS).unique()
    texts = await tx.fetch(f"select id, {', '.join(TEXT)}, assets from finding_text where {TENANT}", *key)
    rows = await tx.fetch(
        f"select chunk, places, text_ids from finding_chunk where {TENANT} and chunk = any($3)", *key, chunks.to_list()
    )
    having = [
        pl.DataFrame({"asset_id": row["places"], "id": row["text_ids"]}, schema=HAVING).with_columns(
            pl.col("asset_id") + (row["chunk"] << CHUNK_BITS)
        )
        for row in rows
    ]
    return Stood(
        pl.DataFrame([tuple(row) for row in texts], schema=TEXT_SCHEMA, orient="row"),
        pl.concat([pl.DataFrame(schema=HAVING), *having]),
        judged.filter((pl.col("asset_no") // 2**CHUNK_BITS).is_in(chunks.implode())),
        concerned,
    )


async def write(tx: Tx, scope: Scope, rows: FindingRows, made_by: AssessmentState) -> None:
    """Make the stored findings equal to the computed ones."""
    key = (scope.client_account_id, scope.engagement_id)
    if rows.whole:
        await tx.execute(f"delete from finding_text where {TENANT}", *key)
        await tx.execute(f"delete from finding_chunk where {TENANT}", *key)
    await tx.execute(f"delete from finding_text where {TENANT} and id = any($3)", *key, rows.gone_texts)
    await tx.execute(f"delete from finding_chunk where {TENANT} and chunk = any($3)", *key, rows.gone_chunks)
    columns = (
        "id int, check_name text, severity text, message text, remedy text, confidence real, detail text, assets int"
    )
    await copy_frame(tx, "new_text", columns, rows.texts.select("id", *TEXT, "assets"))
    await tx.execute(
        """insert into finding_text (client_account_id, engagement_id, id, check_name, severity, message, remedy, confidence, detail, as_of,
            assets) select $1, $2, id, check_name, severity, message, remedy, confidence, detail, $3, assets from new_text
        on conflict (client_account_id, engagement_id, id) do update set assets = excluded.assets""",
        *key,
        made_by.as_of,
    )
    chunks = rows.chunks.select("chunk", "places", "text_ids")
    await copy_frame(tx, "new_chunk", "chunk bigint, places smallint[], text_ids int[]", chunks)
    await tx.execute(
        """insert into finding_chunk (client_account_id, engagement_id, chunk, places, text_ids, judged)
        select $1, $2, chunk, places, text_ids, j.judged from new_chunk join unnest($3::bigint[], $4::bytea[]) as j (chunk, judged) using (chunk)
        on conflict (client_account_id, engagement_id, chunk) do update
          set (places, text_ids, judged) = (excluded.places, excluded.text_ids, excluded.judged)""",
        *key,
        rows.chunks["chunk"].to_list(),
        rows.chunks["judged"].to_list(),
    )
    await keep_state(tx, scope, made_by)


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
    async with hash_joins(tx):
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
