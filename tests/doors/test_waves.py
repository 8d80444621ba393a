"""Waves, dependencies and findings on the command line: a pin outlives new files and undo, and nobody else sees it."""

from pathlib import Path
from typing import Any

import pytest

from conftest import Muster

SERVERS = (
    "Name,Environment,Criticality,Application Name,IP Address,Operating System\n"
    "crm-web,Production,High,CRM,10.1.0.1,RHEL 6\ncrm-db,Production,High,CRM,10.1.0.2,RHEL 8\n"
    "crm-test,Test,Low,CRM,10.1.0.3,RHEL 8\nfile01,Production,Low,,10.1.0.4,Windows Server 2008\n"
)
RELATIONS = "Source,Target,Relationship Type\ncrm-web,crm-db,Depends on\n"
SIZES = ("--smallest", "1", "--largest", "2")


@pytest.fixture
def estate(muster: Muster, tmp_path: Path) -> str:
    """Four servers and a dependency; the id of the import that holds the servers."""
    for name, text in {"servers.csv": SERVERS, "relations.csv": RELATIONS}.items():
        (tmp_path / name).write_text(text)
    result = muster.json("run", tmp_path / "servers.csv", tmp_path / "relations.csv")
    return str(next(one["import_id"] for one in result["imports"] if one["file"].endswith("servers.csv")))


def waves_of(muster: Muster) -> dict[str, int]:
    told: dict[str, Any] = muster.json("dependency", "waves", "--members", *SIZES)
    return {member["name"]: member["wave"] for member in told["members"]}


def test_tests_move_first_and_an_application_in_one_wave(muster: Muster, estate: str) -> None:
    found = waves_of(muster)
    assert found["crm-test"] < min(found["crm-web"], found["file01"])
    assert found["crm-web"] == found["crm-db"] > found["file01"]


def test_a_pin_takes_the_unit_along_and_outlives_new_files(muster: Muster, estate: str, tmp_path: Path) -> None:
    muster.call("wave", "pin", "crm-db", "7", "--reason", "the vendor asks for it")
    newer = tmp_path / "newer.csv"
    newer.write_text(SERVERS.replace("RHEL 8", "RHEL 9"))
    muster.call("run", newer, "--as-of", "2026-01-01")
    found = waves_of(muster)
    assert (found["crm-web"], found["crm-db"]) == (7, 7)
    muster.call("wave", "pin", "crm-db", "5")
    assert waves_of(muster)["crm-db"] == 5
    muster.call("wave", "unpin", "crm-db")
    assert waves_of(muster)["crm-db"] < 5
    assert muster.json("validate", "all")["violations"] == 0


def test_what_a_plan_breaks_is_told_by_name_with_a_remedy(muster: Muster, estate: str) -> None:
    muster.call("wave", "pin", "crm-web", "1")
    told = muster.json("dependency", "waves", *SIZES)
    assert "nonproduction_first" in {row["condition"] for row in told["broken"]}
    assert all(row["message"] and row["remedy"] for row in told["broken"])
    assert 0 <= told["score"] < 100


def test_waves_have_dates_outside_blackouts_and_wrong_ones_are_refused(muster: Muster, estate: str) -> None:
    dated = ("--start", "2027-12-13", "--blackout", "2027-12-20..2028-01-06", "--days", "7")
    told = muster.json("dependency", "waves", *SIZES, *dated)
    assert [wave["first_day"] for wave in told["waves"]][:2] == ["2027-12-13", "2028-01-07"]
    assert "FIRST..LAST" in muster.call("dependency", "waves", "--blackout", "christmas", code=2).stderr
    assert "no wave" in muster.call("wave", "pin", "file01", "0", code=2).stderr


def test_dependencies_and_findings_are_listed(muster: Muster, estate: str) -> None:
    edges = {(row["source"], row["target"], row["kind"]) for row in muster.json("dependency", "list")}
    assert ("crm-web", "crm-db", "depends_on") in edges
    assert {row["asset"] for row in muster.json("dependency", "groups")} >= {"crm-web", "crm-db"}
    old = muster.json("debt", "list", "--severity", "critical")
    assert {row["asset"] for row in old} == {"crm-web", "file01"}
    summary = muster.json("debt", "summary")
    assert sum(summary["by_severity"].values()) == sum(row["findings"] for row in summary["by_check"])
