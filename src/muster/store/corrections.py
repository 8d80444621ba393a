"""Table `corrected_record`: rows of corrected files, each for the record it names; live while their import is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrected file says of one record: texts by column name, as that file writes them."""

    row_number: int
    cells: dict[str, str]
    filename: str
    own_row: int


async def replace(
    tx: Tx, scope: Scope, import_id: UUID, rows: Sequence[tuple[str, str, int, int, dict[str, str]]]
) -> None:
    """Keep what an import corrects: (file hash, table, row number, row of the correction, texts by column)."""
    key = (scope.client_account_id, scope.engagement_id)
    await tx.execute(f"delete from corrected_record where {TENANT} and data_import_id = $3", *key, import_id)
    await tx.executemany(
        """insert into corrected_record (client_account_id, engagement_id, data_import_id, file_sha256, table_name, row_number, own_row, cells)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing""",
        [(*key, import_id, *row) for row in rows],
    )


async def of_block(tx: Tx, scope: Scope, block_id: int) -> list[Correction]:
    """The live corrections of a block's records; of several about one record that of the file that came last."""
    rows = await tx.fetch(
        """select distinct on (c.row_number) c.row_number, c.cells, i.filename, c.own_row
        from raw_block b
        join data_import o on (o.client_account_id, o.engagement_id, o.id) = (b.client_account_id, b.engagement_id, b.data_import_id)
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          = (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
        join corrected_record c on (c.client_account_id, c.engagement_id, c.file_sha256, c.table_name)
          = (b.client_account_id, b.engagement_id, o.file_sha256, t.name)
          and c.row_number between b.first_row and b.first_row + b.records - 1
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (c.client_account_id, c.engagement_id, c.data_import_id)
        where b.client_account_id = $1 and b.engagement_id = $2 and b.id = $3 and i.undone_at is null
        order by c.row_number, i.arrival desc""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return [Correction(**dict(row)) for row in rows]


async def blocks_of(tx: Tx, scope: Scope, import_id: UUID) -> list[tuple[UUID, int]]:
    """(import, block) of every cleansed block that holds a record which this import corrects."""
    rows = await tx.fetch(
        """select distinct b.data_import_id, b.id from corrected_record c
        join data_import o on (o.client_account_id, o.engagement_id, o.file_sha256) = (c.client_account_id, c.engagement_id, c.file_sha256)
        join import_table t on (t.client_account_id, t.engagement_id, t.data_import_id) = (o.client_account_id, o.engagement_id, o.id)
          and t.name = c.table_name
        join raw_block b on (b.client_account_id, b.engagement_id, b.data_import_id, b.table_no)
          = (t.client_account_id, t.engagement_id, t.data_import_id, t.table_no)
          and c.row_number between b.first_row and b.first_row + b.records - 1
        join cleansed_block k on (k.client_account_id, k.engagement_id, k.block_id) = (b.client_account_id, b.engagement_id, b.id)
        where c.client_account_id = $1 and c.engagement_id = $2 and c.data_import_id = $3 and o.undone_at is null order by 1, 2""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [(row["data_import_id"], row["id"]) for row in rows]


async def unknown(tx: Tx, scope: Scope, import_id: UUID) -> list[int]:
    """The rows of a correction that name no record of any import of the engagement."""
    rows = await tx.fetch(
        """select c.own_row from corrected_record c where c.client_account_id = $1 and c.engagement_id = $2 and c.data_import_id = $3
          and not exists (select 1 from data_import o join import_table t
              on (t.client_account_id, t.engagement_id, t.data_import_id) = (o.client_account_id, o.engagement_id, o.id)
            where (o.client_account_id, o.engagement_id, o.file_sha256, t.name) = (c.client_account_id, c.engagement_id, c.file_sha256, c.table_name)
              and c.row_number between 1 and t.records)
        order by 1""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [row["own_row"] for row in rows]


async def has_any(tx: Tx, scope: Scope, import_id: UUID) -> bool:
    """Whether an import corrects records of others."""
    query = f"select exists (select 1 from corrected_record where {TENANT} and data_import_id = $3)"
    return bool(await tx.fetchval(query, scope.client_account_id, scope.engagement_id, import_id))


async def of_records(
    tx: Tx, scope: Scope, keys: Sequence[tuple[str, str, int]]
) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The live corrections of records named by (file hash, table, row number)."""
    rows = await tx.fetch(
        """select distinct on (c.file_sha256, c.table_name, c.row_number) c.file_sha256, c.table_name, c.row_number, c.cells, i.filename, c.own_row
        from unnest($3::text[], $4::text[], $5::int[]) as k (file_sha256, table_name, row_number)
        join corrected_record c using (file_sha256, table_name, row_number)
        join data_import i on (i.client_account_id, i.engagement_id, i.id) = (c.client_account_id, c.engagement_id, c.data_import_id)
        where c.client_account_id = $1 and c.engagement_id = $2 and i.undone_at is null
        order by c.file_sha256, c.table_name, c.row_number, i.arrival desc""",
        scope.client_account_id,
        scope.engagement_id,
        [key[0] for key in keys],
        [key[1] for key in keys],
        [key[2] for key in keys],
    )
    return {(row["file_sha256"], row["table_name"], row["row_number"]): dict(row) for row in rows}
