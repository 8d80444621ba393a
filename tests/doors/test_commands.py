"""What every command says to programs: the JSON shapes, exit codes and messages that scripts rely on."""

# ruff: noqa: E501  SQL and tables of cases read better in lines of their own

import asyncio
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from conftest import Muster, _execute, _named
from in_process import Commands

SERVERS = """Server Name,Serial Number,IP Address,Operating System,Memory (GB),Environment
web01,ABC1234,10.0.0.1,Windows Server 2008 R2,much,PRD
db01,ABC1235,10.0.0.2,Red Hat Enterprise Linux 6,64,test
db02,ABC1236,10.0.0.3,rhel 7,64
"""
SCAN = """Hostname,Serial Number,IP Address,Operating System
web01,ABC1234,10.0.0.1,Windows Server 2012 R2
"""
LINKS = """Source,Target,Relationship Type
web01,db01,Depends on
"""
# What a program may count on; more keys are welcome. A list stands for a list of such things, a type for a value.
NUMBER = (int, float)
RUN = {
    "client": str, "engagement": str, "digest": str,
    "imports": [{
        "file": str, "import_id": str, "flow_id": str, "status": str,
        "phases": {phase: {"state": str, "seconds": NUMBER} for phase in ("data_import", "field_mapping", "data_cleansing", "asset_inventory", "dependency_analysis", "tech_debt_assessment")},
        "tables": [{
            "name": str, "format": str, "encoding": str, "delimiter": str, "header_row": int, "record_kind": str, "records": int,
            "dispositions": dict.fromkeys(("created", "merged", "unchanged", "rejected", "excluded"), int),
            "mappings": [{"source": str, "target": str, "score": NUMBER, "unit": (str, type(None))}],
            "issues": int,
        }],
    }],
    "refused": [{"file": str, "code": str, "message": str, "hint": str}],
    "assets": {"total": int, "by_type": {"server": int}},
    "dependencies": {"edges": int, "groups": int},
    "tech_debt": {"findings": int, "by_severity": {"critical": int}},
}  # fmt: skip
INSPECT = {
    "tables": [{
        "name": str, "encoding": str, "delimiter": str, "header_row": int, "records": int,
        "columns": [{"position": int, "source": str, "target": (str, type(None)), "score": NUMBER, "accept": str, "reason": str, "unit": (str, type(None))}],
    }],
}  # fmt: skip


def amiss(wanted: Any, found: Any, at: str = "$") -> list[str]:
    """Every place where `found` is not of the wanted shape."""
    if isinstance(wanted, dict):
        if not isinstance(found, dict):
            return [f"{at} is no object"]
        return [
            place
            for key, inner in wanted.items()
            for place in (amiss(inner, found[key], f"{at}.{key}") if key in found else [f"{at}.{key} is missing"])
        ]
    if isinstance(wanted, list):
        if not isinstance(found, list) or not found:
            return [f"{at} is no list with entries"]
        return [place for number, entry in enumerate(found) for place in amiss(wanted[0], entry, f"{at}[{number}]")]
    return [] if isinstance(found, wanted) else [f"{at} is {found!r}"]


@dataclass(frozen=True)
class Done:
    """An engagement after one run of three files, one of them missing."""

    commands: Commands
    files: dict[str, Path]
    result: Any

    @property
    def flow(self) -> str:
        return str(self.result["imports"][0]["flow_id"])

    @property
    def import_id(self) -> str:
        return str(self.result["imports"][0]["import_id"])


@pytest.fixture(scope="module")
def url_of_module(server: str, template: str) -> Iterator[str]:
    name = f"doors_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="module")
def done(url_of_module: str, tmp_path_factory: pytest.TempPathFactory) -> Done:
    home = tmp_path_factory.mktemp("doors")
    files = {name: home / name for name in ("servers.csv", "scan.csv", "links.csv")}
    for path, text in zip(files.values(), (SERVERS, SCAN, LINKS), strict=True):
        path.write_text(text)
    commands = Commands(url_of_module, home)
    first = commands.json("run", files["servers.csv"], files["links.csv"], home / "gone.csv", code=1)
    return Done(commands, files, first)


# Shapes.


def test_run_tells_all_that_the_contract_says(done: Done) -> None:
    assert amiss(RUN, done.result) == []
    assert (len(done.result["digest"]), done.result["client"], done.result["engagement"]) == (
        64,
        "Acme",
        "Datacentre exit",
    )


def test_run_counts_every_record_of_a_table_once(done: Done) -> None:
    [servers], [links] = (entry["tables"] for entry in done.result["imports"])
    assert (servers["records"], servers["dispositions"]) == (
        3,
        {"created": 2, "merged": 0, "unchanged": 0, "rejected": 1, "excluded": 0},
    )
    assert (links["records"], sum(links["dispositions"].values()), links["record_kind"]) == (1, 1, "relation")
    assert done.result["assets"] == {"total": 2, "by_type": {"server": 2}}
    assert (done.result["dependencies"]["edges"], done.result["dependencies"]["groups"]) == (1, 1)
    assert sum(done.result["tech_debt"]["by_severity"].values()) == done.result["tech_debt"]["findings"] > 0


def test_run_refuses_a_missing_file_and_takes_the_others(done: Done) -> None:
    [refused] = done.result["refused"]
    assert (refused["code"], Path(refused["file"]).name) == ("file_missing", "gone.csv")
    assert [entry["status"] for entry in done.result["imports"]] == ["completed", "completed"]


def test_inspect_tells_what_the_contract_says_and_stores_nothing(done: Done) -> None:
    before = done.commands.json("import", "list")
    found = done.commands.json("inspect", done.files["servers.csv"])
    assert amiss(INSPECT, found) == []
    [table] = found["tables"]
    assert [column["target"] for column in table["columns"]] == [
        "name",
        "serial_number",
        "ip_address",
        "os_name",
        "memory_mb",
        "environment",
    ]
    assert {column["accept"] for column in table["columns"]} <= {"auto", "ask"}
    assert done.commands.json("import", "list") == before


def test_flow_list_and_show_tell_where_a_flow_is(done: Done) -> None:
    listed = {flow["flow_id"]: flow for flow in done.commands.json("flow", "list")}
    row = {
        "flow_id": str,
        "import_id": str,
        "file": str,
        "status": str,
        "current_phase": str,
        "progress_percentage": NUMBER,
    }
    assert amiss([row], list(listed.values())) == []
    shown = done.commands.json("flow", "show", done.flow)
    shape = {"flow_id": str, "import_id": str, "status": str, "current_phase": str, "progress_percentage": NUMBER, "flags": {"data_import_completed": bool}, "state_data": dict, "phases": [{"phase": str, "state": str, "attempt": int}], "history": [{"id": int, "at": str, "actor": str}]}  # fmt: skip
    assert amiss(shape, shown) == []
    assert (shown["import_id"], shown["status"], shown["progress_percentage"], len(shown["phases"])) == (
        done.import_id,
        "completed",
        100.0,
        6,
    )
    assert set(shown["flags"].values()) == {True}
    assert listed[done.flow]["status"] == "completed"


def test_flow_watch_ends_with_the_flow(done: Done) -> None:
    said = done.commands.call("flow", "watch", done.flow, "--format", "json")
    assert (said.code, '"completed"' in said.out) == (0, True)


def test_import_list_tells_what_came(done: Done) -> None:
    rows = done.commands.json("import", "list")
    row = {
        "import_id": str,
        "flow_id": str,
        "file": str,
        "status": str,
        "source": str,
        "as_of": (str, type(None)),
        "records": int,
        "file_sha256": str,
    }
    assert amiss([row], rows) == []
    assert [(row["file"], row["records"]) for row in rows[:2]] == [("servers.csv", 3), ("links.csv", 1)]


def test_asset_list_filters_and_pages(done: Done) -> None:
    rows = done.commands.json("asset", "list")
    assert amiss([{"asset_id": str, "name": str, "asset_type": str}], rows) == []
    assert [row["name"] for row in rows] == ["db01", "web01"]
    page = done.commands.json("asset", "list", "--limit", 1)
    assert [
        row["name"] for row in page + done.commands.json("asset", "list", "--limit", 1, "--after", page[0]["asset_id"])
    ] == ["db01", "web01"]
    assert [row["name"] for row in done.commands.json("asset", "list", "--where", "environment=production")] == [
        "web01"
    ]
    assert [row["name"] for row in done.commands.json("asset", "list", "--where", "name=DB")] == ["db01"]


def test_asset_show_tells_the_records_it_was_made_of(done: Done) -> None:
    by_name = done.commands.json("asset", "show", "web01")
    assert by_name == done.commands.json("asset", "show", by_name["id"])
    [record] = by_name["records"]
    shape = {
        "file": str,
        "sheet": str,
        "row_number": int,
        "file_row": int,
        "disposition": str,
        "rule": str,
        "score": NUMBER,
        "raw": dict,
        "mapping_version": int,
        "mapping_sha256": str,
    }
    assert amiss(shape, record) == []
    assert (record["file"], record["row_number"], record["file_row"], record["raw"]["Memory (GB)"]) == (
        "servers.csv",
        1,
        2,
        "much",
    )


def test_why_replays_a_value_to_its_cell(done: Done) -> None:
    told = done.commands.json("why", "db01", "environment")
    claim = {
        "file": str,
        "sheet": str,
        "row_number": int,
        "file_row": int,
        "column": str,
        "raw": dict,
        "value": str,
        "standing": str,
        "reason": str,
    }
    assert amiss({"asset": str, "attribute": str, "value": str, "reason": str, "claims": [claim]}, told) == []
    [won] = told["claims"]
    assert (won["file"], won["file_row"], won["column"], won["raw"], told["value"]) == (
        "servers.csv",
        3,
        "Environment",
        {"Environment": "test"},
        "test",
    )


def test_digest_validate_doctor_and_url(done: Done, url_of_module: str) -> None:
    commands = done.commands
    assert commands.json("digest")["digest"] == done.result["digest"]
    told = commands.json("validate", "all")
    assert (told.pop("violations"), told.pop("waiting")) == (0, 0)
    assert set(told) == {"relationships", "lineage", "audit"}
    assert {count for rules in told.values() for count in rules.values()} == {0}
    assert list(commands.json("validate", "lineage")) == ["violations", "lineage", "waiting"]
    assert commands.json("validate", "--all") == commands.json("validate")
    healthy = commands.json("doctor")
    assert amiss({"healthy": bool, "checks": [{"what": str, "ok": bool}]}, healthy) == []
    assert healthy["healthy"]
    assert commands.json("db", "url")["url"].startswith(url_of_module)


def test_the_url_of_a_tenant_shows_that_tenants_rows_and_no_others(done: Done) -> None:
    async def seen(address: str) -> list[tuple[str, int]]:
        connection = await asyncpg.connect(address)
        try:
            return [
                tuple(row)
                for row in await connection.fetch("select current_user::text, (select count(*) from data_imports)")
            ]
        finally:
            await connection.close()

    done.commands.as_tenant("Rival", "Other").call("run", done.files["scan.csv"])
    mine = done.commands.json("db", "url")["url"]
    other = done.commands.as_tenant("Rival", "Other").json("db", "url")["url"]
    imports = len(done.commands.json("import", "list"))
    assert [asyncio.run(seen(address)) for address in (mine, other)] == [[("muster_app", imports)], [("muster_app", 1)]]


def test_undo_tells_the_digest_and_a_second_undo_is_refused(done: Done) -> None:
    commands = done.commands.as_tenant("Acme", "For undo")
    before = commands.json("run", done.files["servers.csv"])["digest"]
    entry = commands.json("run", done.files["scan.csv"], "--source", "scan", "--as-of", "2026-03-01")["imports"][0]
    undone = commands.json("import", "undo", entry["import_id"], "--reason", "wrong estate")
    assert undone == {"import_id": entry["import_id"], "undone": True, "digest": before}
    assert commands.json("import", "undo", entry["import_id"], code=1)["undone"] is False
    assert [row["status"] for row in commands.json("import", "list")] == ["completed", "undone"]


# Waiting for a person.


def test_approve_stop_waits_and_flow_approve_goes_on(done: Done) -> None:
    commands = done.commands.as_tenant("Acme", "Asked first")
    path = done.files["servers.csv"]
    [waiting] = commands.json("run", path, "--approve", "stop", code=1)["imports"]
    assert (waiting["status"], waiting["phases"]["field_mapping"]["state"]) == ("waiting_for_approval", "running")
    assert waiting["phases"]["data_cleansing"]["state"] == "pending"
    assert commands.json("run", path, "--approve", "stop", code=1)["imports"][0]["flow_id"] == waiting["flow_id"]
    approved = commands.json("flow", "approve", waiting["flow_id"])
    assert (approved["status"], approved["changed"]) == ("running", True)
    assert commands.json("flow", "approve", waiting["flow_id"], code=1)["changed"] is False
    [through] = commands.json("run", path)["imports"]
    assert (through["status"], through["import_id"]) == ("completed", waiting["import_id"])


def test_approve_ask_without_a_terminal_waits_and_says_how_to_go_on(done: Done) -> None:
    commands = done.commands.as_tenant("Acme", "Asked on no terminal")
    said = commands.call("run", done.files["servers.csv"], "--approve", "ask", "--format", "json")
    [entry] = json.loads(said.out)["imports"]
    assert (said.code, entry["status"]) == (1, "waiting_for_approval")
    assert "muster flow approve" in said.err


def test_a_flow_can_be_paused_resumed_and_cancelled(done: Done) -> None:
    commands = done.commands.as_tenant("Acme", "Steered")
    [entry] = commands.json("run", done.files["servers.csv"], "--approve", "stop", code=1)["imports"]
    told = [
        commands.json("flow", verb, entry["flow_id"], code=code)["status"]
        for verb, code in (("pause", 0), ("pause", 1), ("resume", 0), ("cancel", 0), ("cancel", 1))
    ]
    assert told == ["paused", "paused", "waiting_for_approval", "cancelled", "cancelled"]


# Exit codes and messages.


NOWHERE = "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (["flow", "show", NOWHERE], 2, "flow_not_found"),
        (["flow", "approve", NOWHERE], 2, "flow_not_found"),
        (["flow", "restart", NOWHERE, "--from", "asset_inventory"], 2, "flow_not_found"),
        (["import", "undo", NOWHERE], 2, "import_not_found"),
        (["asset", "show", "nobody"], 2, "asset_not_found"),
        (["why", "nobody", "name"], 2, "asset_not_found"),
        (["why", "web01", "shoe_size"], 2, "usage"),
        (["asset", "list", "--where", "shoe_size=9"], 2, "usage"),
        (["asset", "list", "--limit", "0"], 2, "usage"),
        (["policy", "set", "cmdb", "retire"], 2, "usage"),
        (["digest", "--at", "2999-01-01"], 2, "usage"),
        (["digest", "--client", "Nobody"], 2, "tenant_missing"),
        (["inspect", "/nowhere/at/all.csv"], 2, "file_missing"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else None,
)
def test_a_wrong_question_is_answered_with_what_to_do(done: Done, words: list[str], code: int, word: str) -> None:
    said = done.commands.call(*words, "--format", "json")
    error = json.loads(said.out)["error"]
    assert (said.code, error["code"]) == (code, word)
    assert error["message"] in said.err.replace("\n", " ").replace("  ", " ") or len(error["message"]) > 60
    assert error["hint"]


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["run"],
        ["run", "x.csv", "--nope"],
        ["run", "x.csv", "--as-of", "yesterday"],
        ["run", "x.csv", "--approve", "perhaps"],
        ["run", "x.csv", "--precedence", "first"],
        ["flow", "show", "no-uuid"],
        ["flow", "bogus"],
        ["validate", "nonsense"],
        ["digest", "--format", "yaml"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_a_usage_error(done: Done, words: list[str]) -> None:
    said = done.commands.call(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err


def test_a_tenant_must_be_named(done: Done) -> None:
    said = done.commands.call("digest", "--format", "json", MUSTER_CLIENT="", MUSTER_ENGAGEMENT="")
    assert (said.code, json.loads(said.out)["error"]["code"]) == (2, "tenant_missing")
    assert "--client" in said.err


def test_wrong_settings_are_named(done: Done) -> None:
    said = done.commands.call("digest", "--format", "json", MUSTER_WORKERS="many")
    assert (said.code, "MUSTER_WORKERS" in said.err) == (2, True)


def test_an_attribute_that_no_record_states_says_so(done: Done) -> None:
    told = done.commands.json("why", "web01", "memory_mb")
    assert told["value"] is None


# The same as processes: what a shell sees.


def test_json_is_alone_on_stdout_and_messages_are_on_stderr(done: Done, muster: Muster) -> None:
    process = muster.call("run", done.files["servers.csv"], "/nowhere.csv", "--format", "json", code=1)
    assert json.loads(process.stdout)["refused"][0]["code"] == "file_missing"
    table = muster.call("run", done.files["servers.csv"], COLUMNS="200")
    assert "servers.csv" in table.stdout
    assert "Digest: " in table.stdout


def test_a_database_that_is_not_there_is_exit_3(done: Done, muster: Muster) -> None:
    process = muster.call(
        "digest", "--format", "json", code=3, MUSTER_DATABASE_URL="postgresql://nobody@/nothing?host=/nowhere/at/all"
    )
    assert json.loads(process.stdout)["error"]["code"] == "store_unavailable"
    assert "Traceback" not in process.stderr


@pytest.mark.parametrize(
    "words", [[], ["flow"], ["import"], ["asset"], ["db"]], ids=lambda words: " ".join(words) or "muster"
)
def test_help_names_the_commands(done: Done, words: list[str]) -> None:
    said = done.commands.call(*words, "--help")
    assert (said.code, "Traceback" in said.err) == (0, False)
    wanted = {"": ["run", "inspect", "flow", "import", "asset", "why", "validate", "digest", "worker", "doctor", "db"], "flow": ["list", "show", "watch", "pause", "resume", "retry", "cancel", "restart", "approve"], "import": ["list", "undo"], "asset": ["list", "show"], "db": ["upgrade", "downgrade", "url", "stop"]}  # fmt: skip
    assert [word for word in wanted[" ".join(words)] if word not in said.out] == []


def test_who_has_read_enough_ends_a_command_without_a_complaint() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    told = "from muster.cli.output import write_json; write_json('x' * 200_000)"
    said = subprocess.run([sys.executable, "-c", told], stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert said.stderr == ""


def test_tables_show_texts_as_they_are(done: Done, tmp_path: Path) -> None:
    (tmp_path / "brackets.csv").write_text(
        "Server Name,Owner,MAC\nsrv[/red]01,[bold]Ann,00:50:56:AB:00:01\ndb01,Bob [x],00:50:56:CD:00:02\n"
    )
    own = done.commands.as_tenant("Brackets", "Exit")
    assert own.call("run", tmp_path / "brackets.csv").code == 0
    said = own.call("asset", "list")
    assert (said.code, "srv[/red]01" in said.out) == (0, True)
    assert "[bold]Ann" in own.call("inspect", tmp_path / "brackets.csv").out
    assert "00:50:56:ab:00:01" in own.call("asset", "show", "srv[/red]01").out


def test_a_table_shows_its_first_thousand_lines_and_says_so(done: Done, tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("Server,OS\n" + "".join(f"web{number},RHEL 6\n" for number in range(1100)))
    own = done.commands.as_tenant("Many", "Exit")
    own.json("run", tmp_path / "many.csv")
    found = own.json("debt", "list")
    assert len(found) > 1000
    assert f"These are the first 1,000 of {len(found):,}" in own.call("debt", "list").err
