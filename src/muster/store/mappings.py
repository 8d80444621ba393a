"""Table `mapping_set`: what every column of a table was taken to mean, version by version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One version of one table's mapping. `entries` is None while a person is asked."""

    id: int
    table_no: int
    version: int
    sha256: str
    suggestions: list[dict[str, Any]]
    entries: list[dict[str, Any]] | None


async def add(
    tx: Tx,
    scope: Scope,
    import_id: UUID,
    table_no: int,
    version: int,
    sha256: str,
    suggestions: Sequence[Mapping[str, Any]],
    entries: Sequence[Mapping[str, Any]] | None,
    author: str,
    reason: str,
) -> None:
    """Append a version."""
    await tx.execute(
        """insert into mapping_set (client_account_id, engagement_id, data_import_id, table_no, version, sha256, suggestions, entries,
            author, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
        table_no,
        version,
        sha256,
        [dict(entry) for entry in suggestions],
        None if entries is None else [dict(entry) for entry in entries],
        author,
        reason,
    )


async def newest(tx: Tx, scope: Scope, import_id: UUID) -> dict[int, MappingSet]:
    """The newest version of every table's mapping, by table number."""
    rows = await tx.fetch(
        f"""select distinct on (table_no) id, table_no, version, sha256, suggestions, entries from mapping_set
        where {TENANT} and data_import_id = $3 order by table_no, version desc""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return {row["table_no"]: MappingSet(**dict(row)) for row in rows}
