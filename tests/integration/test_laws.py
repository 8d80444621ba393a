"""The laws of the inventory through the product's own doors, on a real database, over estates whose records collide on purpose.

Laws 3, 5 and 9, what-ifs and the past are in test_laws_of_change.py; law 8, that nobody sees a neighbour, in tests/store/test_tenancy.py.
"""

# ruff: noqa: E501  SQL and tables of cases read better in lines of their own

import asyncio
import csv
import hashlib
import io
import signal
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Muster, _execute, _named
from in_process import Commands, Pipeline, Upload, pipeline_on
from muster.recompute import recompute
from muster.store.packed_frames import unpacked
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

pytestmark = pytest.mark.integration

# One column a list of values that name the same thing, different things, nothing, or nonsense.
SERVERS = {
    "Server Name": ["web01", "WEB01", "web01.corp.example", "web02", "db01", "app-01", "10.0.0.1", ""],
    "Serial Number": ["ABC1234", "abc-1234", "ZZZ9876", "To be filled by O.E.M.", ""],
    "IP Address": ["10.0.0.1", "10.0.0.2", "10.0.0.1; 10.0.0.2", "127.0.0.1", "300.1.1.1", ""],
    "Operating System": ["Windows Server 2012 R2", "Ubuntu 22.04", "rhel 7", ""],
    "Memory (GB)": ["16", "16,5", "n/a", "-5", ""],
    "Environment": ["Production", "PRD", "test", ""],
}
MACHINES = {
    "VM": ["web01", "web02", "db01", "app-01", ""],
    "VM UUID": ["421c7a6b-0102-0304-0506-0708090a0b0c", "11112222-3333-4444-5555-666677778888", "00000000-0000-0000-0000-000000000000", ""],
    "Host": ["esx01", "esx02", ""],
    "OS according to the configuration file": ["Ubuntu Linux (64-bit)", "Microsoft Windows Server 2016 (64-bit)", ""],
    "CPUs": ["2", "4", "two", ""],
    "MAC Address": ["00:50:56:00:00:01", "00-50-56-00-00-02", "00:00:00:00:00:00", ""],
}  # fmt: skip
APPLICATIONS = {
    "Application Name": ["CRM", "crm ", "Billing", "Orders"],
    "Application ID": ["APP-1", "APP-2", ""],
    "Business Owner": ["Ann", "Bob", ""],
    "Criticality": ["High", "3 - low", "?", ""],
    "Depends On": ["web01", "db01; web02", "nowhere", ""],
}
RELATIONS = {
    "Source": ["web01", "web02", "CRM", "db01", "nowhere"],
    "Target": ["db01", "web02", "Billing", "web01"],
    "Relationship Type": ["Depends on", "Runs on", "Hosted on"],
}
SHAPES = (SERVERS, SERVERS, MACHINES, APPLICATIONS, RELATIONS)
PRECEDENCE = {"cmdb": 10, "scan": 100, "sheet": 100}


@dataclass(frozen=True)
class File:
    """A file and what its uploader says about it."""

    content: bytes
    source: str
    as_of: date | None
    rows: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def written(self, folder: Path) -> Upload:
        path = folder / f"{self.sha256[:12]}.csv"
        path.write_bytes(self.content)
        return Upload(path, self.source, PRECEDENCE[self.source], self.as_of)


@dataclass(frozen=True)
class Said:
    """A decision about the record of a file."""

    kind: str
    file: int
    row: int
    body: dict[str, str]


@dataclass(frozen=True)
class Case:
    """Files that are different imports, and decisions in the order they were made."""

    files: Sequence[File]
    decisions: Sequence[Said]


def as_csv(header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode()


@st.composite
def written_files(draw: st.DrawFn) -> File:
    shape = draw(st.sampled_from(SHAPES))
    row = st.tuples(*(st.sampled_from(values) for values in shape.values())).map(list)
    rows = draw(st.lists(row, min_size=1, max_size=12))
    if draw(st.integers(0, 3)) == 0:
        rows.insert(draw(st.integers(0, len(rows))), ["web01", *["surplus"] * len(shape)])
    content = as_csv(list(shape), rows, draw(st.sampled_from(",;")))
    return File(content, draw(st.sampled_from(sorted(PRECEDENCE))), draw(st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)])), len(rows))  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    files = draw(
        st.lists(
            written_files(), min_size=2, max_size=4, unique_by=lambda file: (file.content, file.source, file.as_of)
        )
    )
    bodies = st.sampled_from(
        [("edit", "owner", "Zoe"), ("edit", "name", "renamed"), ("edit", "os_name", "BeOS"), ("exclude", "", "")]
    )
    said = []
    for kind, attribute, value in draw(st.lists(bodies, max_size=3)):
        at = draw(st.integers(0, len(files) - 1))
        body = {"attribute": attribute, "value": value} if attribute else {}
        said.append(Said(kind, at, draw(st.integers(1, files[at].rows)), body))
    return Case(files, said)


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for all examples of this module; each example is an engagement of its own."""
    name = f"laws_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with pipeline_on(_named(server, name), tmp_path_factory.mktemp("laws") / "spool") as pipeline, pipeline.working():
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("estates")


def estate(running: Pipeline) -> Scope:
    """An empty engagement."""
    return running.scope("Laws", uuid.uuid4().hex)


def decide(running: Pipeline, scope: Scope, case: Case, said: Said) -> None:
    record = (case.files[said.file].sha256, "records", said.row)
    running.decide(scope, said.kind, [record], **said.body)


def built(running: Pipeline, folder: Path, case: Case, order: Sequence[int], decided_after: int = 99) -> Scope:
    """An engagement that got the files in this order, one by one, and the decisions after so many of them."""
    scope = estate(running)
    for place, number in enumerate(order):
        if place == decided_after:
            for said in case.decisions:
                decide(running, scope, case, said)
        running.take(scope, case.files[number].written(folder))
    if decided_after >= len(order):
        for said in case.decisions:
            decide(running, scope, case, said)
    assert running.violations(scope) == {}
    return scope


# An example costs seconds, so a failing one is shown as it is instead of being made smaller.
RARE = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    derandomize=True,
)


@settings(RARE, max_examples=5)
@given(cases(), st.data())
def test_law_2_any_order_of_files_and_decisions_gives_one_digest(
    running: Pipeline, folder: Path, case: Case, data: st.DataObject
) -> None:
    order = list(range(len(case.files)))
    shuffled = data.draw(st.permutations(order))
    scope = built(running, folder, case, order)
    other = built(running, folder, case, shuffled, data.draw(st.integers(0, len(order))))
    assert running.digest(scope) == running.digest(other)


@settings(RARE, max_examples=5)
@given(cases(), st.data())
def test_law_1_undoing_any_import_is_as_if_it_had_never_come(
    running: Pipeline, folder: Path, case: Case, data: st.DataObject
) -> None:
    order = list(range(len(case.files)))
    gone = data.draw(st.sampled_from(order))
    scope = built(running, folder, case, order)
    before = running.digest(scope)
    upload = case.files[gone].written(folder)
    import_id = running.begin(scope, upload).import_id
    made = {row["id"]: row["created_at"] for row in running.fetch(scope, "select id, created_at from assets")}
    assert running.undo(scope, import_id)
    left = {row["id"]: row["created_at"] for row in running.fetch(scope, "select id, created_at from assets")}
    assert all(made.get(asset, when) == when and when is not None for asset, when in left.items())
    assert not running.undo(scope, import_id)
    never = built(running, folder, case, [number for number in order if number != gone])
    assert running.digest(scope) == running.digest(never)
    assert running.violations(scope) == {}
    [again] = running.take(scope, upload)
    assert (again.known, running.digest(scope)) == (False, before)


@settings(RARE, max_examples=5)
@given(cases())
def test_files_that_come_at_the_same_time_give_the_digest_of_one_after_the_other(
    running: Pipeline, folder: Path, case: Case
) -> None:
    at_once = estate(running)
    running.take(at_once, *(file.written(folder) for file in case.files))
    for said in case.decisions:
        decide(running, at_once, case, said)
    one_by_one = built(running, folder, case, range(len(case.files)))
    assert running.digest(at_once) == running.digest(one_by_one)
    assert running.violations(at_once) == {}


LINKS = "select record_id, asset_id, disposition, rule, score from asset_link order by record_id"
HEARD = """select block_id, 'statements' as part, statements as kept from statement_block
  union all select block_id, 'said', said from evidence_block
  union all select block_id, 'names', names from evidence_block where names is not null"""


@settings(RARE, max_examples=5)
@given(cases(), st.data())
def test_what_was_computed_step_by_step_is_what_is_computed_at_once(
    running: Pipeline, folder: Path, case: Case, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(case.files))))
    scope = built(running, folder, case, order, data.draw(st.integers(0, len(order))))
    for number in data.draw(st.lists(st.sampled_from(order), max_size=2, unique=True)):
        running.undo(scope, running.begin(scope, case.files[number].written(folder)).import_id)

    def seen() -> tuple[str, list[Any]]:
        return running.digest(scope), running.fetch(scope, LINKS)

    def heard() -> dict[tuple[int, str], Any]:
        rows = running.fetch(scope, HEARD)
        return {(row["block_id"], row["part"]): unpacked(row["kept"]).to_dicts() for row in rows}

    async def from_nothing(tx: Tx) -> None:
        for table in ("statement_block", "evidence_block"):
            await tx.execute(f"delete from {table} where engagement_id = $1", scope.engagement_id)
        await tx.execute("update inventory_state set rules = null where engagement_id = $1", scope.engagement_id)
        await recompute(tx, scope)

    step_by_step, while_cleansed = seen(), heard()
    running.inside(scope, from_nothing)
    assert seen() == step_by_step
    read_again = heard()
    assert read_again == {key: while_cleansed[key] for key in read_again}
    assert {key for key in read_again if key[1] == "statements"}


TABLES = """select relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'engagement_id'
  where c.relnamespace = 'public'::regnamespace and relkind = 'r' order by 1"""
STAMPS = """select count(*), max(updated_at) as assets, (select max(linked_at) from asset_link where engagement_id = $1) as links,
    (select max(updated_at) from flow where engagement_id = $1) as flows from asset where engagement_id = $1"""


@settings(RARE, max_examples=5)
@given(cases())
def test_law_6_the_same_files_again_write_nothing_at_all(running: Pipeline, folder: Path, case: Case) -> None:
    scope = built(running, folder, case, range(len(case.files)))
    tables = [row["relname"] for row in running.fetch(scope, TABLES)]

    def seen() -> tuple[Any, ...]:
        rows = [running.fetch(scope, f"select count(*) as n from {table}")[0]["n"] for table in tables]
        return running.digest(scope), rows, running.fetch(scope, STAMPS, scope.engagement_id)

    before = seen()
    again = running.take(scope, *(file.written(folder) for file in case.files))
    assert (all(each.known for each in again), seen()) == (True, before)


RECORDS = """select data_import_id, count(*) as records, count(*) filter (where is_processed) as processed,
    count(*) filter (where disposition in ('created', 'merged', 'unchanged') and asset_id is not null
      or disposition in ('rejected', 'excluded') and asset_id is null) as disposed,
    count(distinct id) as different, count(distinct (table_name, row_number)) as placed,
    count(*) filter (where is_valid = (cleansed_data is null)) as unclear
  from raw_import_records group by 1"""


@settings(RARE, max_examples=4)
@given(cases())
def test_law_4_every_record_has_exactly_one_disposition(running: Pipeline, folder: Path, case: Case) -> None:
    scope = built(running, folder, case, range(len(case.files)))
    told = {row.pop("data_import_id"): row for row in running.fetch(scope, RECORDS)}
    for file in case.files:
        import_id = running.begin(scope, file.written(folder)).import_id
        n = file.content.count(b"\n") - 1 - blank(file)
        wanted = {"records": n, "processed": n, "disposed": n, "different": n, "placed": n, "unclear": 0}
        assert told[import_id] == wanted
    created = running.fetch(scope, "select count(*) as n from asset_link where disposition = 'created'")
    assert created == running.fetch(scope, "select count(*) as n from asset")


def blank(file: File) -> int:
    """Rows without any value: they are no records."""
    return sum(not line.strip(b',;"') for line in file.content.splitlines())


# The same through the command line; where a process matters, a process per command is the price.

ESTATE = {
    "servers.csv": (list(SERVERS), [["web01", "ABC1234", "10.0.0.1", "rhel 7", "16", "PRD"], ["db01", "ZZZ9876", "10.0.0.2", "", "n/a", "test"]]),
    "scan.csv": (list(SERVERS), [["WEB01", "abc-1234", "10.0.0.9", "Ubuntu 22.04", "32", ""], ["app-01", "", "10.0.0.3", "", "", ""]]),
    "links.csv": (list(RELATIONS), [["web01", "db01", "Depends on"], ["app-01", "web01", "Depends on"]]),
}  # fmt: skip


@pytest.fixture
def estate_files(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / name for name in ESTATE}
    for name, path in paths.items():
        path.write_bytes(as_csv(*ESTATE[name]))
    return paths


def test_undo_and_order_hold_for_the_commands(url: str, tmp_path: Path, estate_files: dict[str, Path]) -> None:
    servers, scan, links = estate_files.values()
    muster = Commands(url, tmp_path / "home")
    other = muster.as_tenant("Acme", "The other way round")
    first = muster.json("run", servers, scan, links)
    second = other.json("run", links, scan, servers)
    assert first["digest"] == second["digest"]
    assert (first["assets"], first["dependencies"]) == (second["assets"], second["dependencies"])
    undone = muster.json("import", "undo", first["imports"][1]["import_id"])
    assert muster.json("import", "undo", first["imports"][1]["import_id"], code=1)["undone"] is False
    without = muster.as_tenant("Acme", "Never scanned")
    never = without.json("run", servers, links)
    assert undone["digest"] == never["digest"] == muster.json("digest")["digest"] != first["digest"]
    assert muster.json("validate", "all")["violations"] == 0


def test_the_same_command_twice_says_that_every_record_is_unchanged(
    muster: Muster, estate_files: dict[str, Path]
) -> None:
    def told(result: Any) -> list[tuple[str, int, dict[str, int]]]:
        return [
            (entry["import_id"], table["records"], table["dispositions"])
            for entry in result["imports"]
            for table in entry["tables"]
        ]

    first, second = (muster.json("run", *estate_files.values()) for _ in range(2))
    nothing = dict.fromkeys(("created", "merged", "unchanged", "rejected", "excluded"), 0)
    assert second["digest"] == first["digest"]
    assert told(second) == [(number, records, nothing | {"unchanged": records}) for number, records, _ in told(first)]
    assert [sum(counts.values()) for _, _, counts in told(first)] == [records for _, records, _ in told(first)]


async def reached(url: str, phase: str) -> bool:
    """True once some flow of the database is in this phase or past it."""
    connection = await asyncpg.connect(url)
    try:
        sql = """select exists (select 1 from flow join flow_node n on n.name = current_phase
            where n.ordinal >= (select ordinal from flow_node where name = $1))"""
        return bool(await connection.fetchval(sql, phase))
    finally:
        await connection.close()


def test_law_7_a_run_killed_in_the_middle_is_resumed_by_the_same_command(muster: Muster, tmp_path: Path) -> None:
    header = list(SERVERS)
    rows = [[f"srv{n:05}", f"SN{n:06}", f"10.{n >> 8}.{n & 255}.7", "rhel 7", str(n % 64), "PRD"] for n in range(4000)]
    path = tmp_path / "many.csv"
    path.write_bytes(as_csv(header, rows))
    for phase in ("data_import", "asset_inventory"):
        process = muster.start("run", path, "--format", "json")
        while process.poll() is None and not asyncio.run(reached(muster.url, phase)):
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    resumed = muster.json("run", path)
    [entry] = resumed["imports"]
    assert (entry["status"], entry["tables"][0]["dispositions"]["created"], resumed["assets"]["total"]) == (
        "completed",
        4000,
        4000,
    )
    uncut = muster.as_tenant("Acme", "Uncut").json("run", path)
    assert resumed["digest"] == uncut["digest"]
    assert muster.json("validate", "all")["violations"] == 0
