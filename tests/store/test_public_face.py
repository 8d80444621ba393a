"""The names that the requirements promise in the database: views, constraints and comments, and that they say what happened."""

# ruff: noqa: E501  SQL and tables of cases read better in lines of their own

import asyncio
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import muster
from conftest import _execute, _named
from in_process import Pipeline, Upload, pipeline_on
from muster.flow import control
from muster.phases.data_import.begin import Begun
from muster.phases.field_mapping.mapping import mapping_sha256
from muster.recompute import recompute
from muster.vocabulary.phases import PHASE_ORDER
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry

SOURCE = Path(muster.__file__).parent
PHASES = [phase.value for phase in PHASE_ORDER]

# A good estate with what goes wrong in every estate: a value that is none, and a row that is too short.
SERVERS = """Server Name,Serial Number,IP Address,Operating System,Memory (GB),Depends On
web01,ABC1234,10.0.0.1,Windows Server 2008 R2,much,db01
db01,ABC1235,10.0.0.2,Red Hat Enterprise Linux 6,64,
db02,ABC1236,10.0.0.3,rhel 7,64
"""
SCAN = """Server Name,Serial Number,IP Address,Operating System,Memory (GB),Depends On
web01,ABC1234,10.0.0.9,Windows Server 2008 R2,16,db01
app-01,ABC1299,10.0.0.4,rhel 7,64,
"""
NOTHING = """Source,Target,Relationship Type
nowhere,nobody,Depends on
"""


@dataclass
class House:
    """One database for this module; every test has an engagement of its own."""

    url: str
    pipeline: Pipeline
    folder: Path

    def scope(self) -> Scope:
        return self.pipeline.scope("Acme", uuid.uuid4().hex)

    def file(self, text: str | bytes, name: str = "servers.csv") -> Path:
        path = self.folder / uuid.uuid4().hex / name
        path.parent.mkdir()
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, scope: Scope, *texts: str) -> list[Begun]:
        return self.pipeline.take(scope, *(Upload(self.file(text)) for text in texts))

    def begin(self, scope: Scope, text: str | bytes, approve: str = "auto") -> Begun:
        """Run a file until its flow rests, wherever that is."""
        begun = self.pipeline.begin(scope, Upload(self.file(text), approve=approve))
        self.pipeline.rest(scope, [begun])
        return begun

    def rows(self, scope: Scope, sql: str, *values: object) -> list[dict[str, Any]]:
        return self.pipeline.fetch(scope, sql, *values)

    def one(self, scope: Scope, sql: str, *values: object) -> dict[str, Any]:
        [row] = self.rows(scope, sql, *values)
        return row

    def admin(self, sql: str, *values: object) -> list[Any]:
        """First column, as a superuser."""

        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self.url)
            try:
                return [row[0] for row in await connection.fetch(sql, *values)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    @contextmanager
    def fault(self, scope: Scope, table: str, event: str = "insert", when: str = "true") -> Iterator[None]:
        """A real database that refuses one kind of write of one engagement."""
        name = f"fault_{uuid.uuid4().hex[:8]}"
        self.admin(
            f"create function {name}() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$"
        )
        condition = f"new.engagement_id = {scope.engagement_id} and {when}"
        self.admin(
            f"create trigger {name} before {event} on {table} for each row when ({condition}) execute function {name}()"
        )
        try:
            yield
        finally:
            self.admin(f"drop function {name} cascade")


@pytest.fixture(scope="module")
def house(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    name, folder = f"face_{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("face")
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    url = _named(server, name)
    with pipeline_on(url, folder / "spool") as pipeline, pipeline.working():
        yield House(url, pipeline, folder)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def full(house: House) -> Scope:
    """An engagement with two finished imports that overlap."""
    scope = house.scope()
    house.take(scope, SERVERS)
    house.take(scope, SCAN)
    return scope


def view_columns(house: House, view: str) -> list[str]:
    return house.admin(
        "select attname::text from pg_attribute where attrelid = $1::text::regclass and attnum > 0 order by attnum",
        view,
    )


def always_null(house: House, scope: Scope, view: str) -> set[str]:
    """The columns of a view that no row fills."""
    columns = view_columns(house, view)
    counts = house.one(
        scope, f"select count(*) as all_rows, {', '.join(f'count({name}) as {name}' for name in columns)} from {view}"
    )
    assert counts.pop("all_rows") > 0
    return {name for name, count in counts.items() if count == 0}


# Master flow, child flow, import, rows: requirements 2-01 to 2-06, 1-09 to 1-11, 1-19.


@pytest.mark.parametrize(
    ("constraint", "table", "target"),
    [
        ("data_imports_master_flow_id_fkey", "data_import", "flow"),
        ("raw_import_records_master_flow_id_fkey", "raw_block", "flow"),
        ("discovery_flows_master_flow_id_fkey", "discovery_flow", "flow"),
        ("fk_assets_discovery_flow", "link_block", "discovery_flow"),
    ],
)
def test_master_fk_exists_and_is_valid(house: House, constraint: str, table: str, target: str) -> None:
    found = house.admin(
        "select format('%s %s %s', conrelid::regclass, confrelid::regclass, convalidated) from pg_constraint where conname = $1",
        constraint,
    )
    assert found == [f"{table} {target} t"]


def test_master_fk_columns_are_required_and_indexed(house: House) -> None:
    for table in ("data_import", "raw_block", "discovery_flow"):
        sql = "select attnotnull from pg_attribute where attrelid = $1::text::regclass and attname = 'master_flow_id'"
        assert house.admin(sql, table) == [True], table
    assert house.admin(
        """select true from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'master_flow_id'
        where i.indrelid = 'discovery_flow'::regclass and a.attnum = any(i.indkey) limit 1"""
    )


def test_master_fk_takes_everything_of_a_deleted_flow_along(house: House) -> None:
    scope = house.scope()
    begun = house.begin(scope, SERVERS, approve="stop")
    house.admin("delete from flow where id = $1", begun.flow.id)
    left = {
        table: house.one(scope, f"select count(*) as n from {table}")["n"]
        for table in ("data_imports", "raw_import_records", "discovery_flows", "work", "flow_event")
    }
    assert set(left.values()) == {0}


def test_fk_not_valid_backfill_goes_in_the_order_that_does_not_block(house: House) -> None:
    """The migration's own two statements, on a table that holds an orphan."""
    scope = house.scope()
    house.take(scope, SERVERS)
    text = (SOURCE / "store/schema/sql/0025_lean_assets.up.sql").read_text()
    add, validate = re.search(
        r"(alter table link_block add constraint fk_assets_discovery_flow.*?not valid);\s*(alter table link_block validate[^;]*);",
        text,
        re.S,
    ).groups()  # type: ignore[union-attr]
    mine = f"engagement_id = {scope.engagement_id}"
    try:
        house.admin("alter table link_block drop constraint fk_assets_discovery_flow")
        house.admin(f"update link_block set discovery_flow_id = gen_random_uuid() where {mine}")
        house.admin(add)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            house.admin(validate)
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            house.admin(f"update link_block set discovery_flow_id = gen_random_uuid() where {mine}")
        house.admin(
            f"update link_block set discovery_flow_id = d.id from discovery_flow d where link_block.{mine} and d.{mine}"
        )
    finally:
        house.admin(validate)
    assert house.admin("select convalidated from pg_constraint where conname = 'fk_assets_discovery_flow'") == [True]


@pytest.mark.parametrize(
    ("table", "rows", "asked"),
    [
        (
            "link_block",
            """(client_account_id, engagement_id, block_id, discovery_flow_id, asset_ids, outcomes, dispositions, rules, scores,
              created, merged, unchanged, rejected, excluded)
            select 1, 1, n, md5((n / 100)::text)::uuid, '{}', '{}', '{}', '{}', '{}', 0, 0, 0, 0, 0 from generate_series(1, 5000) n""",
            "discovery_method = 'flow_based' and discovery_flow_id = md5('3')::uuid",
        ),
        (
            "asset",
            """(client_account_id, engagement_id, id, raw_import_records_id, content_hash, name, asset_type, type_reason_id)
            select 1, 1, n, n, 0, 'host' || n, 'server', 1 from generate_series(1, 50000) n""",
            "raw_import_records_id between 30001 and 30010",
        ),
    ],
    ids=["method-and-flow", "record"],
)
def test_wiring_indexes_answer_what_they_are_for(house: House, table: str, rows: str, asked: str) -> None:
    """On tables of many rows with the indexes of those two that lead from a flow by its records to its assets."""

    async def explained() -> list[str]:
        connection = await asyncpg.connect(house.url)
        try:
            await connection.execute(f"create temporary table many (like {table} including defaults including indexes)")
            await connection.execute(f"insert into many {rows}")
            await connection.execute("analyze many")
            query = f"explain select 1 from many where client_account_id = 1 and engagement_id = 1 and {asked}"
            return [row[0] for row in await connection.fetch(query)]
        finally:
            await connection.close()

    plan = "\n".join(asyncio.run(explained()))
    assert re.search(rf"Index Cond: .*{asked.split()[0]} ", plan), plan


def test_trigger_links_everything_to_the_master_flow(house: House) -> None:
    scope = house.scope()
    [begun] = house.take(scope, SERVERS)
    master = house.one(scope, "select * from crewai_flow_state_extensions")
    configuration = master["flow_configuration"]
    assert (master["flow_id"], master["flow_type"], master["flow_name"]) == (
        begun.flow.id,
        "discovery",
        f"Discovery Import {begun.import_id}",
    )
    assert {"source", "import_id", "filename", "import_timestamp"} <= set(configuration)
    assert (configuration["import_id"], configuration["filename"]) == (str(begun.import_id), "servers.csv")
    assert master["flow_persistence_data"]["data_import_id"] == str(begun.import_id)
    assert house.one(scope, "select id, master_flow_id from data_imports") == {
        "id": begun.import_id,
        "master_flow_id": begun.flow.id,
    }
    rows = house.rows(scope, "select distinct data_import_id, master_flow_id from raw_import_records")
    assert rows == [{"data_import_id": begun.import_id, "master_flow_id": begun.flow.id}]


def test_child_has_master_and_a_master_has_one_child(house: House, full: Scope) -> None:
    rows = house.rows(
        full,
        "select d.id, d.master_flow_id, m.flow_id from discovery_flows d full join crewai_flow_state_extensions m on m.flow_id = d.master_flow_id",
    )
    assert len(rows) == 2
    assert all(row["id"] == row["master_flow_id"] == row["flow_id"] for row in rows)
    copied = "insert into discovery_flow (client_account_id, engagement_id, id, master_flow_id, data_import_id, name) select client_account_id, engagement_id, gen_random_uuid(), {}, data_import_id, 'x' from discovery_flow limit 1"
    for master, error in (
        ("null", asyncpg.NotNullViolationError),
        ("gen_random_uuid()", asyncpg.ForeignKeyViolationError),
        ("master_flow_id", asyncpg.UniqueViolationError),
    ):
        with pytest.raises(error):
            house.admin(copied.format(master))


def test_id_semantics_are_written_in_the_schema(house: House) -> None:
    for column in ("flow.id", "discovery_flow.id", "link_block.discovery_flow_id", "asset.raw_import_records_id"):
        table, name = column.split(".")
        sql = "select col_description(attrelid, attnum) from pg_attribute where attrelid = $1::text::regclass and attname = $2"
        assert house.admin(sql, table, name)[0], column
    for relation in ("asset", "assets", "discovery_flow", "discovery_flows"):
        assert "flow_id" not in view_columns(house, relation)


def test_nothing_joins_on_a_second_flow_id() -> None:
    found = [
        path.name
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".sql") and "discovery_flows.flow_id" in path.read_text()
    ]
    assert found == []


def test_workflow_states_has_the_columns_of_the_plan(house: House, full: Scope) -> None:
    wanted = [
        "id",
        "session_id",
        "client_account_id",
        "engagement_id",
        "workflow_type",
        "current_phase",
        "status",
        "state_data",
        "created_at",
        "updated_at",
    ]
    assert view_columns(house, "workflow_states") == wanted
    states = house.rows(
        full, "select id, session_id, workflow_type, current_phase, status from workflow_states order by created_at"
    )
    imports = house.rows(full, "select id, master_flow_id from data_imports order by created_at")
    assert [tuple(state.values()) for state in states] == [
        (row["master_flow_id"], row["id"], "discovery", "completed", "completed") for row in imports
    ]


# Records and assets: requirements 1-02, 1-05, 1-06, 1-14 to 1-16, 1-20, 1-21.


def test_processing_notes_name_the_asset(house: House, full: Scope) -> None:
    rows = house.rows(
        full, "select r.*, a.name from raw_import_records r left join assets a on a.id = r.asset_id order by r.id"
    )
    for row in rows:
        assert (row["is_processed"], row["processed_at"] is not None) == (True, True)
        if row["asset_id"] is None:
            assert row["processing_notes"].startswith("Rejected: ")
        else:
            assert row["processing_notes"] == f"Linked to asset: {row['name']} (ID: {row['asset_id']})"
    assert [row["disposition"] for row in rows] == ["created", "created", "rejected", "merged", "created"]


def test_raw_data_is_unaltered_and_cleansed_data_is_whole(house: House, full: Scope) -> None:
    first, _, short, *_ = house.rows(full, "select * from raw_import_records order by id")
    assert first["raw_data"] == dict(
        zip(SERVERS.splitlines()[0].split(","), SERVERS.splitlines()[1].split(","), strict=True)
    )
    assert first["cleansed_data"]["os_name"].startswith("Windows Server 2008")
    assert "memory_mb" not in first["cleansed_data"]
    assert (short["is_valid"], short["cleansed_data"], set(short["validation_errors"])) == (
        False,
        None,
        {"code", "message", "hint"},
    )
    valid = house.one(full, "select count(*) as n from raw_import_records where is_valid and cleansed_data is null")
    assert valid == {"n": 0}


def test_row_number_counts_records_and_file_row_counts_the_files_own(house: House) -> None:
    scope = house.scope()
    house.take(scope, "Server Name,IP Address\n\nweb01,10.0.0.1\n,\nweb02,10.0.0.2\n")
    rows = house.rows(
        scope, "select row_number, file_row, raw_data ->> 'Server Name' as name from raw_import_records order by id"
    )
    assert [(row["name"], row["row_number"]) for row in rows] == [("web01", 1), ("web02", 2)]
    # Counted in records, the header being the first; a blank line is one, as every spreadsheet shows it.
    assert [row["file_row"] for row in rows] == [3, 5]


def test_asset_provenance_is_never_null(house: House, full: Scope) -> None:
    columns = (
        "discovery_flow_id",
        "master_flow_id",
        "raw_import_records_id",
        "field_mappings_used",
        "source_phase",
        "current_phase",
        "discovery_method",
        "type_reason",
    )
    missing = house.one(
        full, f"select count(*) as n from assets where {' or '.join(f'{name} is null' for name in columns)}"
    )
    assert missing == {"n": 0}
    rows = house.rows(
        full,
        "select a.name, r.raw_data ->> 'Server Name' as told, r.asset_id = a.id as own from assets a join raw_import_records r on r.id = a.raw_import_records_id",
    )
    assert [(row["name"], row["own"]) for row in rows] == [(row["told"], True) for row in rows]
    assert len(rows) == 3


def test_field_mappings_used_is_a_version_with_a_hash_that_holds_the_flow(house: House, full: Scope) -> None:
    for row in house.rows(full, "select master_flow_id, field_mappings_used as used from assets"):
        entries = [MappingEntry(**entry) for entry in row["used"]["entries"]]
        assert {"Server Name", "Serial Number", "IP Address"} <= {entry.source for entry in entries}
        assert row["used"]["sha256"] == mapping_sha256(str(row["master_flow_id"]), row["used"]["version"], entries)


def test_asset_type_key_is_never_called_type(house: House, full: Scope) -> None:
    for relation in ("asset", "assets"):
        columns = view_columns(house, relation)
        assert ("asset_type" in columns, "type" in columns) == (True, False)
    assert house.one(full, "select count(*) as n from assets where asset_type is null") == {"n": 0}


def test_single_asset_writer_is_one_module() -> None:
    write = re.compile(r"(insert\s+into|update|delete\s+from)\s+(asset|link_block)\s", re.I)
    writers = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if write.search(path.read_text())}
    assert writers == {"store/inventory.py"}


STORED = """select (select jsonb_agg(to_jsonb(a) || jsonb_build_object('x', a.xmin::text) order by id) from asset a) as assets,
    (select jsonb_agg(to_jsonb(l) || jsonb_build_object('x', l.xmin::text) order by block_id) from link_block l) as links,
    (select jsonb_agg(to_jsonb(l) order by data_import_id, table_no) from import_ledger l) as ledger,
    (select jsonb_agg(to_jsonb(e) - 'id' order by source_id, target_id) from edge e) as edges,
    (select jsonb_agg(to_jsonb(f) order by asset_id, check_name) from debt_finding f) as findings"""


def test_relink_idempotent_writes_no_row_again(house: House) -> None:
    scope = house.scope()
    house.take(scope, SERVERS)
    before = house.one(scope, STORED)
    house.pipeline.inside(scope, lambda tx: recompute(tx, scope))
    assert house.one(scope, STORED) == before


def test_relink_idempotent_keeps_every_link_when_another_file_tells_of_the_same_things(house: House) -> None:
    scope = house.scope()
    [begun] = house.take(scope, SERVERS)
    mine = "select k.*, k.xmin::text as x from link_block k where block_id in (select id from raw_block where data_import_id = $1)"
    before = house.rows(scope, mine, begun.import_id)
    house.take(scope, SCAN)
    assert house.rows(scope, mine, begun.import_id) == before


# All or nothing: requirements 1-01 and 1-04.


FAULTS = {
    "while assets are written": ("asset", "insert", "true"),
    "while rows are linked": ("link_block", "insert", "true"),
    "while records are counted": ("import_ledger", "insert", "true"),
    "while the phase is completed": (
        "phase_run",
        "update",
        "new.phase = 'asset_inventory' and new.state = 'completed'",
    ),
    "while the flow moves on": ("flow", "update", "new.current_phase = 'dependency_analysis'"),
    "while the next work is written": ("work", "insert", "new.phase = 'dependency_analysis'"),
}


@pytest.fixture(scope="module")
def uncut(house: House) -> str:
    """The digest of both files without any fault."""
    scope = house.scope()
    house.take(scope, SCAN, SERVERS)
    return house.pipeline.digest(scope)


@pytest.mark.parametrize("point", FAULTS)
def test_inventory_single_transaction_leaves_all_or_nothing(house: House, uncut: str, point: str) -> None:
    scope = house.scope()
    house.take(scope, SCAN)
    before = house.one(scope, STORED)
    with house.fault(scope, *FAULTS[point]):
        begun = house.begin(scope, SERVERS)
    flow = house.one(
        scope,
        "select status, error_phase, error_message, current_phase from discovery_flows where id = $1",
        begun.flow.id,
    )
    assert (flow["status"], flow["error_phase"], flow["current_phase"]) == (
        "failed",
        "asset_inventory",
        "asset_inventory",
    )
    assert "disk on fire" in flow["error_message"]
    assert house.one(scope, STORED) == before
    assert house.one(
        scope,
        "select count(*) as n from raw_import_records where data_import_id = $1 and asset_id is not null",
        begun.import_id,
    ) == {"n": 0}
    house.pipeline.inside(scope, lambda tx: control.retry(tx, begun.flow))
    [row] = house.pipeline.rest(scope, [begun])
    assert row.status == "completed"
    assert house.pipeline.digest(scope) == uncut
    assert house.pipeline.violations(scope) == {}


def test_link_failure_rolls_back_assets(house: House) -> None:
    scope = house.scope()
    with house.fault(scope, "link_block"):
        begun = house.begin(scope, SERVERS)
    assert house.one(scope, "select count(*) as n from asset") == {"n": 0}
    error = house.one(scope, "select error_details from discovery_flows where id = $1", begun.flow.id)["error_details"]
    assert "disk on fire" in error["message"]
    assert error["recovery_hint"]


# How far a flow is: requirements 0-09 to 0-13, 0-17 to 0-19, 0-33.


FLAGS = ", ".join(f"{phase}_completed" for phase in PHASES)


def stands(house: House, scope: Scope, begun: Begun) -> tuple[str, str, list[str], float]:
    """Phase, status, completed phases by their flags, and progress."""
    row = house.one(
        scope,
        f"select current_phase, status, progress_percentage, {FLAGS} from discovery_flows where id = $1",
        begun.flow.id,
    )
    done = [phase for phase in PHASES if row[f"{phase}_completed"]]
    return row["current_phase"], row["status"], done, float(row["progress_percentage"])


def test_import_completion_and_mapping_completion_come_one_after_the_other(house: House) -> None:
    scope = house.scope()
    begun = house.begin(scope, SERVERS, approve="stop")
    assert stands(house, scope, begun) == ("field_mapping", "waiting_for_approval", PHASES[:1], 16.67)
    assert house.pipeline.inside(scope, lambda tx: control.approve(tx, begun.flow, "Ann", "looks right"))
    house.pipeline.rest(scope, [begun])
    assert stands(house, scope, begun) == ("completed", "completed", PHASES, 100.0)
    told = house.one(scope, "select author, reason from mapping_set order by version desc limit 1")
    assert told == {"author": "Ann", "reason": "looks right"}


def test_import_completion_is_not_reached_by_a_file_that_cannot_be_read(house: House) -> None:
    scope = house.scope()
    begun = house.begin(scope, bytes(range(256)) * 40)
    assert stands(house, scope, begun) == ("data_import", "failed", [], 0.0)
    error = house.one(scope, "select error_phase, error_details from discovery_flows")
    assert (error["error_phase"], error["error_details"]["error_code"]) == ("data_import", "format_unknown")


@pytest.mark.parametrize(("phase", "table"), [("data_cleansing", "cleansed_block"), ("asset_inventory", "asset"), ("dependency_analysis", "asset_group"), ("tech_debt_assessment", "finding_chunk")])  # fmt: skip
def test_completion_flags_stop_where_the_flow_stopped(house: House, phase: str, table: str) -> None:
    scope = house.scope()
    with house.fault(scope, table):
        begun = house.begin(scope, SERVERS)
    done = PHASES[: PHASES.index(phase)]
    assert stands(house, scope, begun) == (phase, "failed", done, round(len(done) * 100 / 6, 2))


def test_cleansing_completion_means_that_every_row_is_cleansed_or_rejected(house: House) -> None:
    scope = house.scope()
    with house.fault(scope, "asset"):
        begun = house.begin(scope, SERVERS)
    assert "data_cleansing" in stands(house, scope, begun)[2]
    rows = house.rows(
        scope,
        "select cleansed_data is not null as clean, validation_errors is not null as rejected, is_processed from raw_import_records order by id",
    )
    assert [tuple(row.values()) for row in rows] == [(True, False, False), (True, False, False), (False, True, False)]


def test_inventory_completion_counts_every_record_once(house: House, full: Scope) -> None:
    for row in house.rows(full, "select * from import_ledger"):
        n = house.one(
            full, "select count(*) as n from raw_import_records where data_import_id = $1", row["data_import_id"]
        )["n"]
        assert (
            row["records"] == n == sum(row[name] for name in ("created", "merged", "unchanged", "rejected", "excluded"))
        )
    with pytest.raises(asyncpg.CheckViolationError):
        house.admin("update import_ledger set created = created + 1")


def test_dependency_completion_and_techdebt_completion_hold_without_a_single_finding(house: House) -> None:
    scope = house.scope()
    [begun] = house.take(scope, NOTHING)
    assert house.one(
        scope, "select (select count(*) from edge) as edges, (select count(*) from debt_finding) as findings"
    ) == {"edges": 0, "findings": 0}
    assert stands(house, scope, begun) == ("completed", "completed", PHASES, 100.0)


def test_phases_completed_equals_the_transition_log(house: House, full: Scope) -> None:
    for flow in house.rows(full, "select id, phases_completed from discovery_flows"):
        log = house.rows(
            full, "select phase from flow_event where flow_id = $1 and to_state = 'completed' order by id", flow["id"]
        )
        assert flow["phases_completed"] == [row["phase"] for row in log] == PHASES


def test_flow_completed_in_the_transaction_of_its_last_phase(house: House, full: Scope) -> None:
    rows = house.rows(
        full,
        """select f.status, f.completed_at is not null as at, f.xmin::text = r.xmin::text as together from flow f
        join phase_run r on r.flow_id = f.id and r.phase = 'tech_debt_assessment'""",
    )
    assert [tuple(row.values()) for row in rows] == [("completed", True, True)] * 2


def test_progress_is_the_share_of_completed_phases(house: House) -> None:
    wrong = house.admin(
        f"select count(*) from discovery_flows where progress_percentage <> round(({' + '.join(f'{phase}_completed::int' for phase in PHASES)}) * 100.0 / 6, 2)"
    )
    assert wrong == [0]
    assert house.admin("select count(distinct progress_percentage) > 2 from discovery_flows") == [True]


# The attributes that this small estate says nothing about, so that their columns stay empty.
SAID = {"name", "serial_number", "ip_address", "os_name", "os_version", "memory_mb", "depends_on", "asset_type"}
OWN = {"id", "client_account_id", "engagement_id", "discovery_flow_id", "master_flow_id", "raw_import_records_id", "field_mappings_used", "discovery_method", "source_phase", "current_phase", "type_reason", "type_confidence", "created_at", "updated_at"}  # fmt: skip


def test_every_column_written_by_a_full_flow_and_a_failing_one(house: House) -> None:
    scope = house.scope()
    house.pipeline.take(scope, Upload(house.file(SERVERS), source="cmdb", as_of=None))
    empty = {"discovery_flows": {"error_message", "error_phase", "error_details"}, "crewai_flow_state_extensions": {"error_message", "error_phase", "error_details"}, "workflow_states": set(), "data_imports": {"as_of", "undone_at", "undone_by"}, "raw_import_records": set()}  # fmt: skip
    assert {view: always_null(house, scope, view) for view in empty} == empty
    assert always_null(house, scope, "assets") & (OWN | SAID) <= {"os_version"}
    failing = house.scope()
    with house.fault(failing, "asset"):
        house.begin(failing, SERVERS)
    empty = {
        "discovery_flows": {"completed_at"},
        "crewai_flow_state_extensions": {"completed_at"},
        "workflow_states": set(),
    }
    assert {view: always_null(house, failing, view) for view in empty} == empty
    state = house.one(failing, "select phase_state, agent_state from discovery_flows")
    assert state["phase_state"]["asset_inventory"]["error"]["message"]
    assert state["agent_state"]["current_phase"] == "asset_inventory"


def test_the_views_are_what_the_application_may_read(house: House) -> None:
    views = [
        "assets",
        "crewai_flow_state_extensions",
        "data_imports",
        "discovery_flows",
        "raw_import_records",
        "workflow_states",
    ]
    found = house.admin(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v' and has_table_privilege('muster_app', oid, 'select') order by 1"
    )
    assert set(views) <= set(found)
