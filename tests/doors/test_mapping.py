"""What a person says about the columns of an import: at the gate, after the end, by two at once, and what follows."""

# ruff: noqa: E501  tables of cases read better in lines of their own

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import Muster, _execute, _named
from in_process import Commands
from muster.plan_names import create_assets_from_discovery_no_commit
from muster.store import tenants
from muster.store.transaction import Database

SERVERS = """Server Name,Serial Number,IP Address,Operating System,Memory (GB),Environment,Gruppe
web01,ABC1234,10.0.0.1,Windows Server 2008 R2,16,PRD,alpha
db01,ABC1235,10.0.0.2,Red Hat Enterprise Linux 6,64,test,beta
db02,ABC1236,10.0.0.3,rhel 7,64,,beta
"""
NAMELESS = """Gruppe,Colour,Environment
alpha,red,PRD
beta,blue,test
"""


@pytest.fixture(scope="module")
def url_of_module(server: str, template: str) -> Iterator[str]:
    name = f"mapping_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture
def muster(url_of_module: str, tmp_path: Path) -> Commands:
    """A client and an engagement of this test's own."""
    return Commands(url_of_module, tmp_path / "home", client=uuid.uuid4().hex, engagement="Datacentre exit")


def written(folder: Path, text: str = SERVERS, name: str = "servers.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def finished(muster: Commands, folder: Path, text: str = SERVERS) -> str:
    """The digest of an engagement after one run that asked nobody."""
    return str(muster.json("run", written(folder, text))["digest"])


def column(muster: Commands, source: str, *words: str) -> dict[str, Any]:
    """One column of servers.csv as it stands."""
    [table] = muster.json("mapping", "show", "servers.csv", *words)["tables"]
    [found] = [one for one in table["columns"] if one["source"] == source]
    return dict(found)


def attribute(muster: Commands, name: str, of: str = "web01") -> object:
    return muster.json("asset", "show", of).get(name)


# What is shown.


def test_a_mapping_is_shown_with_scores_reasons_samples_and_real_rows(muster: Commands, tmp_path: Path) -> None:
    finished(muster, tmp_path)
    [table] = muster.json("mapping", "show", "servers.csv", "--samples")["tables"]
    shown = {one["source"]: (one["target"], one["accepted"], one["unit"]) for one in table["columns"]}
    assert (table["version"], table["accepted"], table["author"], table["unmet"]) == (1, True, "muster", [])
    assert (shown["Memory (GB)"], shown["Gruppe"]) == (("memory_mb", True, "GB"), (None, False, None))
    assert all(one["reason"] and 0 <= one["score"] <= 1 for one in table["columns"])
    assert table["columns"][0]["samples"] == ["web01", "db01", "db02"]
    assert [row["1"] for row in table["rows"]] == ["web01", "db01", "db02"]
    people = [muster.call("mapping", "show", "servers.csv", *more) for more in ((), ("--samples",))]
    assert [(said.code, "Server Name" in said.out, "web01" in said.out) for said in people] == [(0, True, True)] * 2


@pytest.mark.parametrize(
    ("wanted", "code"), [("id", 0), ("prefix", 0), ("servers.csv", 0), ("other.csv", 2), ("", 2), ("zz", 2)]
)
def test_an_import_is_named_by_id_beginning_of_id_or_file(
    muster: Commands, tmp_path: Path, wanted: str, code: int
) -> None:
    finished(muster, tmp_path)
    number = muster.json("import", "list")[0]["import_id"]
    word = {"id": number, "prefix": number[:13]}.get(wanted, wanted)
    assert muster.call("mapping", "show", word, "--format", "json").code == code


def test_a_file_name_of_two_imports_is_refused_with_their_ids_until_one_is_undone(
    muster: Commands, tmp_path: Path
) -> None:
    for as_of in ("2026-01-01", "2026-02-01"):
        muster.json("run", written(tmp_path), "--as-of", as_of)
    ids = [row["import_id"] for row in muster.json("import", "list")]
    refused = muster.json("mapping", "show", "servers.csv", code=2)["error"]
    assert (refused["code"], all(number in refused["hint"] for number in ids)) == ("import_not_found", True)
    muster.json("import", "undo", ids[0])
    assert muster.json("mapping", "show", "servers.csv")["import_id"] == ids[1]


# At the gate.


def test_mapping_completion_waits_for_a_person_and_takes_the_choices_with_the_suggestions(
    muster: Commands, tmp_path: Path
) -> None:
    file = written(tmp_path)
    assert muster.json("run", file, "--approve", "stop", code=1)["imports"][0]["status"] == "waiting_for_approval"
    said = ["--author", "Ann", "--reason", "they told me"]
    muster.json("mapping", "set", "servers.csv", "Gruppe", "support_group", *said)
    muster.json("mapping", "set", "servers.csv", "serial number", "none", *said)
    approved = muster.json("mapping", "approve", "servers.csv", "--author", "Bob", "--reason", "looks right")
    assert approved["status"] == "running"
    assert muster.json("run", file)["imports"][0]["status"] == "completed"
    found = muster.json("asset", "show", "web01")
    assert (found["support_group"], found["os_name"], found.get("serial_number")) == (
        "alpha",
        "Windows Server 2008 R2",
        None,
    )
    shown = column(muster, "Gruppe")
    assert (shown["decision"]["author"], shown["decision"]["reason"], shown["origin"]) == (
        "Ann",
        "they told me",
        "person",
    )
    [table] = muster.json("mapping", "show", "servers.csv")["tables"]
    assert (table["author"], table["reason"], table["accepted"]) == ("Bob", "looks right", True)


def test_flow_approve_records_the_person_and_completes_the_mapping(muster: Commands, tmp_path: Path) -> None:
    result = muster.json("run", written(tmp_path), "--approve", "stop", code=1)
    flow = result["imports"][0]["flow_id"]
    muster.json("flow", "approve", flow, "--author", "Ann", "--reason", "fine")
    muster.json("run", tmp_path / "servers.csv")
    [table] = muster.json("mapping", "show", "servers.csv")["tables"]
    assert (table["author"], table["reason"], table["version"]) == ("Ann", "fine", 2)
    assert {row["author"] for row in muster.json("mapping", "memory", "list")} == {"Ann"}


def test_only_scores_above_are_accepted_and_the_rest_is_listed(muster: Commands, tmp_path: Path) -> None:
    muster.json("run", written(tmp_path), "--approve", "stop", code=1)
    scores = {
        one["source"]: one["score"]
        for one in muster.json("mapping", "show", "servers.csv")["tables"][0]["columns"]
        if one["target"]
    }
    most = max(scores.values())
    told = muster.json("mapping", "approve", "servers.csv", "--above", str(most), "--waive")
    below = {one["source"] for one in told["tables"][0]["below"]}
    assert below == {source for source, score in scores.items() if score < most}
    accepted = {one["source"] for one in told["tables"][0]["columns"] if one["accepted"]}
    assert (accepted, most in scores.values()) == (set(scores) - below, True)


def test_tables_are_approved_one_by_one_and_the_flow_goes_on_with_the_last(muster: Commands, tmp_path: Path) -> None:
    lines = [
        {
            "servers": [{"Server Name": "web01", "Operating System": "rhel 7"}],
            "applications": [{"Application Name": "CRM", "Criticality": "high"}],
        }
    ]
    file = tmp_path / "both.json"
    file.write_text(json.dumps(lines[0]))
    muster.json("run", file, "--approve", "stop", code=1)
    tables = [str(table["table_no"]) for table in muster.json("mapping", "show", "both.json")["tables"]]
    assert len(tables) == 2
    states = [muster.json("mapping", "approve", "both.json", "--table", number)["status"] for number in tables]
    assert states == ["waiting_for_approval", "running"]
    refused = muster.json("mapping", "approve", "both.json", "--table", "9", code=2)
    assert refused["error"]["code"] == "column_not_found"


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (["mapping", "set", "servers.csv", "Gruppe", "ownr"], 2, "usage"),
        (["mapping", "set", "servers.csv", "Nowhere", "owner"], 2, "column_not_found"),
        (["mapping", "set", "servers.csv", "Memory (GB)", "memory_mb", "--unit", "apples"], 2, "usage"),
        (["mapping", "set", "servers.csv", "Gruppe", "owner", "--unit", "GB"], 2, "usage"),
        (["mapping", "set", "servers.csv", "Gruppe", "custom.nothing"], 2, "usage"),
        (["mapping", "approve", "servers.csv", "--above", "7"], 2, "usage"),
        (["mapping", "approve", "servers.csv", "--table", "x"], 2, "column_not_found"),
        (["mapping", "profile", "apply", "nothing", "servers.csv"], 2, "not_remembered"),
        (["mapping", "memory", "revoke", "77777"], 2, "not_remembered"),
    ],
    ids=lambda value: " ".join(value[1:4]) if isinstance(value, list) else str(value),
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    muster: Commands, tmp_path: Path, words: list[str], code: int, error: str
) -> None:
    digest = finished(muster, tmp_path)
    before = muster.json("mapping", "show", "servers.csv")
    assert muster.json(*words, code=code)["error"]["code"] == error
    assert (muster.json("mapping", "show", "servers.csv"), muster.json("digest")["digest"]) == (before, digest)


def test_a_misspelt_attribute_is_answered_with_those_spelled_like_it(muster: Commands, tmp_path: Path) -> None:
    finished(muster, tmp_path)
    refused = muster.json("mapping", "set", "servers.csv", "Gruppe", "suport group", code=2)
    assert "support_group" in refused["error"]["message"]


# Criteria.


def test_mapping_completion_is_refused_while_a_required_target_is_missing(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path)
    wanted = ["--require", "criticality", "--require", "server:owner|support_group"]
    result = muster.json("run", file, "--approve", "stop", *wanted, code=1)
    shown = muster.json("mapping", "show", "servers.csv")
    missing = ["criticality is missing in records (server)", "owner (or support_group) is missing in records (server)"]
    assert shown["unmet"] == missing
    refused = muster.json("mapping", "approve", "servers.csv", code=1)["error"]
    assert (refused["code"], all(one in refused["message"] for one in missing)) == ("criteria_unmet", True)
    flow = result["imports"][0]["flow_id"]
    muster.json("flow", "approve", flow)  # the gate itself refuses, too, whoever opens it
    assert muster.json("run", file, "--approve", "stop", code=1)["imports"][0]["status"] == "waiting_for_approval"
    [run] = [run for run in muster.json("flow", "show", flow)["phases"] if run["phase"] == "field_mapping"]
    assert all(one in run["cursor"]["gate"] for one in missing)
    assert run["cursor"]["gate"] in " ".join(muster.call("flow", "show", flow).out.split())
    assert muster.json("flow", "show", flow)["flags"]["field_mapping_completed"] is False
    muster.json("mapping", "set", "servers.csv", "Gruppe", "support_group")
    muster.json("mapping", "approve", "servers.csv", code=1)
    muster.json("mapping", "set", "servers.csv", "Environment", "criticality")
    assert muster.json("mapping", "approve", "servers.csv")["status"] == "running"
    assert muster.json("run", file)["imports"][0]["status"] == "completed"
    assert muster.json("flow", "show", flow)["flags"]["field_mapping_completed"] is True


def test_mapping_completion_without_what_is_required_takes_a_person_who_waives_it(
    muster: Commands, tmp_path: Path
) -> None:
    file = written(tmp_path)
    muster.json("run", file, "--approve", "stop", "--require", "criticality", code=1)
    assert (
        muster.json("mapping", "approve", "servers.csv", "--waive", "--reason", "no such list")["status"] == "running"
    )
    assert muster.json("run", file)["imports"][0]["status"] == "completed"


def test_mapping_completion_of_a_run_that_asks_nobody_says_what_is_missing_as_an_issue(
    muster: Commands, tmp_path: Path
) -> None:
    plain = muster.json("run", written(tmp_path))["imports"][0]["tables"][0]["issues"]
    other = muster.as_tenant(muster.client, "strict")
    told = other.json("run", tmp_path / "servers.csv", "--require", "criticality")["imports"][0]
    assert (told["status"], told["tables"][0]["issues"]) == ("completed", plain + 1)
    assert other.json("mapping", "show", "servers.csv")["unmet"] == ["criticality is missing in records (server)"]


def test_mapping_completion_takes_the_least_score_of_the_run(muster: Commands, tmp_path: Path) -> None:
    muster.json("run", written(tmp_path), "--minimum-score", "1")
    [table] = muster.json("mapping", "show", "servers.csv")["tables"]
    assert all(one["score"] == 1 for one in table["columns"] if one["accepted"])
    assert table["below"] and table["unmet"]
    muster.json("run", tmp_path / "servers.csv", "--minimum-score", "2", code=2)
    muster.json("run", tmp_path / "servers.csv", "--require", "colour", code=2)


def test_mapping_completion_needs_a_person_where_the_settings_say_so(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path)
    said = muster.call("run", file, "--format", "json", MUSTER_HUMAN_APPROVAL="true")
    assert (said.code, said.json["imports"][0]["status"]) == (1, "waiting_for_approval")
    muster.json("mapping", "approve", "servers.csv")
    assert muster.json("run", file)["imports"][0]["status"] == "completed"


def test_required_targets_of_the_settings_count_and_misspelt_ones_are_refused(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path)
    refused = muster.call("run", file, "--format", "json", MUSTER_REQUIRED_TARGETS='{"server": ["colour"]}')
    assert (refused.code, refused.json["error"]["code"]) == (2, "usage")
    muster.call("run", file, MUSTER_REQUIRED_TARGETS='{"server": ["criticality"]}')
    assert muster.json("mapping", "show", "servers.csv")["unmet"] == ["criticality is missing in records (server)"]


# After the end.


def test_a_column_set_after_completion_changes_the_inventory_at_once_and_set_back_gives_the_digest_of_before(
    muster: Commands, tmp_path: Path
) -> None:
    digest = finished(muster, tmp_path)
    changed = muster.json("mapping", "set", "servers.csv", "Gruppe", "support_group")
    assert (changed["status"], changed["tables"][0]["version"], attribute(muster, "support_group")) == (
        "completed",
        2,
        "alpha",
    )
    assert changed["digest"] not in (digest, None)
    back = muster.json("mapping", "set", "servers.csv", "Gruppe", "none")
    assert (back["digest"], back["tables"][0]["version"], attribute(muster, "support_group")) == (digest, 3, None)
    other = muster.json("mapping", "set", "servers.csv", "Environment", "location")
    assert other["digest"] not in (digest, changed["digest"])
    assert muster.json("mapping", "reset", "servers.csv", "Environment")["digest"] == digest
    assert muster.json("validate", "all")["violations"] == 0


def test_undo_after_a_mapping_was_changed_is_as_if_the_file_had_never_come(muster: Commands, tmp_path: Path) -> None:
    first = finished(muster, tmp_path)
    more = written(tmp_path, SERVERS.replace("web01", "web09").replace("ABC", "XYZ"), "more.csv")
    muster.json("run", more)
    muster.json("mapping", "set", "more.csv", "Gruppe", "support_group")
    assert muster.json("import", "undo", muster.json("mapping", "show", "more.csv")["import_id"])["digest"] == first
    refused = muster.json("mapping", "set", "more.csv", "Gruppe", "owner", code=1)
    assert refused["error"]["code"] == "mapping_closed"


def test_a_unit_that_a_person_names_is_what_the_numbers_are_read_in(muster: Commands, tmp_path: Path) -> None:
    finished(muster, tmp_path)
    muster.json("mapping", "set", "servers.csv", "Memory (GB)", "memory_mb", "--unit", "TB")
    assert attribute(muster, "memory_mb") == 16 * 1024 * 1024
    for unit in ("GiB", "B", "KB", "MB"):  # of which one, or a thousand, is no machine's memory
        muster.json("mapping", "set", "servers.csv", "Memory (GB)", "memory_mb", "--unit", unit)
    assert attribute(muster, "memory_mb") is None  # 16 MB are asked about, not kept
    muster.json("mapping", "reset", "servers.csv", "Memory (GB)")
    assert attribute(muster, "memory_mb") == 16384


def test_lineage_of_an_asset_shows_the_very_version_of_the_mapping_it_was_made_of(
    muster: Commands, tmp_path: Path
) -> None:
    finished(muster, tmp_path)

    def versions() -> tuple[set[tuple[int, str]], tuple[int, str], tuple[int, str]]:
        [table] = muster.json("mapping", "show", "servers.csv")["tables"]
        assets = [muster.json("lineage", "asset", name) for name in ("web01", "db01", "db02")]
        made_of = {(one["mapping_version"], one["mapping_sha256"]) for asset in assets for one in asset["records"]}
        [used] = {(one["field_mappings_used"]["version"], one["field_mappings_used"]["sha256"]) for one in assets}
        return made_of, used, (table["version"], table["sha256"])

    first = versions()
    muster.json("mapping", "set", "servers.csv", "Environment", "location")  # says nothing of db02
    second = versions()
    assert [(made_of, used) for made_of, used, _ in (first, second)] == [({one[2]}, one[2]) for one in (first, second)]
    assert (first[2][0], second[2][0]) == (1, 2)


def test_two_people_who_set_columns_of_one_import_at_once_lose_nothing(muster: Commands, tmp_path: Path) -> None:
    finished(muster, tmp_path)
    wanted = {
        "Gruppe": "support_group",
        "Environment": "location",
        "IP Address": "management_ip",
        "Serial Number": "asset_tag",
    }
    people = Muster(muster.url, muster.home, muster.client, muster.engagement)
    processes = [people.start("mapping", "set", "servers.csv", *pair) for pair in wanted.items()]
    assert [process.wait(120) for process in processes] == [0] * len(wanted)
    [table] = muster.json("mapping", "show", "servers.csv")["tables"]
    found = {one["source"]: one["target"] for one in table["columns"]}
    assert {source: found[source] for source in wanted} == wanted
    assert table["version"] == 1 + len(wanted)
    assert muster.json("asset", "show", "web01")["asset_tag"] == "ABC1234"
    assert muster.json("validate", "all")["violations"] == 0


def test_a_flow_that_failed_on_its_way_goes_again_from_data_cleansing(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path)
    fault = """create function fault() returns trigger language plpgsql as $$ begin raise exception 'disk on fire'; end $$;
        create trigger fault before insert on asset for each row execute function fault()"""
    asyncio.run(_execute(muster.url, fault))
    try:
        muster.call("run", file)
    finally:
        asyncio.run(_execute(muster.url, "drop function fault cascade"))
    assert muster.json("mapping", "show", "servers.csv")["status"] == "failed"
    told = muster.json("mapping", "set", "servers.csv", "Gruppe", "support_group")
    assert (told["status"], told["current_phase"], told["tables"][0]["version"]) == ("running", "data_cleansing", 2)
    assert muster.json("run", file)["imports"][0]["status"] == "completed"
    assert attribute(muster, "support_group") == "alpha"


def test_what_a_flow_discovered_by_itself_is_no_matter_of_review(muster: Commands, tmp_path: Path) -> None:
    result = muster.json("run", written(tmp_path))
    flow = uuid.UUID(result["imports"][0]["flow_id"])

    async def discover() -> None:
        async with Database.open(muster.url) as database:
            scope = await tenants.find(database, muster.client, muster.engagement)
            async with database.transaction(scope) as tx:
                await create_assets_from_discovery_no_commit(tx, scope, flow, [{"name": "found01", "owner": "Ann"}])

    asyncio.run(discover())
    digest = muster.json("digest")["digest"]
    assert [table["name"] for table in muster.json("mapping", "show", "servers.csv")["tables"]] == ["records"]
    assert muster.json("mapping", "approve", "servers.csv")["digest"] == digest
    assert attribute(muster, "owner", "found01") == "Ann"


# Coverage.


def test_coverage_tells_mapped_facts_their_columns_and_filled_shares(muster: Commands, tmp_path: Path) -> None:
    finished(muster, tmp_path)
    facts = {one["fact"]: one for one in muster.json("mapping", "coverage", "servers.csv")["facts"]}
    environment = facts["environment"]
    assert (environment["mapped"], environment["covered"], environment["columns"][0]["source"]) == (
        True,
        0.6667,
        "Environment",
    )
    assert (facts["name"]["covered"], facts["CPU cores"]["mapped"], facts["CPU cores"]["covered"]) == (1.0, False, 0.0)
    more = written(tmp_path, "Server Name,CPU Cores\nweb11,4\nweb12,8\nweb13,n/a\n", "more.csv")
    muster.json("run", more)
    both = {one["fact"]: one for one in muster.json("mapping", "coverage")["facts"]}
    assert (both["environment"]["covered"], both["name"]["records"], both["CPU cores"]["covered"]) == (
        0.3333,
        6,
        0.3333,
    )
    assert muster.call("mapping", "coverage").code == 0
