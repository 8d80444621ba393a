"""Tables `raw_block`, `cleansed_block`, `rejected_record`, `data_issue`: records in blocks, written once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from muster.store.flows import FlowKey
from muster.store.packed import Packed, unpack
from muster.store.packed_values import PackedValues, StoredBlock
from muster.store.transaction import Tx
from muster.vocabulary.issue import Issue
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
ORDINAL_BITS = 20  # a record's id is its block's id * 2^20 + its 1-based ordinal


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Where a block belongs and how much it holds."""

    id: int
    table_no: int
    block_no: int
    records: int
    file_records: int
    profile: dict[str, Any] | None


# As `stored` reads them; b is the raw block, c the cleansed one.
RAW = "b.records, b.places, b.lines as raw_lines, b.codes as raw_codes, b.words::text as raw_words"
VALUES = "c.layout::text as layout, c.lines, c.codes, c.words::text as words"


def raw(row: Mapping[str, Any]) -> Packed:
    """The raw records of a row with the columns RAW."""
    return Packed(row["records"], tuple(row["places"]), row["raw_lines"], row["raw_codes"], row["raw_words"])


def stored(row: Mapping[str, Any]) -> StoredBlock:
    """The block of a row with the columns RAW and VALUES."""
    return StoredBlock(raw(row), PackedValues(row["layout"], row["lines"], row["codes"], row["words"]))


async def add(tx: Tx, flow: FlowKey, import_id: UUID, table_no: int, block: Mapping[str, Any], records: Packed) -> int:
    """Keep one block of records; returns its id."""
    return int(
        await tx.fetchval(
            """insert into raw_block (client_account_id, engagement_id, master_flow_id, data_import_id, table_no, block_no,
                file_records, file_rows, profile, records, places, lines, codes, words)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text::jsonb) returning id""",
            *flow.values,
            import_id,
            table_no,
            block["block_no"],
            block["file_records"],
            block["file_rows"],
            block["profile"],
            records.records,
            records.places,
            records.lines,
            records.codes,
            records.words,
        )
    )


async def reject(
    tx: Tx,
    scope: Scope,
    import_id: UUID,
    block_id: int,
    phase: str,
    rejected: Sequence[tuple[int, Sequence[str], Issue]],
) -> None:
    """Set records of a block aside with their reasons: (0-based ordinal, all raw values, why)."""
    await tx.executemany(
        """insert into rejected_record (client_account_id, engagement_id, record_id, data_import_id, phase, raw, code, message, hint)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        [
            (
                scope.client_account_id,
                scope.engagement_id,
                (block_id << ORDINAL_BITS) + ordinal + 1,
                import_id,
                phase,
                list(values),
                issue.code,
                issue.message,
                issue.hint,
            )
            for ordinal, values, issue in rejected
        ],
    )


async def take_back_rejections(tx: Tx, scope: Scope, block_id: int, phase: str) -> None:
    """Forget the records of a block that a phase set aside: it looks at them anew."""
    await tx.execute(
        f"delete from rejected_record where {TENANT} and record_id between ($3::bigint << 20) and ($3::bigint << 20) + 1048575 and phase = $4",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
        phase,
    )


async def rejected_ordinals(tx: Tx, scope: Scope, block_id: int) -> frozenset[int]:
    """The 0-based ordinals of a block's records that were set aside."""
    rows = await tx.fetch(
        f"""select (record_id & 1048575)::int - 1 as ordinal from rejected_record where {TENANT}
          and record_id between ($3::bigint << 20) and ($3::bigint << 20) + 1048575""",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return frozenset(row["ordinal"] for row in rows)


async def listing(tx: Tx, scope: Scope, import_id: UUID) -> list[BlockRow]:
    """The blocks of an import without their records, in file order."""
    rows = await tx.fetch(
        f"""select id, table_no, block_no, records, file_records, profile from raw_block
        where {TENANT} and data_import_id = $3 order by table_no, block_no""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [BlockRow(**dict(row)) for row in rows]


async def place(tx: Tx, scope: Scope, places: Sequence[tuple[int, int, int]]) -> None:
    """Say where each block begins: (block id, first row number, first file row)."""
    await tx.execute(
        f"""update raw_block b set first_row = p.first_row, first_file_row = p.first_file_row, profile = null
        from unnest($3::bigint[], $4::int[], $5::int[]) as p (id, first_row, first_file_row) where {TENANT} and b.id = p.id""",
        scope.client_account_id,
        scope.engagement_id,
        [block_id for block_id, _, _ in places],
        [row for _, row, _ in places],
        [row for _, _, row in places],
    )


async def raw_records(tx: Tx, scope: Scope, block_id: int) -> tuple[int, Packed]:
    """A block's table number and its raw records."""
    row = await tx.fetchrow(
        f"select b.table_no, {RAW} from raw_block b where {TENANT} and b.id = $3",
        scope.client_account_id,
        scope.engagement_id,
        block_id,
    )
    return row["table_no"], raw(row)


async def first_row(tx: Tx, scope: Scope, block_id: int) -> int:
    """The row number of a block's first record."""
    return int(
        await tx.fetchval(
            f"select coalesce(first_row, 1) from raw_block where {TENANT} and id = $3",
            scope.client_account_id,
            scope.engagement_id,
            block_id,
        )
    )


async def add_cleansed(
    tx: Tx, scope: Scope, block_id: int, mapping_set_id: int, rules_version: str, values: PackedValues
) -> None:
    """Keep what these rules made of a block under this mapping; what earlier ones made is kept, superseded."""
    key = (scope.client_account_id, scope.engagement_id, block_id)
    await tx.execute(
        f"delete from cleansed_block where {TENANT} and block_id = $3 and mapping_set_id = $4 and rules_version = $5",
        *key,
        mapping_set_id,
        rules_version,
    )
    await tx.execute(
        f"update cleansed_block set superseded_at = now() where {TENANT} and block_id = $3 and superseded_at is null",
        *key,
    )
    await tx.execute(
        """insert into cleansed_block (client_account_id, engagement_id, block_id, mapping_set_id, rules_version, layout, lines, codes, words)
        values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9::text::jsonb)""",
        *key,
        mapping_set_id,
        rules_version,
        values.layout,
        values.lines,
        values.codes,
        values.words,
    )


async def replace_issues(
    tx: Tx, scope: Scope, import_id: UUID, table_no: int, block_id: int | None, phase: str, issues: Sequence[Issue]
) -> None:
    """Keep what a phase said about one block, or (block None) about a whole table."""
    await tx.execute(
        f"""delete from data_issue where {TENANT} and data_import_id = $3 and table_no = $4 and block_id is not distinct from $5
            and phase = $6""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        table_no,
        block_id,
        phase,
    )
    await add_issues(tx, scope, import_id, table_no, block_id, phase, issues)


async def add_issues(
    tx: Tx, scope: Scope, import_id: UUID, table_no: int, block_id: int | None, phase: str, issues: Sequence[Issue]
) -> None:
    """Keep more of what a phase said."""
    await tx.executemany(
        """insert into data_issue (client_account_id, engagement_id, data_import_id, table_no, block_id, phase, code, rule, column_name,
            value, message, hint, rows) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        [
            (
                scope.client_account_id,
                scope.engagement_id,
                import_id,
                table_no,
                block_id,
                phase,
                issue.code,
                issue.rule,
                issue.column,
                issue.value,
                issue.message,
                issue.hint,
                list(issue.rows),
            )
            for issue in issues
        ],
    )


async def uncleansed(tx: Tx, scope: Scope, import_id: UUID) -> int:
    """How many blocks of an import have records but no cleansed form."""
    return int(
        await tx.fetchval(
            """select count(*) from raw_block b where b.client_account_id = $1 and b.engagement_id = $2 and b.data_import_id = $3
            and not exists (select 1 from cleansed_block c
              where (c.client_account_id, c.engagement_id, c.block_id) = (b.client_account_id, b.engagement_id, b.id)
                and c.superseded_at is null)""",
            scope.client_account_id,
            scope.engagement_id,
            import_id,
        )
    )


async def first_records(tx: Tx, scope: Scope, import_id: UUID, table_no: int, most: int) -> list[dict[str, str]]:
    """The first raw records of a table, by column position."""
    found: list[dict[str, str]] = []
    for block in await listing(tx, scope, import_id):
        if block.table_no == table_no and block.records and len(found) < most:
            _, records = await raw_records(tx, scope, block.id)
            columns = {str(at): column.head(most - len(found)).to_list() for at, column in unpack(records).items()}
            found += [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return found
