"""Tables `data_import`, `discovery_flow`, `upload_part`, `import_table`: what came in, whole and unaltered."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from muster.store.flows import FlowKey
from muster.store.transaction import Tx
from muster.vocabulary.errors import ImportNotFound
from muster.vocabulary.scope import Scope


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One imported file. `arrival` orders imports; only dispositions may depend on it."""

    id: UUID
    arrival: int
    master_flow_id: UUID
    filename: str
    file_sha256: str
    file_bytes: int
    source: str
    precedence: int
    as_of: date | None
    undone_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class TableRow:
    """One table of an import as it was recognised. `kind_confidence` is None where nobody had to recognise it."""

    table_no: int
    name: str
    format: str
    encoding: str | None
    delimiter: str | None
    header_row: int | None
    record_kind: str
    kind_reason: str
    columns: list[str]
    locator: dict[str, Any]
    warnings: list[dict[str, Any]]
    profile: list[dict[str, Any]] | None
    records: int | None
    kind_confidence: float | None = None
    kind_rival: str | None = None


IMPORT = """id, arrival, master_flow_id, filename, file_sha256, file_bytes, source, precedence, as_of, undone_at, created_at"""
TABLE = """table_no, name, format, encoding, delimiter, header_row, record_kind, kind_reason, columns, locator, warnings, profile, records,
    kind_confidence, kind_rival"""
TENANT = "client_account_id = $1 and engagement_id = $2"


async def create(tx: Tx, flow: FlowKey, row: Mapping[str, Any]) -> None:
    """Record an import and the discovery flow that takes it in; the flow exists already."""
    await tx.execute(
        """insert into data_import (client_account_id, engagement_id, master_flow_id, id, filename, file_sha256, file_bytes, source,
            precedence, as_of) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        *flow.values,
        row["id"],
        row["filename"],
        row["file_sha256"],
        row["file_bytes"],
        row["source"],
        row["precedence"],
        row["as_of"],
    )
    await create_child(tx, flow, row["id"], row["name"])


async def create_child(tx: Tx, flow: FlowKey, import_id: UUID, name: str, child_id: UUID | None = None) -> None:
    """The discovery flow of a master flow; its id is the flow id unless another is given."""
    await tx.execute(
        """insert into discovery_flow (client_account_id, engagement_id, master_flow_id, id, data_import_id, name)
        values ($1, $2, $3, $4, $5, $6)""",
        *flow.values,
        child_id or flow.id,
        import_id,
        name,
    )


async def add_parts(tx: Tx, scope: Scope, import_id: UUID, parts: Iterable[bytes]) -> None:
    """Keep the file, a few MB of compressed bytes a row."""
    for number, content in enumerate(parts):
        await tx.execute(
            "insert into upload_part (client_account_id, engagement_id, data_import_id, part_no, content) values ($1, $2, $3, $4, $5)",
            scope.client_account_id,
            scope.engagement_id,
            import_id,
            number,
            content,
        )


async def parts(tx: Tx, scope: Scope, import_id: UUID) -> AsyncIterator[bytes]:
    """The compressed parts of a file, in order."""
    cursor = tx.cursor(
        f"select content from upload_part where {TENANT} and data_import_id = $3 order by part_no",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        prefetch=2,
    )
    async for row in cursor:
        yield row["content"]


async def find_live(tx: Tx, scope: Scope, file_sha256: str, source: str, as_of: date | None) -> ImportRow | None:
    """The import of these very bytes from this source and day that was not undone, if there is one."""
    row = await tx.fetchrow(
        f"""select {IMPORT} from data_import where {TENANT} and file_sha256 = $3 and source = $4 and as_of is not distinct from $5
            and undone_at is null""",
        scope.client_account_id,
        scope.engagement_id,
        file_sha256,
        source,
        as_of,
    )
    return None if row is None else ImportRow(**dict(row))


async def of_flow(tx: Tx, flow: FlowKey) -> ImportRow:
    """The import that a flow takes in. Raises ImportNotFound."""
    row = await tx.fetchrow(f"select {IMPORT} from data_import where {TENANT} and master_flow_id = $3", *flow.values)
    if row is None:
        raise ImportNotFound(f"Flow {flow.id} has no import.")
    return ImportRow(**dict(row))


async def read(tx: Tx, scope: Scope, import_id: UUID) -> ImportRow:
    """One import by its id. Raises ImportNotFound."""
    row = await tx.fetchrow(
        f"select {IMPORT} from data_import where {TENANT} and id = $3",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    if row is None:
        raise ImportNotFound(f"There is no import {import_id} in this engagement.")
    return ImportRow(**dict(row))


async def named(tx: Tx, scope: Scope, wanted: str) -> ImportRow:
    """The import with this id, with an id that begins so, or of a file of this name where one import alone fits.

    Of several files of one name the only one that was not undone is meant. Raises ImportNotFound.
    """
    rows = await tx.fetch(
        f"""select {IMPORT} from data_import where {TENANT} and (starts_with(id::text, lower($3)) or filename = $3) order by arrival""",
        scope.client_account_id,
        scope.engagement_id,
        wanted.strip(),
    )
    found = [ImportRow(**dict(row)) for row in rows if wanted.strip()]
    live = [row for row in found if row.undone_at is None]
    chosen = found if len(found) == 1 else live
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        raise ImportNotFound(f"There is no import {wanted!r} in this engagement.")
    fits = "; ".join(f"{row.id} ({row.filename}{', undone' * (row.undone_at is not None)})" for row in found[:5])
    raise ImportNotFound(f"{wanted!r} fits several imports.", hint=f"Give the id of one of them: {fits}")


async def live(tx: Tx, scope: Scope) -> list[ImportRow]:
    """Every import of an engagement that was not undone, in order of arrival."""
    rows = await tx.fetch(
        f"select {IMPORT} from data_import where {TENANT} and undone_at is null order by arrival",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [ImportRow(**dict(row)) for row in rows]


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """Every import of an engagement with its status and counts, oldest first."""
    rows = await tx.fetch(
        f"""select id as import_id, master_flow_id as flow_id, filename as file, status, source, precedence, as_of, total_records::bigint as records,
            file_sha256, file_bytes, created_at, undone_at, undone_by
        from data_imports where {TENANT} order by created_at, id""",
        scope.client_account_id,
        scope.engagement_id,
    )
    return [dict(row) for row in rows]


async def mark_undone(tx: Tx, scope: Scope, import_id: UUID, author: str) -> bool:
    """Take an import out of every later computation. False if it was out already."""
    done = await tx.execute(
        f"update data_import set undone_at = clock_timestamp(), undone_by = $4 where {TENANT} and id = $3 and undone_at is null",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        author,
    )
    return bool(done.endswith(" 1"))


async def replace_tables(tx: Tx, scope: Scope, import_id: UUID, tables: Sequence[Mapping[str, Any]]) -> None:
    """Write what was recognised in a file; whatever an earlier recognition left goes with its blocks."""
    await tx.execute(
        f"delete from import_table where {TENANT} and data_import_id = $3",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    for table in tables:
        await add_table(tx, scope, import_id, table)


async def add_table(tx: Tx, scope: Scope, import_id: UUID, table: Mapping[str, Any]) -> None:
    """One more table of an import."""
    await tx.execute(
        """insert into import_table (client_account_id, engagement_id, data_import_id, table_no, name, format, encoding, delimiter,
            header_row, record_kind, kind_reason, columns, locator, warnings, kind_confidence, kind_rival)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        table["table_no"],
        table["name"],
        table["format"],
        table["encoding"],
        table["delimiter"],
        table["header_row"],
        table["record_kind"],
        table["kind_reason"],
        list(table["columns"]),
        table["locator"],
        table["warnings"],
        table.get("kind_confidence"),
        table.get("kind_rival"),
    )


async def tables(tx: Tx, scope: Scope, import_id: UUID) -> list[TableRow]:
    """The tables of an import, in file order."""
    rows = await tx.fetch(
        f"select {TABLE} from import_table where {TENANT} and data_import_id = $3 order by table_no",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return [TableRow(**dict(row)) for row in rows]


async def close_tables(tx: Tx, scope: Scope, import_id: UUID, closed: Sequence[Mapping[str, Any]]) -> None:
    """Write count, profile and warnings of each table once all its blocks are in; without warnings the earlier ones stay."""
    await tx.executemany(
        f"update import_table set records = $5, profile = $6, warnings = coalesce($7, warnings) where {TENANT} and data_import_id = $3 and table_no = $4",
        [
            (
                scope.client_account_id,
                scope.engagement_id,
                import_id,
                table["table_no"],
                table["records"],
                table["profile"],
                table.get("warnings"),
            )
            for table in closed
        ],
    )
