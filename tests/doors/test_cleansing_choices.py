"""What people say about values holds in every import, wins over the rules, is shown, and can be taken back."""

import asyncio
import csv
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import _execute, _named
from in_process import Commands

SERVERS = """Server Name,Serial Number,Environment,Operating System,RAM (GB),Location
web01,ABC1234,PRD,RHEL 8,16,Ulm
db01,ABC1235,Mars base,RHEL8,lots,Ulm HQ
db02,ABC1236,Mars base,W2K16 Std,32,n/a
=cmd,ABC1237,test,AIX 7.2,,Bonn
"""


@pytest.fixture(scope="module")
def url_of_module(server: str, template: str) -> Iterator[str]:
    name = f"choices_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    yield _named(server, name)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


@pytest.fixture
def muster(url_of_module: str, tmp_path: Path) -> Commands:
    """A client and an engagement of this test's own."""
    return Commands(url_of_module, tmp_path / "home", client=uuid.uuid4().hex, engagement="First")


@pytest.fixture
def servers(muster: Commands, tmp_path: Path) -> dict[str, Any]:
    """One import of four servers, two of them with wrong values."""
    return run(muster, tmp_path / "servers.csv", SERVERS)


def run(muster: Commands, path: Path, text: str, *words: object) -> dict[str, Any]:
    path.write_text(text)
    return dict(muster.json("run", path, *words))


def values(muster: Commands, column: str, file: str = "servers.csv") -> dict[str, tuple[Any, Any]]:
    return {one["raw"]: (one["value"], one["code"]) for one in muster.json("value", "list", file, column)}


def attribute(muster: Commands, asset: str, name: str) -> Any:
    return muster.json("asset", "show", asset).get(name)


def bad_rows(muster: Commands, path: Path, *words: object) -> list[dict[str, str]]:
    muster.json("issue", "export", "servers.csv", "-o", path, *words)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def cleansing_issues(muster: Commands) -> list[str]:
    told = muster.json("issue", "list", "--import", "servers.csv")
    return [one["code"] for one in told if one["phase"] == "data_cleansing"]


def test_what_cleansing_says_of_each_value_is_not_said_again_of_the_column(muster: Commands, tmp_path: Path) -> None:
    rows = "web01,1970-01-01,1970-01-01,Prodction\nweb02,2020-02-03,2020-02-03,Mars\n"
    text = f"Name,Installed,Seen on Shelf,Environment\n{rows}"
    done = run(muster, tmp_path / "servers.csv", text)
    told = muster.json("issue", "list", "--import", "servers.csv")
    dates = [(one["column"], one["phase"]) for one in told if one["code"] == "sentinel_date"]
    assert sorted(dates) == [("Installed", "data_cleansing"), ("Seen on Shelf", "data_import")]
    (words,) = [one["hint"] for one in told if one["code"] == "unknown_word"]
    assert words.startswith("Did you mean production by 'Prodction'?")
    assert done["imports"][0]["tables"][0]["issues"] == sum(one["records"] for one in told)


def test_a_short_year_is_read_where_the_column_tells_where_it_stands_and_asked_about_where_not(
    muster: Commands, tmp_path: Path
) -> None:
    rows = "web01,99-12-31,24-05-03\nweb02,24-05-03,23-11-12\n"
    run(muster, tmp_path / "servers.csv", f"Name,Install Date,Purchase Date\n{rows}")
    assert values(muster, "Install Date")["24-05-03"] == ("2024-05-03", None)
    assert values(muster, "Purchase Date")["24-05-03"] == (None, "ambiguous_year")
    choice = {"kind": "reading", "attribute": "purchase_date", "year_first": True}
    recipe = tmp_path / "recipe.json"
    recipe.write_text(json.dumps({**RECIPE, "choices": [choice]}))
    muster.call("recipe", "import", recipe)
    muster.call("recipe", "adopt", RECIPE["name"])
    assert values(muster, "Purchase Date")["24-05-03"] == ("2024-05-03", None)


def assets(muster: Commands) -> list[dict[str, Any]]:
    """The inventory without its numbers."""
    found = muster.json("asset", "list")
    return [{name: value for name, value in one.items() if name != "asset_id"} for one in found]


# Issues.


def test_issues_are_told_by_cause(muster: Commands, servers: dict[str, Any]) -> None:
    told = {(one["column"], one["code"]): one for one in muster.json("issue", "list")}
    mars, lots = told["Environment", "unknown_word"], told["RAM (GB)", "not_a_size"]
    assert (mars["records"], mars["distinct_values"], mars["examples"]) == (2, 1, ["Mars base"])
    assert (lots["records"], lots["rule"]) == (1, "memory_size")
    assert [one["column"] for one in muster.json("issue", "list", "--code", "not_a_size")] == ["RAM (GB)"]
    assert muster.json("issue", "list", "--column", "Location") == []
    assert len(muster.json("issue", "list", "--import", "servers.csv")) == len(told)


def test_the_bad_records_alone_are_written_as_they_came(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    rows = bad_rows(muster, tmp_path / "bad.csv")
    assert [(row["Server Name"], row["Environment"], row["RAM (GB)"]) for row in rows] == [
        ("db01", "Mars base", "lots"),
        ("db02", "Mars base", "32"),
    ]
    assert (rows[0]["muster file"], rows[0]["muster row"]) == ("servers.csv", "3")
    assert set(rows[0]["muster column"].split(" | ")) == {"Environment", "RAM (GB)"}
    assert set(rows[0]["muster value"].split(" | ")) == {"Mars base", "lots"}
    assert len(bad_rows(muster, tmp_path / "bad.csv", "--code", "not_a_size")) == 1


def test_a_corrected_file_replaces_exactly_the_bad_records(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    rows = bad_rows(muster, tmp_path / "bad.csv")
    rows[0] |= {"Environment": "Test", "RAM (GB)": "64"}
    rows[1] |= {"Environment": "Production"}
    write(tmp_path / "mended.csv", rows, ";")
    done = muster.json("run", tmp_path / "mended.csv", "--corrects", "servers.csv")
    mended = SERVERS.replace("db01,ABC1235,Mars base,RHEL8,lots", "db01,ABC1235,Test,RHEL8,64")
    straight = muster.as_tenant(muster.client, "As it should be")
    run(straight, tmp_path / "straight.csv", mended.replace("Mars base", "Production"))
    assert assets(muster) == assets(straight)
    [table] = done["imports"][0]["tables"]
    assert (table["record_kind"], table["dispositions"]["excluded"], table["records"]) == ("correction", 2, 2)
    assert muster.json("validate", "all")["violations"] == 0
    assert cleansing_issues(muster) == []
    [claim] = muster.json("why", "db01", "memory_mb")["claims"]
    assert (claim["raw"], claim["corrected"], claim["corrected_by"]) == (
        {"RAM (GB)": "lots"},
        {"RAM (GB)": "64"},
        "mended.csv",
    )
    again = muster.json("run", tmp_path / "mended.csv")
    assert again["digest"] == done["digest"]
    undone = muster.json("import", "undo", done["imports"][0]["import_id"])
    assert undone["digest"] != done["digest"]
    assert (attribute(muster, "db01", "environment"), attribute(muster, "db01", "memory_mb")) == ("Mars base", None)
    assert {one["code"] for one in muster.json("issue", "list", "--import", "servers.csv")} >= {"not_a_size"}


def test_a_correction_that_names_other_records_is_refused_or_told(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    rows = bad_rows(muster, tmp_path / "bad.csv")
    rows[0]["muster record"] = f"{'0' * 64}/1/records"
    write(tmp_path / "wrong.csv", rows)
    refused = muster.json("run", tmp_path / "wrong.csv", "--corrects", "servers.csv", code=1)
    assert [one["code"] for one in refused["refused"]] == ["correction_refused"]
    muster.json("run", tmp_path / "wrong.csv")
    [told] = muster.json("issue", "list", "--import", "wrong.csv", "--code", "corrects_nothing")
    assert "1" in told["message"]


def test_a_record_that_was_set_aside_is_mended(muster: Commands, tmp_path: Path) -> None:
    run(
        muster,
        tmp_path / "servers.csv",
        "Server Name,Serial Number,Environment\nweb01,S1,test\nweb02,S2,test,more,\nweb03,S3,prod\n",
    )
    before = [one["name"] for one in muster.json("asset", "list")]
    [row] = bad_rows(muster, tmp_path / "bad.csv")
    write(tmp_path / "mended.csv", [{**row, "Environment": "prod"}])
    muster.json("run", tmp_path / "mended.csv")
    assert (before, attribute(muster, "web02", "environment")) == (["web01", "web03"], "production")
    assert muster.json("validate", "all")["violations"] == 0


# Value maps.


def test_a_value_that_a_person_set_wins_over_the_rules(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    before = servers["digest"]
    assert values(muster, "Environment")["Mars base"] == ("Mars base", "unknown_word")
    done = muster.json("value", "set", "servers.csv", "Environment", "Mars base", "sandbox", "--author", "Ann")
    run(muster, tmp_path / "later.csv", "Server Name,Environment\nnew01,Mars base\n")
    assert values(muster, "Environment")["Mars base"] == ("sandbox", None)
    assert [attribute(muster, name, "environment") for name in ("db01", "db02", "new01")] == ["sandbox"] * 3
    [claim] = muster.json("why", "db01", "environment")["claims"]
    assert (claim["raw"], claim["rules"]) == (
        {"Environment": "Mars base"},
        [f"decision {done['decision']} by Ann"],
    )
    [told] = muster.json("value", "decisions")
    assert (told["id"], told["raw"], told["value"]) == (done["decision"], "Mars base", "sandbox")
    muster.json("import", "undo", muster.json("import", "list")[1]["import_id"])
    assert muster.json("value", "revoke", done["decision"])["digest"] == before
    muster.json("value", "revoke", done["decision"], code=2)


def test_what_does_not_fit_is_refused_and_what_is_right_is_accepted(muster: Commands, servers: dict[str, Any]) -> None:
    refused = muster.json("value", "set", "servers.csv", "RAM (GB)", "lots", "plenty", code=1)
    assert refused["error"]["code"] == "value_refused"
    muster.json("value", "set", "servers.csv", "RAM (GB)", "lots", "--accept", code=1)
    muster.json("value", "set", "servers.csv", "environment", "Mars base", "Mars", code=1)
    meant = muster.json("value", "set", "servers.csv", "RAM (GB)", "lots", "128 GB")
    assert meant["value"] == "131072.0"
    muster.json("value", "set", "servers.csv", "environment", "Mars base", "--accept")
    muster.json("value", "set", "servers.csv", "Location", "Ulm HQ", "Ulm", "--only-column")
    muster.json("value", "set", "servers.csv", "Operating System", "AIX 7.2", "--nothing")
    assert attribute(muster, "db01", "memory_mb") == 131072
    # A person may say what only looks unlikely
    assert muster.json("asset", "edit", "db02", "memory_mb", "128 MB")["value"] == 128
    assert (attribute(muster, "db01", "environment"), attribute(muster, "db01", "location")) == ("Mars base", "Ulm")
    assert values(muster, "Operating System")["AIX 7.2"] == (None, None)
    assert cleansing_issues(muster) == []


def test_what_is_remembered_begins_the_clients_next_engagement_and_no_other(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    muster.json("value", "set", "servers.csv", "Environment", "Mars base", "sandbox", "--remember")
    second = muster.as_tenant(muster.client, "Second")
    stranger = muster.as_tenant(uuid.uuid4().hex, "First")
    for other in (second, stranger):
        run(other, tmp_path / "servers.csv", SERVERS)
    assert values(second, "Environment")["Mars base"] == ("sandbox", None)
    assert values(stranger, "Environment")["Mars base"] == ("Mars base", "unknown_word")
    [told] = second.json("value", "decisions")
    second.json("value", "revoke", told["id"])
    assert values(second, "Environment")["Mars base"] == ("Mars base", "unknown_word")


def test_a_word_about_a_value_is_taken_back_by_its_own_command_alone(muster: Commands, servers: dict[str, Any]) -> None:
    made = muster.json("value", "set", "servers.csv", "Environment", "Mars base", "sandbox")
    muster.json("decision", "revoke", made["decision"], code=2)
    assert muster.json("digest")["digest"] == made["digest"] != servers["digest"]
    assert muster.json("value", "revoke", made["decision"])["digest"] == servers["digest"]
    revocation = muster.json("decision", "list")[-1]
    assert revocation["kind"] == "revoke"
    muster.json("decision", "revoke", revocation["id"], code=2)
    assert muster.json("digest")["digest"] == servers["digest"]


# Recipes.

RECIPE = {
    "format": "muster recipe",
    "version": 1,
    "name": "house rules",
    "choices": [
        {"kind": "value", "attribute": "environment", "raw": "Mars base", "value": "sandbox"},
        {"kind": "null_word", "attribute": "location", "raw": "Bonn"},
        {"kind": "reading", "attribute": "memory_mb", "unit": "TB"},
        {"kind": "rule", "attribute": "os_name", "rule": "plain_text"},
    ],
}


def test_a_recipe_is_seen_adopted_reused_and_revoked(muster: Commands, servers: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps(RECIPE))
    muster.json("recipe", "import", file)
    seen = muster.json("recipe", "preview", "house rules")
    assert {one["attribute"]: one["cells"] for one in seen["columns"]} == {
        "environment": 2,
        "location": 1,
        "memory_mb": 2,
        "os_name": 3,
    }
    counts = seen["changes"]["counts"]
    assert (counts["changed"], counts["created"], counts["vanished"]) == (4, 0, 0)
    assert muster.json("digest")["digest"] == servers["digest"] == seen["changes"]["digest_before"]
    assert muster.json("recipe", "adopt", "house rules", "--expect", "0" * 64, code=1)["error"]["code"]
    adopted = muster.json("recipe", "adopt", "house rules", "--expect", seen["digest"])
    assert adopted["digest"] == seen["digest"]
    assert [attribute(muster, "web01", name) for name in ("memory_mb", "os_name")] == [16 << 20, "RHEL 8"]
    run(muster, tmp_path / "later.csv", "Server Name,Environment\nnew01,Mars base\n")
    assert attribute(muster, "new01", "environment") == "sandbox"
    muster.json("import", "undo", muster.json("import", "list")[1]["import_id"])
    [told] = muster.json("recipe", "list")
    assert (told["name"], told["version"], told["adopted"], told["choices"]) == ("house rules", 1, 1, 4)
    assert muster.json("recipe", "revoke", "house rules")["digest"] == servers["digest"]


def test_a_recipe_is_saved_carried_and_stays_with_its_client(
    muster: Commands, servers: dict[str, Any], tmp_path: Path
) -> None:
    muster.json("value", "set", "servers.csv", "Environment", "Mars base", "sandbox")
    muster.json("recipe", "save", "mine")
    file = tmp_path / "mine.json"
    muster.json("recipe", "export", "mine", "-o", file)
    stranger = muster.as_tenant(uuid.uuid4().hex, "First")
    run(stranger, tmp_path / "servers.csv", SERVERS)
    assert stranger.json("recipe", "list") == []
    stranger.json("recipe", "adopt", "mine", code=2)
    stranger.json("recipe", "import", file)
    stranger.json("recipe", "adopt", "mine")
    assert values(stranger, "Environment")["Mars base"] == ("sandbox", None)
    assert [one["raw"] for one in stranger.json("recipe", "show", "mine")] == ["Mars base"]
    muster.json("recipe", "delete", "mine")
    assert muster.json("recipe", "list") == []
    assert values(muster, "Environment")["Mars base"] == ("sandbox", None)


@pytest.mark.parametrize(
    "choice",
    [
        {"kind": "value", "attribute": "no_such", "raw": "a", "value": "b"},
        {"kind": "rule", "attribute": "os_name", "rule": "no_such"},
        {"kind": "reading", "attribute": "memory_mb"},
        {"kind": "null_word"},
        {"kind": "value", "attribute": "criticality", "raw": "Level A", "value": "hgih"},
        {"kind": "value", "raw": "a", "value": "b"},
    ],
)
def test_a_recipe_with_a_mistake_is_refused(
    muster: Commands, servers: dict[str, Any], tmp_path: Path, choice: dict[str, str]
) -> None:
    file = tmp_path / "recipe.json"
    file.write_text(json.dumps({**RECIPE, "choices": [choice]}))
    assert muster.json("recipe", "import", file, code=1)["error"]["code"] == "recipe_invalid"


# Figures.


def test_every_figure_of_quality_is_counted(muster: Commands, servers: dict[str, Any], tmp_path: Path) -> None:
    run(
        muster,
        tmp_path / "other.csv",
        "Server Name,Serial Number,Environment\nweb01,ABC1234,test\nweb09,ABC9999,test\n",
    )
    found = {
        (one["measure"], one["of"], one["attribute"]): (one["count"], one["total"])
        for one in muster.json("quality")["figures"]
    }
    assert found["completeness", "inventory", "environment"] == (5, 5)
    assert found["completeness", "inventory", "memory_mb"] == (2, 5)
    assert found["completeness", "inventory", "os_version"] == (4, 5), "the names of the systems say it"
    assert found["conflicts", "inventory", "environment"] == (1, 1)
    assert found["validity", "inventory", "memory_mb"] == (2, 3)
    assert found["validity", "servers.csv: records: Environment", "environment"] == (2, 4)
    assert found["records with issues", "servers.csv: records", None] == (2, 4)
    assert found["records with issues", "inventory", None] == (2, 6)
    assert found["duplicates", "inventory", None] == (1, 6)
    assert found["freshness", "inventory", None] == (0, 0)
