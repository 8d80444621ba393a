"""What people say of dependencies on the command line: it outlives files and undo, counts everywhere, is revoked."""

from pathlib import Path
from typing import Any

import pytest

from in_process import Commands

SERVERS = (
    "Server Name,Environment,Application Name,IP Address,Operating System\n"
    "crm-web,Production,CRM,10.1.0.1,RHEL 7\ncrm-db,Production,CRM,10.1.0.2,RHEL 7\n"
    "erp-app,Production,ERP,10.1.0.3,RHEL 7\nerp-db,Production,,10.1.0.4,RHEL 7\nfile01,Production,,10.1.0.5,RHEL 7\n"
)
RELATIONS = (
    "Source,Target,Relationship Type\ncrm-web,crm-db,Depends on\nerp-app,erp-db,Depends on\n"
    "erp-db,crm-db,Depends on\ncrm-db,erp-app,Depends on\n"
)
SCAN = "Hostname,IP Address,Operating System\ncrm-web,10.1.0.1,RHEL 8\nerp-db,10.1.0.4,RHEL 8\n"


@pytest.fixture
def estate(url: str, tmp_path: Path) -> Commands:
    muster = Commands(url, tmp_path / "home")
    for name, text in {"servers.csv": SERVERS, "relations.csv": RELATIONS}.items():
        (tmp_path / name).write_text(text)
    muster.json("run", tmp_path / "servers.csv", tmp_path / "relations.csv")
    return muster


def listed(muster: Commands, *options: str) -> set[tuple[str, str, str]]:
    return {(row["source"], row["target"], row["standing"]) for row in muster.json("dependency", "list", *options)}


def groups(muster: Commands) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in muster.json("dependency", "groups"):
        found.setdefault(row["group"], set()).add(row["asset"])
    return {frozenset(members) for members in found.values()}


def test_a_refused_dependency_counts_nowhere_whatever_comes(estate: Commands, tmp_path: Path) -> None:
    shown = estate.json("dependency", "refuse", "erp-db", "crm-db", "--preview")
    assert ("erp-db", "crm-db", "found") in listed(estate)
    said = ("--reason", "decommissioned", "--author", "Ann", "--expect", shown["digest"])
    done = estate.json("dependency", "refuse", "erp-db", "crm-db", *said)
    assert done["digest"] == shown["digest"]
    assert [(row["source"], row["target"]) for row in shown["changes"]["edges_removed"]] == [("erp-db", "crm-db")]

    def refused() -> None:
        assert "crm-db" not in {target for source, target, _ in listed(estate) if source == "erp-db"}
        [row] = estate.json("dependency", "list", "--standing", "refused")
        assert (row["source"], row["target"], row["author"], row["reason"]) == (
            "erp-db", "crm-db", "Ann", "decommissioned",
        )  # fmt: skip
        assert estate.json("dependency", "cycles") == []
        estate.call("export", "edges", "-o", tmp_path / "edges.csv")
        assert (tmp_path / "edges.csv").read_text().count("crm-db") == 2

    refused()
    (tmp_path / "scan.csv").write_text(SCAN)
    scanned = estate.json("run", tmp_path / "scan.csv", "--as-of", "2026-01-01")
    refused()
    again = tmp_path / "again.csv"
    again.write_text(RELATIONS + "file01,crm-db,Depends on\n")
    estate.json("run", again)
    estate.call("import", "undo", scanned["imports"][0]["import_id"])
    [row] = estate.json("dependency", "list", "--standing", "refused")
    assert (row["source"], row["target"]) == ("erp-db", "crm-db")
    estate.call("decision", "revoke", str(done["decision"]))
    assert ("erp-db", "crm-db", "found") in listed(estate)
    assert estate.json("validate", "all")["violations"] == 0


def test_a_decision_holds_as_long_as_any_record_of_both_ends_is_left(estate: Commands, tmp_path: Path) -> None:
    """Law 1 with words about dependencies: what is undone takes nothing along but itself."""
    (tmp_path / "scan.csv").write_text(SCAN)
    scan = estate.json("run", tmp_path / "scan.csv", "--as-of", "2026-01-01")["imports"][0]["import_id"]
    without = estate.as_tenant(estate.client, "Never scanned")
    without.json("run", tmp_path / "servers.csv", tmp_path / "relations.csv")
    for muster in (estate, without):
        muster.call("dependency", "confirm", "crm-web", "crm-db", "--author", "Ann")
        muster.call("dependency", "add", "file01", "erp-app", "--kind", "uses", "--port", "443", "--author", "Ann")
        muster.call("dependency", "refuse", "crm-db", "erp-app", "--author", "Ann")
        muster.call("dependency", "pin", "file01", "--with", "crm-web", "--author", "Ann")
    estate.call("import", "undo", scan)
    assert estate.json("digest") == without.json("digest")
    told = {("crm-web", "crm-db", "confirmed"), ("file01", "erp-app", "added")}
    assert told <= listed(estate)
    assert {row["confidence"] for row in estate.json("dependency", "list") if row["standing"] != "found"} == {1.0}
    assert any({"file01", "crm-web"} <= group for group in groups(estate))


def test_group_pins_and_grain_hold_until_revoked(estate: Commands) -> None:
    before = groups(estate)
    alone = estate.json("dependency", "pin", "crm-web", "--alone")
    assert not any("crm-web" in group for group in groups(estate))
    assert estate.json("dependency", "grain", "finest", "--preview")["preview"]
    estate.call("dependency", "grain", "coarsest")
    back = [row["id"] for row in estate.json("decision", "list", "--kind", "set_grain")]
    for number in (*back, alone["decision"]):
        estate.call("decision", "revoke", str(number))
    assert groups(estate) == before


def test_cycles_applications_and_levels_are_told(estate: Commands) -> None:
    [cycle] = estate.json("dependency", "cycles")
    assert {one["name"] for one in cycle["members"]} == {"crm-db", "erp-app", "erp-db"}
    assert (len(cycle["cut"]), cycle["smallest"]) == (1, True)
    [between] = estate.json("dependency", "cycles", "--of", "applications")
    assert {one["name"] for one in between["members"]} == {"CRM", "ERP"}
    members: list[dict[str, Any]] = estate.json("dependency", "applications")
    stated = {(row["application"], row["asset"]) for row in members if row["basis"] == "stated"}
    assert stated == {("CRM", "crm-web"), ("CRM", "crm-db"), ("ERP", "erp-app")}
    assert ("ERP", "erp-db") in {(row["application"], row["asset"]) for row in members}
    levels = {(row["source"], row["target"]): row["level"] for row in estate.json("dependency", "list")}
    assert levels["erp-app", "erp-db"] == "own"
    assert levels["erp-db", "crm-db"] == "shared"
    assert estate.json("dependency", "hubs") == estate.json("dependency", "list", "--level", "everyone") == []


def test_what_cannot_be_meant_is_refused(estate: Commands) -> None:
    wrong = estate.call("dependency", "refuse", "crm-web", "crm-db", "--port", "443")
    assert (wrong.code, "depends_on" in wrong.err) == (2, True)
    same, neither = estate.call("dependency", "add", "crm-db", "crm-db"), estate.call("dependency", "pin", "crm-db")
    assert (same.code, neither.code) == (2, 2)
    assert "two different ends" in same.err
    assert "--alone" in neither.err
