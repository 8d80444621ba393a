"""Table `data_issue`, read: what is wrong with the data, by cause."""

from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

EXAMPLES = 5
# A trap tells of a whole column what cleansing then tells of each value; once is enough. Needs the alias d.
TOLD_ONCE = """not (d.phase = 'data_import' and exists (select 1 from data_issue o
  where (o.client_account_id, o.engagement_id, o.data_import_id, o.table_no, o.column_name, o.code)
    = (d.client_account_id, d.engagement_id, d.data_import_id, d.table_no, d.column_name, d.code) and o.phase = 'data_cleansing'))"""
CONDITIONS = {
    "import_id": "d.data_import_id = {}",
    "table": "(t.name = {0} or t.table_no::text = {0})",
    "column": "d.column_name = {}",
    "code": "d.code = {}",
}


async def by_cause(tx: Tx, scope: Scope, filters: dict[str, UUID | str]) -> list[dict[str, Any]]:
    """Issues of live imports, one row per table, column and code: records, distinct values, examples, what to do.

    Of several hints the last in order of the alphabet stands for all: the one that says which word may be meant.
    `filters`: import_id, table (name or number), column, code.
    """
    values: list[UUID | str] = list(filters.values())
    conditions = [CONDITIONS[name].format(f"${at}") for at, name in enumerate(filters, 3)]
    rows = await tx.fetch(
        f"""select i.id as import_id, i.filename as file, t.name as table, d.phase, d.column_name as column, d.code, d.rule,
          sum(greatest(cardinality(d.rows), 1))::int as records, count(distinct d.value)::int as distinct_values,
          (array_agg(distinct d.value) filter (where d.value is not null))[1:{EXAMPLES}] as examples,
          min(d.message) as message, max(d.hint) as hint
        from data_issue d
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (d.client_account_id, d.engagement_id, d.data_import_id)
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (d.client_account_id, d.engagement_id, d.data_import_id, d.table_no)
        where d.client_account_id = $1 and d.engagement_id = $2 and i.undone_at is null and {TOLD_ONCE}{"".join(f" and {one}" for one in conditions)}
        group by i.id, i.arrival, i.filename, t.table_no, t.name, d.phase, d.column_name, d.code, d.rule
        order by i.arrival, t.table_no, records desc, d.code, d.column_name""",
        scope.client_account_id,
        scope.engagement_id,
        *values,
    )
    return [dict(row) for row in rows]


async def of_records(tx: Tx, scope: Scope, import_id: UUID) -> list[dict[str, Any]]:
    """Every issue of an import that names records: table number, block, ordinals from 0, column, value, rule, code, hint."""
    rows = await tx.fetch(
        """select table_no, block_id, rows, column_name as column, value, rule, code, hint from data_issue
        where client_account_id = $1 and engagement_id = $2 and data_import_id = $3 and block_id is not null and cardinality(rows) > 0
        order by table_no, block_id, id""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [dict(row) for row in rows]


async def rejected(tx: Tx, scope: Scope, import_id: UUID) -> list[dict[str, Any]]:
    """Every record of an import that was set aside: block, ordinal from 0, code, message, hint, and all its values."""
    rows = await tx.fetch(
        """select record_id >> 20 as block_id, (record_id & 1048575)::int - 1 as ordinal, code, message, hint, raw from rejected_record
        where client_account_id = $1 and engagement_id = $2 and data_import_id = $3 order by record_id""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [dict(row) for row in rows]


async def places(tx: Tx, scope: Scope, import_id: UUID) -> list[dict[str, Any]]:
    """Where the blocks of an import are: id, table, first row, first file row and the gaps between file rows."""
    rows = await tx.fetch(
        """select id, table_no, records, first_row, first_file_row, file_rows from raw_block
        where client_account_id = $1 and engagement_id = $2 and data_import_id = $3 order by table_no, block_no""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [dict(row) for row in rows]
