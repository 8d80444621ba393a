"""What a client's people said about columns counts for the client's next files, can be taken back, and goes no further."""

# ruff: noqa: E501  tables of cases read better in lines of their own

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import _execute, _named
from in_process import Commands

SERVERS = """Server Name,Serial Number,Gruppe,Farbe,Zone,Environment
web01,ABC1234,alpha,red,dmz,PRD
db01,ABC1235,beta,blue,core,test
db02,ABC1236,beta,blue,core,test
"""
OTHER = """Host,Gruppe,RAM
web77,alpha,16
db77,beta,32
"""


@pytest.fixture(scope="module")
def url_of_module(server: str, template: str) -> Iterator[str]:
    name = f"memory_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture
def muster(url_of_module: str, tmp_path: Path) -> Commands:
    """A client and an engagement of this test's own."""
    return Commands(url_of_module, tmp_path / "home", client=uuid.uuid4().hex, engagement="First")


def written(folder: Path, text: str = SERVERS, name: str = "servers.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def columns(muster: Commands, file: str = "servers.csv") -> dict[str, dict[str, Any]]:
    """Every column of a file by name, as it stands."""
    [table] = muster.json("mapping", "show", file)["tables"]
    return {one["source"]: one for one in table["columns"]}


def target(muster: Commands, source: str, file: str = "servers.csv") -> tuple[str | None, str]:
    """What a column is taken for, and where that comes from."""
    found = columns(muster, file)[source]
    return found["target"], found["origin"]


def taught(muster: Commands, folder: Path, *said: tuple[str, str]) -> None:
    """One import that a person corrected and approved."""
    file = written(folder)
    muster.json("run", file, "--approve", "stop", code=1)
    for source, meaning in said:
        muster.json("mapping", "set", file.name, source, meaning, "--author", "Ann", "--reason", "asked them")
    muster.json("mapping", "approve", file.name, "--author", "Ann")
    muster.json("run", file)


# Learning.


def test_what_was_approved_is_sure_in_the_next_engagement_of_the_client_and_unknown_to_others(
    muster: Commands, tmp_path: Path
) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"), ("Environment", "none"))
    second, rival = muster.as_tenant(muster.client, "Second"), muster.as_tenant(uuid.uuid4().hex, "First")
    for other in (second, rival):
        other.json("run", tmp_path / "servers.csv")
    known = columns(second)
    assert {(one["origin"], one["accept"]) for source, one in known.items() if source not in ("Farbe", "Zone")} == {
        ("memory", "auto")
    }
    told = known["Gruppe"]["reason"]
    assert known["Gruppe"]["target"] == "support_group"
    assert all(word in told for word in ("corrected by Ann", "servers.csv of First", "the same export")), told
    assert target(second, "Environment") == (None, "memory")
    assert second.json("asset", "show", "web01")["support_group"] == "alpha"
    assert "memory" not in {one["origin"] for one in columns(rival).values()}
    assert target(rival, "Environment")[0] == "environment"
    assert (rival.json("mapping", "memory", "list"), rival.json("mapping", "profile", "list")) == ([], [])


def test_a_header_alone_is_remembered_in_another_kind_of_file_and_says_so(muster: Commands, tmp_path: Path) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"))
    second = muster.as_tenant(muster.client, "Second")
    second.json("run", written(tmp_path, OTHER, "other.csv"))
    assert target(second, "Gruppe", "other.csv") == ("support_group", "memory")
    assert "the same header" in columns(second, "other.csv")["Gruppe"]["reason"]


def test_nothing_is_learned_where_nobody_was_asked(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path)
    muster.json("run", file)
    assert muster.json("mapping", "memory", "list") == []
    waiting = muster.as_tenant(muster.client, "Second")
    waiting.json("run", file, "--approve", "stop", code=1)
    waiting.json("run", file, "--approve", "auto")
    assert waiting.json("mapping", "show", "servers.csv")["status"] == "completed"
    assert waiting.json("mapping", "memory", "list") == []


def test_what_a_finished_import_was_mapped_to_is_remembered_once_a_person_approves_it(
    muster: Commands, tmp_path: Path
) -> None:
    digest = muster.json("run", written(tmp_path))["digest"]
    approved = muster.json("mapping", "approve", "servers.csv")
    assert (approved["digest"], approved["tables"][0]["version"]) == (digest, 1)
    learned = {(row["source"], row["choice"]) for row in muster.json("mapping", "memory", "list")}
    assert ("Server Name", "approved") in learned and "Farbe" not in {source for source, _ in learned}
    muster.json("mapping", "approve", "servers.csv")
    assert len(muster.json("mapping", "memory", "list")) == len(learned)


def test_the_newest_choice_counts_and_an_engagements_own_goes_before_the_clients_others(
    muster: Commands, tmp_path: Path
) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"))
    second, third = (muster.as_tenant(muster.client, name) for name in ("Second", "Third"))
    second.json("run", tmp_path / "servers.csv")
    second.json("mapping", "set", "servers.csv", "Gruppe", "department")
    third.json("run", tmp_path / "servers.csv")
    assert target(third, "Gruppe")[0] == "department"
    again = written(tmp_path, SERVERS.replace("web01", "web09"), "again.csv")
    muster.json("run", again)
    assert target(muster, "Gruppe", "again.csv")[0] == "support_group"


def test_a_choice_that_is_revoked_counts_no_more_and_changes_no_import_that_is_there(
    muster: Commands, tmp_path: Path
) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"))
    second, third = (muster.as_tenant(muster.client, name) for name in ("Second", "Third"))
    digest = second.json("run", tmp_path / "servers.csv")["digest"]
    [choice] = [row for row in second.json("mapping", "memory", "list") if row["source"] == "Gruppe"]
    second.json("mapping", "memory", "revoke", choice["id"], "--reason", "it was wrong")
    assert second.json("mapping", "memory", "revoke", choice["id"], code=2)["error"]["code"] == "not_remembered"
    third.json("run", tmp_path / "servers.csv")
    assert target(third, "Gruppe") == (None, "none")
    assert (target(second, "Gruppe"), second.json("digest")["digest"]) == (("support_group", "memory"), digest)
    assert "Gruppe" not in {row["source"] for row in muster.json("mapping", "memory", "list")}


def test_a_rerun_of_a_mapping_goes_by_the_memory_it_was_first_made_with(muster: Commands, tmp_path: Path) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"))
    second = muster.as_tenant(muster.client, "Second")
    flow = second.json("run", tmp_path / "servers.csv", "--approve", "stop", code=1)["imports"][0]["flow_id"]
    muster.json("mapping", "set", "servers.csv", "Gruppe", "department")
    second.json("flow", "restart", flow, "--from", "field_mapping")
    second.json("run", tmp_path / "servers.csv", "--approve", "stop", code=1)
    assert target(second, "Gruppe") == ("support_group", "memory")
    assert second.json("mapping", "show", "servers.csv")["tables"][0]["version"] == 2


def test_a_choice_that_is_reset_is_no_longer_taught(muster: Commands, tmp_path: Path) -> None:
    muster.json("run", written(tmp_path))
    muster.json("mapping", "set", "servers.csv", "Gruppe", "department")
    muster.json("mapping", "reset", "servers.csv", "Gruppe")
    assert muster.json("mapping", "memory", "list") == []


def test_the_same_header_twice_with_two_meanings_teaches_nothing(muster: Commands, tmp_path: Path) -> None:
    file = written(tmp_path, "Server Name,Gruppe,Gruppe\nweb01,alpha,x\ndb01,beta,y\n")
    muster.json("run", file, "--approve", "stop", code=1)
    muster.json("mapping", "set", "servers.csv", "Gruppe", "support_group")
    muster.json("mapping", "set", "servers.csv", "Gruppe (2)", "department")
    muster.json("mapping", "approve", "servers.csv")
    second = muster.as_tenant(muster.client, "Second")
    second.json("run", file)
    assert {target(second, name)[1] for name in ("Gruppe", "Gruppe (2)")} == {"none"}


# Profiles.


def test_a_profile_goes_by_file_to_another_client_and_gives_the_same_inventory(
    muster: Commands, tmp_path: Path
) -> None:
    taught(muster, tmp_path, ("Gruppe", "support_group"), ("Environment", "none"))
    saved = muster.json("mapping", "profile", "save", "cmdb", "servers.csv")
    assert (saved["kept_version"], saved["record_kind"]) == (1, "server")
    carried = tmp_path / "cmdb.json"
    muster.json("mapping", "profile", "export", "cmdb", "-o", carried)
    rival = muster.as_tenant(uuid.uuid4().hex, "First")
    rival.json("run", tmp_path / "servers.csv")
    assert rival.json("digest") != muster.json("digest")
    assert rival.json("mapping", "profile", "apply", "cmdb", "servers.csv", code=2)["error"]["code"] == "not_remembered"
    rival.json("mapping", "profile", "import", carried, "--name", "theirs")
    rival.json("mapping", "profile", "apply", "theirs", "servers.csv")
    assert rival.json("digest") == muster.json("digest")
    assert columns(rival)["Gruppe"]["decision"]["reason"] == "profile theirs"
    again = tmp_path / "again.json"
    rival.json("mapping", "profile", "export", "theirs", "-o", again)
    without_name = [{**json.loads(path.read_text()), "name": ""} for path in (carried, again)]
    assert without_name[0] == without_name[1]


def test_a_profile_has_versions_and_can_be_taken_back(muster: Commands, tmp_path: Path) -> None:
    muster.json("run", written(tmp_path))
    muster.json("mapping", "profile", "save", "cmdb", "servers.csv")
    muster.json("mapping", "set", "servers.csv", "Gruppe", "department")
    assert muster.json("mapping", "profile", "save", "cmdb", "servers.csv")["kept_version"] == 2
    second = muster.as_tenant(muster.client, "Second")
    second.json("run", written(tmp_path, SERVERS, "again.csv"), "--approve", "stop", code=1)
    [listed] = second.json("mapping", "profile", "list")
    assert (listed["version"], {one["source"]: one["target"] for one in listed["columns"]}["Gruppe"]) == (
        2,
        "department",
    )
    second.json("mapping", "profile", "revoke", "cmdb", "--reason", "old")
    assert muster.json("mapping", "profile", "list") == []
    assert (
        muster.json("mapping", "profile", "apply", "cmdb", "servers.csv", code=2)["error"]["code"] == "not_remembered"
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[", "not JSON"),
        ("[]", "no mapping profile"),
        ('{"name": "x", "record_kind": "server", "columns": []}', "columns"),
        ('{"name": "x", "record_kind": "ufo", "columns": [{"source": "A", "target": "owner"}]}', "ufo"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A", "target": 7}]}', "column 1 'A', target"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A", "target": "ownr"}]}', "column 'A': 'ownr' is no attribute. Did you mean owner"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A", "target": "custom.tier"}]}', "column 'A': 'custom.tier'"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A"}, {"source": "A"}]}', "'A' is there more than once"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A", "colour": 1}]}', "column 1 'A', colour"),
        ('{"name": "x", "record_kind": "server", "columns": [{"source": "A", "target": "owner", "refused": true}]}', "column 1 'A'"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_profile_is_refused_by_column(
    muster: Commands, tmp_path: Path, text: str, named: str
) -> None:
    muster.json("run", written(tmp_path))
    refused = muster.json("mapping", "profile", "import", written(tmp_path, text, "p.json"), code=1)["error"]
    assert (refused["code"], named in refused["message"]) == ("profile_invalid", True), refused
    assert muster.json("mapping", "profile", "list") == []


# Attributes of the client's own.


def test_an_attribute_of_the_clients_own_goes_from_column_to_asset_with_its_type_and_allowed_values(
    muster: Commands, tmp_path: Path
) -> None:
    text = 'Server Name,Serial Number,Kostenstelle,Zone,Punkte,Seit,Gebiete\nweb01,ABC1234,K-17,DMZ,"1,5",2024-02-01,a; b\ndb01,ABC1235,K-18,core,2,2024-03-01,b\ndb02,ABC1236,,moon,x,,\n'
    plain = muster.json("run", written(tmp_path, text))["digest"]
    muster.json("mapping", "attribute", "add", "kostenstelle", "--description", "Cost unit")
    muster.json("mapping", "attribute", "add", "zone", "--type", "enum", "--values", "dmz,core")
    for name, kind in (("points", "number"), ("since", "date"), ("areas", "list")):
        muster.json("mapping", "attribute", "add", name, "--type", kind)
    own = {
        "Kostenstelle": "custom.kostenstelle",
        "Zone": "zone",
        "Punkte": "custom.points",
        "Seit": "since",
        "Gebiete": "areas",
    }
    for source, name in own.items():
        muster.json("mapping", "set", "servers.csv", source, name)
    found = {name: muster.json("asset", "show", name).get("custom") for name in ("web01", "db01", "db02")}
    assert found == {
        "web01": {"areas": ["a", "b"], "kostenstelle": "K-17", "points": 1.5, "since": "2024-02-01", "zone": "dmz"},
        "db01": {"areas": ["b"], "kostenstelle": "K-18", "points": 2.0, "since": "2024-03-01", "zone": "core"},
        "db02": {"zone": "moon"},
    }
    told = muster.json("why", "web01", "custom.zone")
    assert (told["value"], told["claims"][0]["raw"], told["claims"][0]["standing"]) == ("dmz", {"Zone": "DMZ"}, "won")
    assert [row["name"] for row in muster.json("asset", "list", "--where", "custom.zone=core")] == ["db01"]
    assert "custom.kostenstelle" in muster.call("asset", "show", "web01").out
    for source in own:
        back = muster.json("mapping", "reset", "servers.csv", source)
    assert back["digest"] == plain
    assert muster.json("validate", "all")["violations"] == 0


def test_a_value_that_is_not_allowed_is_kept_and_named(muster: Commands, tmp_path: Path) -> None:
    muster.json("mapping", "attribute", "list", code=2)  # no client yet
    before = muster.json("run", written(tmp_path))["imports"][0]["tables"][0]["issues"]
    muster.json("mapping", "attribute", "add", "zone", "--type", "enum", "--values", "dmz, backbone")
    second = muster.as_tenant(muster.client, "Second")
    second.json("run", tmp_path / "servers.csv", "--approve", "stop", code=1)
    assert target(second, "Zone")[0] == "custom.zone"
    second.json("mapping", "approve", "servers.csv")
    after = second.json("run", tmp_path / "servers.csv")["imports"][0]["tables"][0]["issues"]
    assert after == before + 2
    assert second.json("asset", "show", "db01")["custom"] == {"zone": "core"}


def test_sources_of_an_own_attribute_are_weighed_like_any_other_and_an_edit_locks_it(
    muster: Commands, tmp_path: Path
) -> None:
    muster.json("run", written(tmp_path), "--source", "cmdb", "--precedence", "10")
    muster.json("mapping", "attribute", "add", "farbe")
    muster.json("mapping", "attribute", "add", "points", "--type", "integer")
    muster.json("mapping", "set", "servers.csv", "Farbe", "custom.farbe")
    newer = written(tmp_path, SERVERS.replace("red", "green"), "newer.csv")
    muster.json("run", newer, "--source", "scan", "--as-of", "2026-01-01")
    assert target(muster, "Farbe", "newer.csv") == ("custom.farbe", "memory")
    told = muster.json("why", "web01", "custom.farbe")
    assert [(claim["standing"], claim["value"]) for claim in told["claims"]] == [("won", "red"), ("lost", "green")]
    muster.json("asset", "edit", "web01", "custom.farbe", "black")
    muster.json("asset", "edit", "db01", "custom.points", "7")
    assert [muster.json("asset", "show", name)["custom"] for name in ("web01", "db01")] == [
        {"farbe": "black"},
        {"farbe": "blue", "points": 7},
    ]
    assert muster.json("asset", "edit", "db01", "custom.points", "many", code=1)["error"]["code"] == "value_refused"


def test_an_own_attribute_keeps_its_type_and_can_be_retired(muster: Commands, tmp_path: Path) -> None:
    muster.json("run", written(tmp_path))
    muster.json("mapping", "attribute", "add", "farbe")
    muster.json("mapping", "set", "servers.csv", "Farbe", "custom.farbe")
    digest = muster.json("digest")
    muster.json("mapping", "attribute", "retire", "farbe", "--reason", "nobody asks")
    assert (muster.json("digest"), muster.json("asset", "show", "web01")["custom"]) == (digest, {"farbe": "red"})
    assert muster.json("mapping", "set", "servers.csv", "Zone", "custom.farbe", code=2)["error"]["code"] == "usage"
    again = written(tmp_path, SERVERS.replace("web01", "web09"), "again.csv")
    muster.json("run", again)
    assert target(muster, "Farbe", "again.csv")[0] is None
    assert muster.json("mapping", "attribute", "add", "farbe", "--type", "number", code=2)["error"]["code"] == "usage"
    muster.json("mapping", "attribute", "add", "farbe", "--values", "red,blue")
    [listed] = muster.json("mapping", "attribute", "list")
    assert (listed["version"], listed["retired"], listed["allowed_values"]) == (3, False, ["red", "blue"])
    rival = muster.as_tenant(uuid.uuid4().hex, "First")
    rival.json("run", tmp_path / "servers.csv")
    assert rival.json("mapping", "attribute", "list") == []
    assert rival.json("mapping", "set", "servers.csv", "Farbe", "custom.farbe", code=2)["error"]["code"] == "usage"


@pytest.mark.parametrize(
    "words",
    [("Cost Code",), ("owner",), ("x", "--type", "colour"), ("x", "--type", "enum"), ("x", "--type", "number", "--values", "1,two")],
)  # fmt: skip
def test_an_own_attribute_that_cannot_be_is_refused(muster: Commands, tmp_path: Path, words: tuple[str, ...]) -> None:
    muster.json("run", written(tmp_path))
    assert muster.json("mapping", "attribute", "add", *words, code=2)["error"]["code"] == "usage"
    assert muster.json("mapping", "attribute", "list") == []
