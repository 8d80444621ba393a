"""Table `mapping_set`: what every column of a table was taken to mean, version by version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

NOTHING: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
COLUMNS = """id, table_no, version, sha256, suggestions, entries, coalesce(author, '') as author, coalesce(reason, '') as reason, created_at,
    remembered, custom"""
TENANT = "client_account_id = $1 and engagement_id = $2"


@dataclass(frozen=True, slots=True)
class MappingSet:
    """One version of one table's mapping. `entries` is None while a person is asked.

    `remembered` is what the client's memory said when the table was first mapped, `custom` are the client's own
    attributes as they were then: a later computation goes by these, whatever became of memory and attributes since.
    """

    id: int
    table_no: int
    version: int
    sha256: str
    suggestions: list[dict[str, Any]]
    entries: list[dict[str, Any]] | None
    author: str
    reason: str
    created_at: datetime
    remembered: dict[str, dict[str, Any]]
    custom: list[dict[str, Any]]


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
    remembered: Mapping[str, Mapping[str, Any]] = NOTHING,
    custom: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Append a version."""
    await tx.execute(
        """insert into mapping_set (client_account_id, engagement_id, data_import_id, table_no, version, sha256, suggestions, entries,
            author, reason, remembered, custom) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
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
        {header: dict(said) for header, said in remembered.items()},
        [dict(attribute) for attribute in custom],
    )


async def newest(tx: Tx, scope: Scope, import_id: UUID) -> dict[int, MappingSet]:
    """The newest version of every table's mapping, by table number."""
    rows = await tx.fetch(
        f"""select distinct on (table_no) {COLUMNS} from mapping_set
        where {TENANT} and data_import_id = $3 order by table_no, version desc""",
        scope.client_account_id,
        scope.engagement_id,
        import_id,
    )
    return {row["table_no"]: MappingSet(**dict(row)) for row in rows}
