"""Scores, strategies, readiness and exploited products on the command line, and what a person decides of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Muster

SERVERS = (
    "Server Name,IP Address,Operating System,Memory (GB),CPUs,Disk (GB),Environment,Criticality,Owner,Application,"
    "Depends On,Power State,Migration Strategy\n"
    "web01,10.0.0.1,Windows Server 2008 R2,8,4,100,Production,High,Web team,Shop,db01,on,\n"
    "db01,10.0.0.2,Red Hat Enterprise Linux 9,64,16,900,Production,Critical,DBA,Shop,,on,\n"
    "app02,10.0.0.3,Ubuntu 24.04,16,8,200,Test,Low,,ERP,db01,on,Retain\n"
    "gone01,,SLES 12,4,2,,Test,,,,,off,\n"
)


@pytest.fixture
def estate(muster: Muster, tmp_path: Path) -> str:
    """Four servers; the id of the import that holds them."""
    (tmp_path / "servers.csv").write_text(SERVERS)
    return str(muster.json("run", tmp_path / "servers.csv")["imports"][0]["import_id"])


def strategies(muster: Muster) -> dict[str, tuple[str, str]]:
    rows: list[dict[str, Any]] = muster.json("debt", "propose")
    return {row["name"]: (row["strategy"], row["strategy_by"]) for row in rows}


def test_a_person_overrides_rules_and_source_and_takes_it_back(muster: Muster, estate: str, tmp_path: Path) -> None:
    before = strategies(muster)
    assert before["web01"] == ("Replatform", "rules")
    assert before["app02"] == ("Retain", "source")
    said = ("--author", "Ada", "--reason", "the vendor hosts it")
    number = muster.json("debt", "override", "web01", "repurchase", *said)["decision"]
    muster.call("debt", "override", "app02", "Rehost")
    newer = tmp_path / "newer.csv"
    newer.write_text(SERVERS.replace("Web team", "Shop team"))
    muster.call("run", newer, "--as-of", "2026-01-01")
    told = {row["name"]: row for row in muster.json("debt", "propose")}
    assert (told["web01"]["strategy"], told["web01"]["strategy_by"]) == ("Repurchase", "person")
    assert (told["web01"]["author"], told["web01"]["reason"]) == ("Ada", "the vendor hosts it")
    assert told["web01"]["proposed"] == "Replatform"
    assert told["app02"]["strategy"] == "Rehost"
    muster.call("debt", "override", "app02", "rules")
    assert strategies(muster)["app02"] == ("Retain", "source")
    muster.call("decision", "revoke", str(number))
    assert strategies(muster) == before
    muster.call("debt", "override", "web01", "burn", code=2)
    assert muster.json("validate", "all")["violations"] == 0


def test_an_override_is_gone_with_its_file_and_back_with_it(muster: Muster, estate: str, tmp_path: Path) -> None:
    muster.call("debt", "override", "web01", "Retain")
    muster.call("import", "undo", estate)
    assert strategies(muster) == {}
    muster.call("run", tmp_path / "servers.csv")
    assert strategies(muster)["web01"] == ("Retain", "person")


def test_scores_are_told_with_their_parts_and_follow_the_day(muster: Muster, estate: str) -> None:
    rows = {row["name"]: row for row in muster.json("debt", "scores")}
    assert rows["web01"]["debt_score"] > rows["db01"]["debt_score"]
    assert all(row["debt_low"] <= row["debt_score"] <= row["debt_high"] for row in rows.values() if row["debt_score"])
    told = muster.json("debt", "explain", "web01")
    assert told["debt_score"] == rows["web01"]["debt_score"]
    assert sum(part["points"] or 0 for part in told["debt"]) == pytest.approx(told["debt_score"], abs=0.5)
    assert {rule["strategy"] for rule in told["rules"]} >= {"Replatform", "Rehost"}
    past = muster.json("debt", "explain", "web01", "--as-of", "2010-01-01")
    assert past["debt_score"] < told["debt_score"]
    apps = {row["application"]: row for row in muster.json("debt", "scores", "--by", "application")}
    assert set(apps) == {"Shop", "ERP"}
    assert apps["Shop"]["assets"] == 2
    shown = muster.json("asset", "show", "web01")
    assert (shown["assessment"]["debt_score"], shown["assessment"]["strategy"]) == (told["debt_score"], "Replatform")


def test_support_is_that_of_the_day_that_is_asked_for(muster: Muster, estate: str) -> None:
    def checks(*day: str) -> set[str]:
        return {row["check"] for row in muster.json("debt", "list", *day) if row["asset"] == "web01"}

    assert "os_end_of_life" in checks("--as-of", "2026-11-29")
    assert not {one for one in checks("--as-of", "2012-01-01") if one.startswith("os_")}
    assert "os_paid_support_only" in checks("--as-of", "2021-06-01")
    counted = muster.json("debt", "summary", "--as-of", "2021-06-01")
    assert sum(counted["by_severity"].values()) == sum(row["findings"] for row in counted["by_check"])
    assert "YYYY-MM-DD" in muster.call("debt", "list", "--as-of", "soon", code=2).stderr


def test_readiness_counts_what_is_known_and_names_what_blocks(muster: Muster, estate: str) -> None:
    told = muster.json("debt", "readiness", "--assets")
    assert told["kinds"] == [{"asset_type": "server", "assets": 4, "ready": 2}]
    shares = {row["fact"]: (row["known"], row["assets"]) for row in told["completeness"]}
    assert (shares["address"], shares["storage"], shares["operating system"]) == ((3, 4), (3, 4), (4, 4))
    blocked = {row["name"]: set(row["blockers"]) for row in told["blocked"]}
    assert blocked["app02"] == {"nobody responsible"}
    assert blocked["gone01"] >= {"release not told", "no storage", "no address", "no application"}


def test_exploited_products_are_found_in_a_local_file(muster: Muster, estate: str, tmp_path: Path) -> None:
    entry = {"cveID": "CVE-2020-1472", "vendorProject": "Microsoft", "product": "Windows", "dateAdded": "2021-11-03"}
    feed = tmp_path / "kev.json"
    feed.write_text(json.dumps({"vulnerabilities": [entry]}))
    called = muster.call("debt", "kev", feed, "--format", "json", code=1)
    (match,) = json.loads(called.stdout)["matches"]
    assert (match["says"], match["assets"], match["cves"]) == ("Microsoft Windows Server 2008 R2", 1, ["CVE-2020-1472"])
    assert 0 < match["confidence"] < 1
    feed.write_text("not a feed")
    assert "CISA" in muster.call("debt", "kev", feed, code=2).stderr
