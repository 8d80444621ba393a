"""The schema up, down and up again, empty and filled, and the foreign keys that tie everything to its flow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources

import asyncpg
import pytest

from muster.store import tenants
from muster.store.schema import migrate, version
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope
from small_pipeline import new_flow

PICTURE = """
select 'column', table_name::text, column_name::text, data_type::text || ' ' || is_nullable
  from information_schema.columns where table_schema = 'public' and table_name <> 'alembic_version'
union all select 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) || ' ' || convalidated
  from pg_constraint
  where connamespace = 'public'::regnamespace and conrelid::regclass::text <> 'alembic_version'
union all select 'index', tablename::text, indexname::text, indexdef from pg_indexes
  where schemaname = 'public' and tablename <> 'alembic_version'
union all select 'policy', tablename::text, policyname::text, qual from pg_policies
union all select 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid)
  from pg_trigger where not tgisinternal
union all select 'function', proname::text, '', pg_get_functiondef(oid) from pg_proc
  where pronamespace = 'public'::regnamespace and prokind <> 'a'
union all select 'view', viewname::text, '', definition from pg_views where schemaname = 'public'
union all select 'right', table_name::text, privilege_type::text, grantee::text
  from information_schema.role_table_grants
  where table_schema = 'public' and grantee = 'muster_app' and table_name <> 'alembic_version'
"""


@asynccontextmanager
async def superuser(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def picture(url: str) -> set[tuple[str, ...]]:
    """Everything the schema consists of, the kinds of decisions included: they are rules that stand as rows."""
    async with superuser(url) as connection:
        kinds = []
        if await connection.fetchval("select to_regclass('decision_kind')") is not None:
            kinds = await connection.fetch("select 'decision_kind', name, about from decision_kind")
        return {tuple(row) for row in [*await connection.fetch(PICTURE), *kinds]}


async def fill(url: str) -> Scope:
    """A tenant with two flows, their imports and their work."""
    async with Database.open(url) as database:
        scope = await tenants.find_or_create(database, "Acme", "Datacentre exit")
        for _ in range(2):
            await new_flow(database, scope)
    return scope


async def counts(url: str) -> list[int]:
    async with superuser(url) as connection:
        return [await connection.fetchval(f"select count(*) from {t}") for t in ("flow", "data_import", "phase_run")]


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
async def test_migrations_go_one_step_down_and_up_without_loss(url: str, filled: bool) -> None:
    if filled:
        await fill(url)
    before, rows = await picture(url), await counts(url)
    await migrate.downgrade(url, "-1")
    assert await version.current(url) != version.newest()
    assert await picture(url) != before
    await migrate.upgrade(url)
    assert (await version.current(url), await picture(url), await counts(url)) == (version.newest(), before, rows)


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
async def test_migrations_go_all_the_way_down_and_up(url: str, filled: bool) -> None:
    if filled:
        await fill(url)
    before = await picture(url)
    await migrate.downgrade(url, "base")
    assert await picture(url) == set(), "the way down leaves nothing behind"
    await migrate.upgrade(url)
    assert await picture(url) == before
    await fill(url)


async def test_migrations_again_change_nothing(url: str) -> None:
    before = await picture(url)
    await migrate.upgrade(url)
    assert await picture(url) == before


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("data_imports_master_flow_id_fkey", "data_import"),
        ("raw_import_records_master_flow_id_fkey", "raw_block"),
        ("discovery_flows_master_flow_id_fkey", "discovery_flow"),
    ],
)
async def test_master_fk_is_there_valid_and_cascades(url: str, name: str, table: str) -> None:
    async with superuser(url) as connection:
        found = await connection.fetchrow(
            """select conrelid::regclass::text as table, confrelid::regclass::text as master,
                confdeltype::text as deleting, convalidated, pg_get_constraintdef(oid) as definition
            from pg_constraint where conname = $1""",
            name,
        )
        nullable = await connection.fetchval(
            """select is_nullable from information_schema.columns
            where table_name = $1 and column_name = 'master_flow_id'""",
            table,
        )
    assert (found["table"], found["master"], found["deleting"], found["convalidated"]) == (table, "flow", "c", True)
    assert "(client_account_id, engagement_id, master_flow_id)" in found["definition"]
    assert nullable == "NO"


async def test_master_fk_refuses_an_orphan_and_takes_the_child_with_the_master(url: str) -> None:
    scope = await fill(url)
    async with superuser(url) as connection:
        for table in ("data_import", "discovery_flow"):
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await connection.execute(f"update {table} set master_flow_id = gen_random_uuid()")
            with pytest.raises(asyncpg.NotNullViolationError):
                await connection.execute(f"update {table} set master_flow_id = null")
        await connection.execute("delete from flow where engagement_id = $1", scope.engagement_id)
        for table in ("data_import", "discovery_flow", "phase_run", "flow_event", "work"):
            assert await connection.fetchval(f"select count(*) from {table}") == 0


async def test_fk_not_valid_backfill_then_validate_on_a_database_with_orphans(url: str) -> None:
    """The two statements of the revision, on a table that was filled before the constraint was thought of."""
    sql = resources.files("muster.store.schema").joinpath("sql", "0025_lean_assets.up.sql").read_text()
    add, validate = (
        next(part for part in sql.split(";") if words in part)
        for words in ("add constraint fk_assets_discovery_flow", "validate constraint fk_assets_discovery_flow")
    )
    assert "not valid" in add
    scope = await fill(url)
    async with superuser(url) as connection:
        await connection.execute("alter table link_block drop constraint fk_assets_discovery_flow")
        await connection.execute("set session_replication_role = replica")  # the blocks themselves are left out
        for block, flow in ((1, "id"), (2, "gen_random_uuid()")):
            await connection.execute(
                f"""insert into link_block (client_account_id, engagement_id, block_id, asset_ids, outcomes,
                    dispositions, rules, scores, created, merged, unchanged, rejected, excluded, discovery_flow_id)
                select $1, $2, $3, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', 0, 0, 0, 0, 0, {flow}
                from discovery_flow limit 1""",
                scope.client_account_id,
                scope.engagement_id,
                block,
            )
        await connection.execute("reset session_replication_role")
        await connection.execute(add)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await connection.execute(validate)
        await connection.execute(
            """update link_block k set discovery_flow_id = null where not exists
            (select 1 from discovery_flow d where d.id = k.discovery_flow_id)"""
        )
        await connection.execute(validate)
        assert await connection.fetchval(
            "select convalidated from pg_constraint where conname = 'fk_assets_discovery_flow'"
        )
        assert await connection.fetchval("select count(*) from link_block where discovery_flow_id is not null") == 1
