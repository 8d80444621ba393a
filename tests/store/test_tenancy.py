"""Nobody sees, changes or refers to another tenant's rows: asked of the catalogue, of every table and view, and of every command."""

# ruff: noqa: E501  SQL and tables of cases read better in lines of their own

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from conftest import _execute, _named
from in_process import Commands, Pipeline, pipeline_on
from muster.store import tenants
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope

TENANT_COLUMNS = {"client_account_id", "engagement_id"}
# Tables that hold no client's data, and why.
SHARED = {
    "alembic_version": "the schema's own revision",
    "flow_node": "the state machine as data",
    "flow_transition": "the state machine as data",
    "flow_status_transition": "the state machine as data",
    "phase_run_transition": "the state machine as data",
    "decision_kind": "the kinds of decisions as data",
    "worker": "processes, which work for every tenant",
}
# Tables whose tenant pair has other names.
OWN_KEY = {"client_account": ["id"], "engagement": ["client_account_id", "id"]}
# Functions that run with the owner's rights, and why no tenant's rows can come out of them.
OWNERS_RIGHTS = {"muster_analyze_assets": "only has the planner's statistics collected; takes and returns nothing"}
# What people said about columns counts for the whole client: its engagements read each other's rows, and write only their own.
WITHIN_CLIENT = {"cleansing_recipe", "custom_attribute", "mapping_memory", "mapping_profile"}
# What each authority opens beyond the tenant's own rows.
OPENED = {"tenancy": {"client_account", "engagement"}, "engine": {"work"}, "": set()}

SERVERS = """Server Name,Serial Number,IP Address,Operating System,Memory (GB),Depends On
web01,ABC1234,10.0.0.1,Windows Server 2008 R2,much,db01
db01,ABC1235,10.0.0.2,Red Hat Enterprise Linux 6,64,nowhere
db02,ABC1236,10.0.0.3,rhel 7,64
"""
NAMESAKES = "Server Name,Serial Number\nmq01.a.example,ABC1237\nmq01.b.example,ABC1238\nmq01,\n"
TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1"
RELATIONS = """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'engagement_id'
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') order by 1"""


@dataclass(frozen=True)
class Estate:
    """A database in which one tenant has something in every table, and neighbours have nothing."""

    url: str
    pipeline: Pipeline
    owner: Scope
    neighbours: tuple[Scope, ...]
    home: Path
    result: dict[str, Any]

    def admin(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """Rows as a superuser sees them, whom row security does not hold."""

        async def ask() -> list[asyncpg.Record]:
            connection = await asyncpg.connect(self.url)
            try:
                return list(await connection.fetch(sql, *values))
            finally:
                await connection.close()

        return asyncio.run(ask())

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.admin(sql)]


@pytest.fixture(scope="module")
def estate(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    name, home = f"tenancy_{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("tenancy")
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    url, path = _named(server, name), home / "servers.csv"
    path.write_text(SERVERS)
    owner = Commands(url, home)
    result = owner.json("run", path)
    with pipeline_on(url, home / "spool") as pipeline:
        scope = pipeline.scope("Acme", "Datacentre exit")
        [sha256] = [row["file_sha256"] for row in pipeline.fetch(scope, "select file_sha256 from data_import")]
        pipeline.decide(scope, "edit", [(sha256, "records", 1)], attribute="owner", value="Zoe")
        owner.json("issue", "export", "servers.csv", "-o", home / "bad.csv")
        (home / "mended.csv").write_text((home / "bad.csv").read_text("utf-8-sig").replace("much", "32"))
        owner.json("run", home / "mended.csv", "--corrects", "servers.csv")
        owner.json("value", "set", "servers.csv", "Memory (GB)", "64", "65536")
        owner.json("recipe", "save", "house rules")
        owner.json("mapping", "attribute", "add", "tier", "--values", "gold,silver")
        owner.json("mapping", "set", "servers.csv", "Memory (GB)", "none")
        owner.json("mapping", "profile", "save", "cmdb", "servers.csv")
        (home / "namesakes.csv").write_text(NAMESAKES)
        owner.json("run", home / "namesakes.csv")
        (home / "flows.csv").write_text("src_ip,dst_ip,dst_port,protocol,bytes\n10.0.0.1,10.0.0.2,443,tcp,7\n")
        owner.json("run", home / "flows.csv")
        users = "".join(f"user{number:02d},db01\n" for number in range(24))
        (home / "hub.csv").write_text("Server Name,Depends On\n" + users)
        owner.json("run", home / "hub.csv")
        owner.json("asset", "edit", "db02", "application_name", "Billing")
        owner.json("dependency", "add", "web01", "db02")
        owner.json("dependency", "add", "web01", "user01")
        owner.json("dependency", "refuse", "web01", "user01")
        neighbours = (pipeline.scope("Acme", "Another engagement"), pipeline.scope("Rival", "Datacentre exit"))
        yield Estate(url, pipeline, scope, neighbours, home, result)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


# The catalogue.


def test_every_table_has_forced_row_security(estate: Estate) -> None:
    open_tables = estate.column(
        """select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and not (relrowsecurity and relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid))"""
    )
    assert set(open_tables) == set(SHARED)


def test_every_view_reads_as_the_one_who_asks(estate: Estate) -> None:
    views = estate.column(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
    )
    safe = estate.column(
        "select relname from pg_class where relkind = 'v' and reloptions @> array['security_invoker=true']"
    )
    assert views
    assert set(views) == set(safe)


def test_every_primary_key_begins_with_the_tenant_pair(estate: Estate) -> None:
    rows = estate.admin(
        """select c.relname, (select array_agg(a.attname::text order by k.place) from pg_index i
            cross join lateral unnest(i.indkey) with ordinality as k (attnum, place)
            join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum where i.indrelid = c.oid and i.indisprimary) as key
        from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"""
    )
    keys = {row["relname"]: row["key"] for row in rows if row["relname"] not in SHARED}
    wrong = {name: key for name, key in keys.items() if key[:2] != ["client_account_id", "engagement_id"]}
    assert wrong == OWN_KEY


def test_every_reference_carries_the_tenant_pair(estate: Estate) -> None:
    rows = estate.admin(
        """select f.conname, f.conrelid::regclass::text as tbl, f.confrelid::regclass::text as target,
          (select array_agg(a.attname || '>' || b.attname) from unnest(f.conkey, f.confkey) as k (here, there)
            join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.here
            join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.there) as pairs
        from pg_constraint f where contype = 'f' and connamespace = 'public'::regnamespace"""
    )
    wanted = {name: {f"{column}>{column}" for column in TENANT_COLUMNS} for name in estate.column(TABLES)}
    wanted["engagement"] = {"client_account_id>client_account_id", "engagement_id>id"}
    wanted["client_account"] = {"client_account_id>id"}
    loose = {
        row["conname"] for row in rows if row["target"] not in SHARED and not wanted[row["target"]] <= set(row["pairs"])
    }
    assert loose == set()


def test_the_application_may_do_nothing_that_row_security_does_not_hold(estate: Estate) -> None:
    rights = estate.admin(
        """select g.table_name, g.privilege_type from information_schema.role_table_grants g
        where g.grantee in ('muster_app', 'PUBLIC') and g.table_schema = 'public' and g.privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER')"""
    )
    owned = estate.column("select relname from pg_class where relowner = 'muster_app'::regrole")
    definer = estate.column("select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef")
    bare = estate.column(
        "select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace and not coalesce(array_to_string(proconfig, ' '), '') ~ 'search_path='"
    )
    assert (rights, owned, bare) == ([], [], [])
    assert set(definer) <= set(OWNERS_RIGHTS)


async def test_the_application_is_an_ordinary_role_even_when_the_user_is_a_superuser(
    url: str, database: Database
) -> None:
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("select rolsuper from pg_roles where rolname = current_user")
    finally:
        await connection.close()
    async with database.transaction(None) as tx:
        rights = await tx.fetchrow(
            "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication from pg_roles where rolname = current_user"
        )
    assert tuple(rights) == ("muster_app", False, False, False, False, False)


async def test_a_scope_ends_with_its_transaction(database: Database, scope: Scope) -> None:
    for _ in range(3):
        async with database.transaction(scope) as tx:
            assert await tx.fetchval("select count(*) from engagement") == 1
        async with database.transaction(None) as tx:
            assert await tx.fetchval("select count(*) from engagement") == 0


# Every table and view.


def counts(estate: Estate, scope: Scope | None, authority: str = "") -> dict[str, int]:
    async def act(tx: Any) -> dict[str, int]:
        names = [*[row[0] for row in await tx.fetch(RELATIONS)], *OWN_KEY]
        return {name: await tx.fetchval(f"select count(*) from {name}") for name in names}

    return estate.pipeline.inside(scope, act, authority)


def test_the_owner_has_something_in_every_table_and_view(estate: Estate) -> None:
    assert {name for name, count in counts(estate, estate.owner).items() if count == 0} == set()


@pytest.mark.parametrize("neighbour", [0, 1], ids=["other engagement", "other client"])
def test_a_neighbour_sees_nothing(estate: Estate, neighbour: int) -> None:
    seen = counts(estate, estate.neighbours[neighbour])
    shared = dict.fromkeys(WITHIN_CLIENT, 1) if neighbour == 0 else {}
    found = {name: min(count, 1) for name, count in seen.items() if count}
    assert found == {"client_account": 1, "engagement": 1, **shared}


@pytest.mark.parametrize("authority", sorted(OPENED))
def test_without_a_scope_nothing_is_visible_but_what_the_authority_opens(estate: Estate, authority: str) -> None:
    assert {name for name, count in counts(estate, None, authority).items() if count} == OPENED[authority]


def test_ids_of_two_tenants_mixed_see_nothing(estate: Estate) -> None:
    mixed = Scope(estate.neighbours[1].client_account_id, estate.owner.engagement_id)
    assert {name: count for name, count in counts(estate, mixed).items() if count} == {"client_account": 1}


# Raw SQL as the application, with another tenant's ids in it.


def tenant_tables() -> list[str]:
    """Names for the parameters; a test below compares them with the catalogue."""
    return [
        "asset",
        "assessment_state",
        "asset_group",
        "cleansed_block",
        "cleansing_recipe",
        "corrected_record",
        "custom_attribute",
        "data_import",
        "data_issue",
        "decision",
        "discovery_flow",
        "edge",
        "evidence_block",
        "finding_chunk",
        "finding_text",
        "flow",
        "flow_event",
        "grouping_state",
        "hub",
        "identity_review",
        "import_ledger",
        "import_table",
        "inventory_state",
        "link_block",
        "mapping_memory",
        "mapping_profile",
        "mapping_set",
        "phase_run",
        "proposed_application",
        "raw_block",
        "refused_edge",
        "rejected_record",
        "statement_block",
        "connection_block",
        "type_reason",
        "unresolved_end",
        "upload_part",
        "work",
    ]


def test_the_tables_below_are_all_there_are(estate: Estate) -> None:
    assert set(estate.column(TABLES)) == {*tenant_tables(), *SHARED, *OWN_KEY}


async def refused(tx: Any, sql: str, *values: object) -> bool:
    """True if row security or a missing right stops the statement, or it finds no row."""
    try:
        async with tx.transaction():
            return bool((await tx.execute(sql, *values)).endswith(" 0"))
    except asyncpg.InsufficientPrivilegeError:
        return True


@pytest.mark.parametrize("table", tenant_tables())
def test_raw_sql_with_another_tenants_ids_writes_nothing(estate: Estate, table: str) -> None:
    [columns] = estate.admin(
        """select array_agg(quote_ident(attname)) from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''""",
        table,
    )
    [stolen] = estate.admin(
        f"select to_jsonb(x)::text from {table} x where engagement_id = $1 limit 1", estate.owner.engagement_id
    )
    row = json.loads(stolen[0])
    if table == "flow":  # a trigger looks at the state before row security looks at the tenant
        row |= {"current_phase": "pending", "status": "initialized", "completed_at": None}
    names = ", ".join(columns[0])
    insert = f"insert into {table} ({names}) overriding system value select {names} from jsonb_populate_record(null::{table}, $1)"
    move = f"update {table} set client_account_id = $1, engagement_id = $2"
    key = (estate.owner.client_account_id, estate.owner.engagement_id)

    async def attack(tx: Any) -> list[bool]:
        return [
            await refused(tx, insert, row),
            await refused(tx, move, *key),
            await refused(tx, f"delete from {table} where engagement_id = $1", key[1]),
        ]

    assert estate.pipeline.inside(estate.neighbours[1], attack) == [True, True, True]


@pytest.mark.parametrize("table", sorted(WITHIN_CLIENT))
def test_an_engagement_reads_what_its_client_learned_and_writes_nothing_in_anothers_name(
    estate: Estate, table: str
) -> None:
    """Raw SQL as the application: a neighbour of the same client, one of another client, and ids of both mixed."""
    [columns] = estate.admin(
        """select array_agg(quote_ident(attname)) from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''""",
        table,
    )
    [stolen] = estate.admin(f"select to_jsonb(x)::text from {table} x limit 1")
    names = ", ".join(columns[0])
    insert = f"insert into {table} ({names}) overriding system value select {names} from jsonb_populate_record(null::{table}, $1)"

    async def attack(tx: Any) -> tuple[int, list[bool]]:
        seen = await tx.fetchval(f"select count(*) from {table} where engagement_id = $1", estate.owner.engagement_id)
        changes = [
            await refused(tx, insert, json.loads(stolen[0])),
            await refused(tx, f"update {table} set author = 'me'"),
            await refused(tx, f"delete from {table}"),
        ]
        return seen, changes

    mixed = Scope(estate.neighbours[1].client_account_id, estate.owner.engagement_id)
    every = estate.column(f"select count(*) from {table}")[0]
    told = [estate.pipeline.inside(scope, attack) for scope in (*estate.neighbours, mixed)]
    assert told == [(every, [True] * 3), (0, [True] * 3), (0, [True] * 3)]
    assert every == estate.column(f"select count(*) from {table}")[0] > 0


@pytest.mark.parametrize(
    "insert",
    [
        "insert into link_block (client_account_id, engagement_id, block_id, asset_ids, outcomes, dispositions, rules, scores, created, merged, unchanged, rejected, excluded) select {own}, id, '{{1}}', '{{1}}', '{{created}}', '{{x}}', '{{1}}', 1, 0, 0, 0, 0 from raw_block",
        "insert into statement_block select {own}, b.id, m.id, 'x', 'x', '' from raw_block b, mapping_set m",
        "insert into asset_group values ({own}, {asset}, 1)",
        "insert into edge (client_account_id, engagement_id, source_id, target_id, kind, count, confidence) select {own}, min(id), max(id), 'x', 1, 1 from asset",
        "insert into cleansed_block (client_account_id, engagement_id, block_id, mapping_set_id, rules_version, layout, words) select {own}, b.id, m.id, 'x', '[]', '{{}}' from raw_block b, mapping_set m",
        "insert into phase_run (client_account_id, engagement_id, flow_id, phase) select {own}, id, 'data_import' from flow",
        "insert into work (client_account_id, engagement_id, flow_id, phase, step) select {own}, id, 'data_import', 'start' from flow",
        "insert into flow_event (client_account_id, engagement_id, flow_id) select {own}, id from flow",
        "insert into discovery_flow (client_account_id, engagement_id, id, master_flow_id, data_import_id, name) select {own}, gen_random_uuid(), f.id, i.id, 'x' from flow f, data_import i",
        "insert into upload_part select {own}, id, 9, ''::bytea from data_import",
    ],
    ids=lambda insert: insert.split()[2],
)  # fmt: skip
def test_no_reference_crosses_tenants_not_even_for_a_superuser(estate: Estate, insert: str) -> None:
    neighbour = estate.neighbours[1]
    own = f"{neighbour.client_account_id}, {neighbour.engagement_id}"
    [asset] = estate.column("select min(id) from asset")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as error:
        estate.admin(insert.format(own=own, asset=asset))
    assert isinstance(error.value, asyncpg.ForeignKeyViolationError | asyncpg.UniqueViolationError)


# Every command.


def test_every_command_shows_a_neighbour_nothing(estate: Estate) -> None:
    rival = Commands(estate.url, estate.home).as_tenant("Rival", "Datacentre exit")
    [entry] = estate.result["imports"]
    flow, import_id = entry["flow_id"], entry["import_id"]
    asset = str(estate.column("select id from assets order by name limit 1")[0])
    own = (["mapping", what, "list"] for what in ("memory", "profile", "attribute"))
    for listing in (["flow", "list"], ["import", "list"], ["asset", "list"], *own):
        assert rival.json(*listing) == []
    missing: list[tuple[list[str], str]] = [
        *(
            (["flow", verb, flow], "flow_not_found")
            for verb in ("show", "watch", "approve", "pause", "resume", "retry", "restart", "cancel")
        ),
        (["import", "undo", import_id], "import_not_found"),
        *((["asset", "show", name], "asset_not_found") for name in (asset, "web01")),
        *((["why", name, "os_name"], "asset_not_found") for name in (asset, "web01")),
        *(
            (["mapping", verb, name, *more], "import_not_found")
            for name in (import_id, import_id[:8], "servers.csv")
            for verb, *more in (
                ["show"],
                ["approve"],
                ["set", "Memory (GB)", "none"],
                ["reset", "Memory (GB)"],
                ["coverage"],
            )
        ),
        (["mapping", "profile", "apply", "cmdb", import_id], "import_not_found"),
        (["mapping", "profile", "export", "cmdb", "-o", str(estate.home / "stolen.json")], "not_remembered"),
        (["mapping", "profile", "revoke", "cmdb"], "not_remembered"),
        (["mapping", "attribute", "retire", "tier"], "not_remembered"),
        (
            ["mapping", "memory", "revoke", str(estate.column("select min(id) from mapping_memory")[0])],
            "not_remembered",
        ),
    ]
    told = {" ".join(words): rival.json(*words, code=2)["error"]["code"] for words, _ in missing}
    assert told == {" ".join(words): code for words, code in missing}


def test_a_neighbours_digest_is_that_of_an_empty_engagement_and_his_run_changes_nobody_elses(estate: Estate) -> None:
    commands = Commands(estate.url, estate.home)
    before = commands.json("digest")["digest"]
    rival, empty = commands.as_tenant("Rival", "Datacentre exit"), commands.as_tenant("Acme", "Another engagement")
    assert rival.json("digest") == empty.json("digest")
    assert rival.json("validate", "all")["violations"] == 0
    same_file = rival.as_tenant("Rival", "Own copy").json("run", estate.home / "servers.csv")
    assert (
        same_file["imports"][0]["tables"][0]["dispositions"] == estate.result["imports"][0]["tables"][0]["dispositions"]
    )
    assert same_file["imports"][0]["import_id"] != estate.result["imports"][0]["import_id"]
    assert commands.json("digest")["digest"] == before


async def test_two_clients_may_use_the_same_engagement_name(database: Database) -> None:
    one, other = [await tenants.find_or_create(database, client, "Datacentre exit") for client in ("Acme", "Rival")]
    assert (one.client_account_id, one.engagement_id) != (other.client_account_id, other.engagement_id)
    assert await tenants.find_or_create(database, "Acme", "Datacentre exit") == one
