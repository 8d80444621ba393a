"""An import from its first transaction to its last asset: nothing is ever without its flow."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from muster.phases.data_import.begin import Begun, begin, offer
from muster.pipeline import pipeline
from muster.store import flows, imports, validation
from muster.store.transaction import Database, Tx
from muster.vocabulary import clock
from muster.vocabulary.scope import Scope
from small_pipeline import completed, working

pytestmark = pytest.mark.integration
THREE = (
    "Hostname,IP Address,Operating System\nalpha,10.0.0.1,RHEL 8\nbeta,10.0.0.2,RHEL 8\ngamma,10.0.0.3,Ubuntu 22.04\n"
)
STEPS = {"span_bytes": 1 << 12, "minimum_score": 0.6, "limits": {}, "chunk_records": 50_000}


async def taken_in(database: Database, scope: Scope, folder: Path) -> Begun:
    path = folder / "three.csv"
    path.write_text(THREE)
    async with database.transaction(scope) as tx:
        return await begin(tx, scope, offer(path, "cmdb", 100, None, "auto", 1 << 20))


async def one(database: Database, scope: Scope, sql: str, *values: object) -> dict[str, Any]:
    async with database.transaction(scope) as tx:
        return dict(await tx.fetchrow(sql, *values))


async def test_trigger_links_everything_in_the_transaction_that_takes_the_file_in(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    begun = await taken_in(database, scope, tmp_path)
    flow = await one(database, scope, "select * from flow where id = $1", begun.flow.id)
    assert (flow["flow_type"], flow["name"]) == ("discovery", f"Discovery Import {begun.import_id}")
    configuration = flow["configuration"]
    assert {"source", "import_id", "filename", "import_timestamp"} <= set(configuration)
    assert (configuration["import_id"], configuration["filename"]) == (str(begun.import_id), "three.csv")
    assert flow["state_data"] == {"data_import_id": str(begun.import_id)}
    row = await one(database, scope, "select master_flow_id from data_imports where id = $1", begun.import_id)
    assert row["master_flow_id"] == begun.flow.id


async def test_trigger_links_everything_or_leaves_nothing(database: Database, scope: Scope, tmp_path: Path) -> None:
    path = tmp_path / "three.csv"
    path.write_text(THREE)
    with pytest.raises(RuntimeError):
        async with database.transaction(scope) as tx:
            await begin(tx, scope, offer(path, "cmdb", 100, None, "auto", 1 << 20))
            raise RuntimeError("the upload is cut off")
    for table in ("flow", "discovery_flow", "data_import", "upload_part", "work"):
        assert (await one(database, scope, f"select count(*) from {table}"))["count"] == 0


async def test_child_has_master_and_every_discovery_master_has_one_child(
    database: Database, scope: Scope, tmp_path: Path
) -> None:
    begun = await taken_in(database, scope, tmp_path)
    child = await one(database, scope, "select id, master_flow_id from discovery_flows")
    assert child == {"id": begun.flow.id, "master_flow_id": begun.flow.id}

    async def second(tx: Tx, child_id: UUID) -> None:
        await imports.create_child(tx, begun.flow, begun.import_id, "another", child_id)

    async def masterless(tx: Tx, child_id: UUID) -> None:
        await tx.execute(
            """insert into discovery_flow (client_account_id, engagement_id, id, data_import_id, name)
            values ($1, $2, $3, $4, 'x')""",
            scope.client_account_id, scope.engagement_id, child_id, begun.import_id,
        )  # fmt: skip

    refusals: list[tuple[Callable[[Tx, UUID], Awaitable[None]], type[Exception]]] = [
        (second, asyncpg.UniqueViolationError),
        (masterless, asyncpg.NotNullViolationError),
    ]
    for act, refusal in refusals:
        with pytest.raises(refusal):
            async with database.transaction(scope) as tx:
                await act(tx, clock.new_id())


async def test_discovery_flow_data_integrity(database: Database, scope: Scope, tmp_path: Path) -> None:
    begun = await taken_in(database, scope, tmp_path)
    async with working(database, pipeline(), tmp_path / "spool", steps=STEPS):
        await completed(database, begun.flow, 120)
    number = begun.flow.id
    master = await one(database, scope, "select * from crewai_flow_state_extensions where flow_id = $1", number)
    assert (master["flow_type"], master["flow_status"]) == ("discovery", "completed")
    imported = await one(database, scope, "select master_flow_id, total_records::int from data_imports")
    assert imported == {"master_flow_id": number, "total_records": 3}
    async with database.transaction(scope) as tx:
        records = await tx.fetch("select * from raw_import_records order by row_number")
        assets = await tx.fetch("select * from assets")
        counts = [await validation.violations(tx, scope, check) for check in validation.CHECKS]
        stored = (await flows.listing(tx, scope))[0]
    assert [(row["row_number"], row["master_flow_id"]) for row in records] == [(1, number), (2, number), (3, number)]
    assert {row["asset_id"] for row in records} == {row["id"] for row in assets} and len(assets) == 3
    assert all(row["is_processed"] and row["processed_at"] for row in records)
    assert {(row["discovery_flow_id"], row["master_flow_id"]) for row in assets} == {(number, number)}
    assert not [row for row in assets if row["raw_import_records_id"] is None or row["field_mappings_used"] is None]
    assert (stored["flow_id"], stored["progress_percentage"]) == (number, 100.0)
    assert {value for rules in counts for value in rules.values()} == {0}
