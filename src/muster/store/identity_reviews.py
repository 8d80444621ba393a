"""Table `identity_review`: pairs of records that may be one thing, computed with the inventory and replaced with it."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from muster.store.frames import ORDINAL_BITS, Rows, copied, copy_frame
from muster.store.transaction import Tx, hash_joins
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
# Where a record stands in the files; decisions name it by this.
PLACE = """cross join lateral (
  select i.filename as file, i.file_sha256, t.name as table_name, b.first_row + (r.{record} & 1048575) - 1 as row_number
  from raw_block b
  join data_import i on i.client_account_id = $1 and i.engagement_id = $2 and i.id = b.data_import_id
  join import_table t on t.client_account_id = $1 and t.engagement_id = $2 and t.data_import_id = i.id and t.table_no = b.table_no
  where b.client_account_id = $1 and b.engagement_id = $2 and b.id = r.{record} >> 20) {name}"""
# Pairs that a decision has put into one asset since, or whose records left the inventory, are no questions any more.
DESCRIBED = f"""
select r.record_id || ':' || r.rival_record_id as review, r.rule, r.score, r.agrees, r.contradicts, a.asset_type, a.name as asset,
  b.name as rival, x.file, x.table_name, x.row_number, x.file_sha256, y.file as rival_file, y.table_name as rival_table_name,
  y.row_number as rival_row_number, y.file_sha256 as rival_file_sha256
from {{pairs}} r
join asset_link k on k.client_account_id = $1 and k.engagement_id = $2 and k.record_id = r.record_id
join asset_link l on l.client_account_id = $1 and l.engagement_id = $2 and l.record_id = r.rival_record_id and l.asset_id <> k.asset_id
join asset a on a.client_account_id = $1 and a.engagement_id = $2 and a.id = k.asset_id
join asset b on b.client_account_id = $1 and b.engagement_id = $2 and b.id = l.asset_id
{PLACE.format(record="record_id", name="x")}
{PLACE.format(record="rival_record_id", name="y")}
where {{which}}
order by r.score desc, r.record_id, r.rival_record_id
"""
OPEN = DESCRIBED.format(
    pairs="identity_review",
    which="""r.client_account_id = $1 and r.engagement_id = $2 and ($3::text is null or r.rule = $3) and r.score >= $4
  and ($5::bigint is null or (r.record_id = $5 and r.rival_record_id = $6))""",
)
PAIR_COLUMNS = "record_id bigint, rival_record_id bigint, rule text, score real, agrees text[], contradicts text[]"
ALL = 2**31 - 1


async def replace(tx: Tx, scope: Scope, reviews: pl.DataFrame, touched: pl.Series, gone_blocks: Sequence[int]) -> None:
    """Put the computed pairs (record_id, rival_record_id, rule, score, agrees, contradicts) in the place of those whose
    record was touched by the computation or is of a block that is gone.
    """
    key = (scope.client_account_id, scope.engagement_id)
    await copy_frame(tx, "new_review", PAIR_COLUMNS, reviews)
    stood = await tx.fetch(f"select distinct record_id from identity_review where {TENANT}", *key)
    waiting = pl.Series([row["record_id"] for row in stood], dtype=pl.Int64)
    gone = waiting.is_in(touched.implode()) | (waiting // 2**ORDINAL_BITS).is_in(list(gone_blocks))
    stale = waiting.filter(gone).to_list()
    await tx.execute(f"delete from identity_review where {TENANT} and record_id = any($3)", *key, stale)
    await tx.execute(
        """insert into identity_review (client_account_id, engagement_id, record_id, rival_record_id, rule, score, agrees, contradicts)
        select distinct on (record_id, rival_record_id) $1, $2, record_id, rival_record_id, rule, score,
          coalesce(agrees, '{}'), coalesce(contradicts, '{}')
        from new_review order by record_id, rival_record_id, score desc""",
        *key,
    )
    await tx.execute("drop table new_review")


async def waiting(
    tx: Tx,
    scope: Scope,
    rule: str | None = None,
    above: float = 0.0,
    pair: tuple[int, int] | None = None,
    limit: int = ALL,
) -> Sequence[dict[str, Any]]:
    """The open pairs, the likeliest first, each with its assets and the places of both records."""
    one, other = pair or (None, None)
    async with hash_joins(tx):
        rows = await tx.fetch(
            f"{OPEN} limit $7", scope.client_account_id, scope.engagement_id, rule, above, one, other, limit
        )
    return [dict(row) for row in rows]


async def described(tx: Tx, scope: Scope, pairs: pl.DataFrame) -> Sequence[dict[str, Any]]:
    """Pairs (record_id, rival_record_id, rule, score, agrees, contradicts) of two assets as `waiting` shows those it has."""
    await copy_frame(tx, "asked_review", PAIR_COLUMNS, pairs)
    query = DESCRIBED.format(pairs="asked_review", which="true")
    rows = await tx.fetch(query, scope.client_account_id, scope.engagement_id)
    await tx.execute("drop table asked_review")
    return [dict(row) for row in rows]


async def assets(tx: Tx, scope: Scope, names: Sequence[str]) -> Rows:
    """record_id, the first of each asset, and the named attributes of every asset, in order of that record."""
    query = f"select raw_import_records_id, {', '.join(names)} from asset where {TENANT} order by 1"
    return Rows(await copied(tx, query, scope.client_account_id, scope.engagement_id), ("record_id", *names))
