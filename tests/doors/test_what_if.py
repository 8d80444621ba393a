"""Every change can be looked at before it is made: what is shown is what happens, and looking leaves nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from in_process import Commands

SERVERS = (
    "Name,Environment,Serial Number,Operating System,Owner\n"
    "web01,Production,SN-1001,RHEL 8,Ann\n"
    "web02,Test,SN-1002,RHEL 8,Bob\n"
    "db01,Production,SN-1003,RHEL 8,Cy\n"
)
SCAN = (
    "Name,Environment,Serial Number,Operating System,Owner\n"
    "web01,Test,SN-1001,RHEL 9,Zoe\n"
    "app01,Test,SN-2001,RHEL 9,Zoe\n"
)


@pytest.fixture
def muster(url: str, tmp_path: Path) -> Iterator[Commands]:
    """The commands on a database of this test's own, with one import of three servers."""
    commands = Commands(url, tmp_path / "home")
    file = tmp_path / "servers.csv"
    file.write_text(SERVERS)
    commands.json("run", file, "--source", "cmdb", "--as-of", "2026-01-01")
    yield commands


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A second file about one of them and about one more."""
    path = tmp_path / "scan.csv"
    path.write_text(SCAN)
    return path


def stored(muster: Commands) -> tuple[Any, ...]:
    """What other people see."""
    return tuple(
        muster.json(*words) for words in (("digest",), ("import", "list"), ("decision", "list"), ("flow", "list"))
    )


def kept(rows: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_a_preview_of_a_file_tells_everything_and_stores_nothing(muster: Commands, scan: Path) -> None:
    before = stored(muster)
    shown = muster.json("import", "preview", scan, "--source", "scan", "--precedence", "10")
    changes = shown["changes"]
    assert stored(muster) == before
    assert kept(changes["created"], "name", "asset_type", "records") == [("app01", "server", 1)]
    [web] = changes["changed"]
    cells = {(cell["attribute"], str(cell["before"]), str(cell["after"]), cell["source"]) for cell in web["attributes"]}
    assert {("owner", "Ann", "Zoe", "scan"), ("environment", "production", "test", "scan")} <= cells
    [table] = [table for entry in shown["imports"] for table in entry["tables"]]
    assert {name: count for name, count in table["dispositions"].items() if count} == {"created": 1, "merged": 1}
    done = muster.json("run", scan, "--source", "scan", "--precedence", "10", "--expect", shown["digest"])
    assert (done["digest"], muster.json("digest")["digest"]) == (shown["digest"], shown["digest"])
    assert muster.json("validate", "all")["violations"] == 0


def test_a_file_is_not_imported_if_it_would_do_something_else_now(muster: Commands, scan: Path) -> None:
    shown = muster.json("run", scan, "--preview", "--precedence", "10")
    muster.json("asset", "edit", "web01", "owner", "Dee")
    before = stored(muster)
    refused = muster.json("run", scan, "--precedence", "10", "--expect", shown["digest"], code=1)
    assert (refused["error"]["code"], stored(muster)) == ("preview_differs", before)


CHANGES = {
    "edit": ("asset", "edit", "web01", "owner", "Dee"),
    "merge": ("asset", "merge", "web01", "web02"),
    "exclude by rule": ("decide", "exclude", "--where", "environment=test"),
    "edit by rule": ("decide", "edit", "--where", "environment=test", "--attribute", "owner", "--value", "Team T"),
    "precedence": ("precedence", "set", "scan", "1"),
    "precedence of one attribute": ("precedence", "set", "scan", "1", "--attribute", "owner"),
    "policy": ("policy", "set", "scan", "retire", "--after-days", "1"),
    "rule": ("rule", "set", "least_score", "1"),
    "undo": ("import", "undo", "SCAN"),
    "exclude": ("import", "exclude", "SCAN", "1"),
}


def test_what_a_preview_of_a_decision_shows_is_what_the_decision_does(muster: Commands, scan: Path) -> None:
    scanned = muster.json("run", scan, "--source", "scan")["imports"][0]["import_id"]
    for name, written in CHANGES.items():
        words = [scanned if word == "SCAN" else word for word in written]
        before = stored(muster)
        shown = muster.json(*words, "--preview")
        assert stored(muster) == before, name
        done = muster.json(*words, "--expect", shown["digest"])
        assert done["digest"] == shown["digest"], name
        assert shown["changes"]["digest_before"] == before[0]["digest"], name
    assert muster.json("validate", "all")["violations"] == 0


def test_decisions_are_listed_and_taken_back_and_taken_back_again(muster: Commands) -> None:
    first = muster.json("digest")["digest"]
    merged = muster.json("asset", "merge", "web01", "web02", "--author", "ann", "--reason", "one box")
    [row] = muster.json("decision", "list")
    assert (row["kind"], row["author"], row["reason"], row["standing"]) == ("merge", "ann", "one box", True)
    assert ".csv:1" in muster.call("decision", "list").out  # records by file and row, not by a hash
    assert muster.json("decision", "revoke", merged["decision"])["digest"] == first
    muster.json("decision", "revoke", merged["decision"], code=1)
    revocation = muster.json("decision", "list")[-1]["id"]
    assert muster.json("decision", "revoke", revocation)["digest"] == merged["digest"]
    assert muster.json("decision", "show", merged["decision"])["standing"] is True
    muster.json("decision", "show", 999_999, code=2)


def test_a_merge_is_split_months_later_and_each_half_has_its_own_again(muster: Commands, scan: Path) -> None:
    muster.json("asset", "edit", "web01", "owner", "Dee")
    muster.json("asset", "edit", "web02", "owner", "Eve")
    before = muster.json("digest")["digest"]
    muster.json("asset", "merge", "web01", "web02")
    muster.json("run", scan, "--source", "scan")
    [whole] = [row for row in muster.json("asset", "list") if row["name"].startswith("web")]
    records = muster.json("asset", "show", whole["asset_id"])["records"]
    apart = [record["record_id"] for record in records if record["raw"]["Name"] == "web02"]
    muster.json("asset", "split", whole["asset_id"], "--records", *apart)
    owners = {row["name"]: row["owner"] for row in muster.json("asset", "list")}
    assert (owners["web01"], owners["web02"]) == ("Dee", "Eve")
    scanned = muster.json("import", "list")[-1]["import_id"]
    assert muster.json("import", "undo", scanned)["digest"] == before


def test_a_locked_value_is_unlocked_and_an_excluded_row_taken_in_again(muster: Commands) -> None:
    first = muster.json("digest")["digest"]
    import_id = muster.json("import", "list")[0]["import_id"]
    muster.json("asset", "edit", "web01", "owner", "Dee")
    assert muster.json("asset", "unlock", "web01", "owner")["digest"] == first
    muster.json("import", "exclude", import_id, 2)
    assert muster.json("import", "include", import_id, 2)["digest"] == first


def test_conflicts_are_decided_by_the_number_of_the_record(muster: Commands, scan: Path) -> None:
    muster.json("run", scan, "--source", "scan", "--precedence", "200")
    found = muster.json("conflict", "list", "scan.csv")
    assert {(row["attribute"], row["record_says"], row["holds"]) for row in found} >= {("owner", "Zoe", "Ann")}
    record = found[0]["record_id"]
    muster.json("conflict", "decide", record, "--action", "replace", "--attribute", "owner")
    shown = muster.json("asset", "show", "web01")
    assert (shown["owner"], shown["environment"]) == ("Zoe", "production")
    told = muster.json("why", "web01", "owner")
    assert [claim["reason"] for claim in told["claims"] if claim["standing"] == "lost"] == [
        "a person chose between this record and the others"
    ]
    muster.json("conflict", "decide", record, "--action", "keep")
    assert muster.json("asset", "show", "web01")["owner"] == "Ann"
    muster.json("conflict", "decide", record, "--action", "create")
    assert [row["name"] for row in muster.json("asset", "list")] == ["app01", "db01", "web01", "web01", "web02"]


def test_the_same_file_may_come_with_another_precedence(muster: Commands, scan: Path) -> None:
    muster.json("run", scan, "--source", "scan", "--precedence", "200")
    assert muster.json("asset", "show", "web01")["owner"] == "Ann"
    muster.json("run", scan, "--source", "scan", "--precedence", "10")
    assert muster.json("asset", "show", "web01")["owner"] == "Zoe"
    told = kept(muster.json("precedence", "show"), "source", "attribute", "precedence", "set")
    assert told == [("scan", None, 10, True), ("cmdb", None, 100, False)]
    muster.json("run", scan, "--source", "scan")
    assert len(muster.json("decision", "list")) == 1


def test_what_a_newer_export_has_no_more_is_said_of_the_asset(muster: Commands, tmp_path: Path) -> None:
    newer = tmp_path / "newer.csv"
    newer.write_text("\n".join(SERVERS.splitlines()[:3]) + "\n")
    muster.json("run", newer, "--source", "cmdb", "--as-of", "2026-03-01")
    muster.json("policy", "set", "cmdb", "retire", "--after-days", "60")
    shown = {row["name"]: row["presence"] for row in muster.json("asset", "list")}
    assert shown == {"db01": "stale", "web01": None, "web02": None}
    muster.json("policy", "set", "cmdb", "retire", "--after-days", "30")
    told = muster.json("asset", "show", "db01")
    assert told["presence"] == "retired"
    assert told["presence_reason"] == "cmdb had it on 2026-01-01 and not on 2026-03-01 (59 days)"
    older = muster.json("import", "list")[0]["import_id"]
    changes = muster.json("diff", older, muster.json("import", "list")[1]["import_id"])
    assert (kept(changes["vanished"], "name"), changes["created"], changes["changed"]) == ([("db01",)], [], [])
    assert changes["sources"] == ["cmdb", "cmdb"]


def test_exports_of_two_sources_are_compared_and_called_so(muster: Commands, scan: Path) -> None:
    muster.json("run", scan, "--source", "scan")
    older, newer = (row["import_id"] for row in muster.json("import", "list"))
    said = muster.call("diff", older, newer)
    assert "exports of two sources, cmdb and scan" in " ".join((said.out + said.err).split())


def test_a_what_if_is_shown_then_adopted(muster: Commands, scan: Path) -> None:
    muster.json("run", scan, "--source", "scan", "--precedence", "200")
    merged = muster.json("asset", "merge", "web02", "db01")["decision"]
    words = ["whatif", "--precedence", "scan:owner=1", "--policy", "scan=stale", "--revoke", merged]
    words += ["--rule", "serial_number=off", "--mapping", "servers.csv:Operating System="]
    before = stored(muster)
    shown = muster.json(*words)
    assert stored(muster) == before
    names = {row["name"]: row for row in shown["changes"]["changed"]}
    assert "owner" in {cell["attribute"] for cell in names["web01"]["attributes"]}
    assert [row["name"] for row in shown["changes"]["split"]] != []
    assert muster.json(*words, "--adopt", "--expect", shown["digest"])["digest"] == shown["digest"]
    muster.json("whatif", code=2)


def test_the_inventory_of_any_moment_comes_back(muster: Commands, scan: Path) -> None:
    steps = [
        ("run", scan, "--source", "scan", "--precedence", "10"),
        ("asset", "edit", "web01", "owner", "Dee"),
        ("asset", "merge", "web02", "db01"),
        ("import", "undo", "SCAN"),
        ("mapping", "set", "servers.csv", "Owner", "none"),
        ("decision", "revoke", "MERGE"),
        ("run", scan, "--source", "scan", "--precedence", "10"),
        ("rule", "set", "name", "off"),
    ]
    known: dict[str, Any] = {}
    digests = {muster.json("history")[-1]["at"]: muster.json("digest")["digest"]}
    names = {}
    for step in steps:
        done = muster.json(*(known.get(str(word), word) for word in step))
        if step[0] == "run":
            known["SCAN"] = done["imports"][0]["import_id"]
        known |= {"MERGE": done["decision"]} if done.get("kind") == "merge" else {}
        at = muster.json("history")[-1]["at"]
        digests[at] = muster.json("digest")["digest"]
        names[at] = sorted(row["name"] for row in muster.json("asset", "list"))
    before = stored(muster)
    assert {at: muster.json("digest", "--at", at)["digest"] for at in digests} == digests
    at, told = list(names.items())[2]
    assert sorted(row["name"] for row in muster.json("asset", "list", "--as-of-time", at)) == told
    first, last = list(digests)[0], list(digests)[-1]
    changes = muster.json("diff", "--since", first)
    assert (changes["digest_before"], changes["digest"]) == (digests[first], digests[last])
    assert muster.json("diff", "--since", first, "--until", first)["equal"] is True
    assert stored(muster) == before
