"""What a person decides on the command line holds against every file, survives later imports, and counts at once."""

import asyncio
import csv
from pathlib import Path

import pytest

from conftest import Muster
from muster.plan_names import create_assets_from_discovery_no_commit
from muster.recompute import recompute
from muster.store import lineage, tenants
from muster.store.transaction import Database
from muster.vocabulary.errors import UsageError

SERVERS = (
    "Name,Environment,Serial Number,Operating System\nweb01,Production,SN-1001,RHEL 8\nweb02,Test,SN-1002,RHEL 8\n"
)


@pytest.fixture
def imported(muster: Muster, tmp_path: Path) -> dict[str, str]:
    """One import of two servers: its id and its flow."""
    file = tmp_path / "servers.csv"
    file.write_text(SERVERS)
    result = muster.json("run", file)
    return {
        "import_id": result["imports"][0]["import_id"],
        "flow_id": result["imports"][0]["flow_id"],
        "digest": result["digest"],
    }


def test_an_edit_wins_over_every_file_and_stays(muster: Muster, imported: dict[str, str], tmp_path: Path) -> None:
    muster.call("asset", "edit", "web01", "environment", "Test", "--reason", "told so")
    newer = tmp_path / "newer.csv"
    newer.write_text(SERVERS.replace("RHEL 8", "RHEL 9"))
    muster.call("run", newer, "--as-of", "2026-01-01")
    shown = muster.json("asset", "show", "web01")
    told = muster.json("why", "web01", "environment")
    assert (shown["environment"], shown["os_name"]) == ("test", "Red Hat Enterprise Linux 9")
    assert told["reason"] == "a person edited it, and an edit stays"
    assert {claim["standing"] for claim in told["claims"]} == {"lost"}


def test_a_value_that_no_rule_can_read_is_refused_and_changes_nothing(muster: Muster, imported: dict[str, str]) -> None:
    refused = muster.call("asset", "edit", "web01", "memory_mb", "plenty", code=1)
    assert "plenty" in refused.stderr
    undated = muster.call("asset", "edit", "web01", "install_date", "05/06/2020", code=1)
    assert "year-month-day" in undated.stderr
    assert muster.json("digest")["digest"] == imported["digest"]


def test_an_excluded_record_is_counted_and_is_no_asset(
    muster: Muster, imported: dict[str, str], tmp_path: Path
) -> None:
    muster.call("import", "exclude", "servers.csv", "2", "--reason", "a test machine")
    target = tmp_path / "links.csv"
    muster.call("export", "links", "-o", target)
    with target.open(newline="") as file:
        links = [(row["row_number"], row["disposition"], row["asset_name"]) for row in csv.DictReader(file)]
    assert links == [("1", "created", "web01"), ("2", "excluded", "")]
    assert muster.json("validate", "all")["violations"] == 0
    muster.call("import", "exclude", imported["import_id"], "3", code=2)


def test_an_id_stays_with_the_greater_half_whichever_came_first(muster: Muster, tmp_path: Path) -> None:
    """The oldest record is split off, then what the other half has most of is merged with it and split again."""
    for name in ("old.csv", "list.csv", "scan.csv"):
        (tmp_path / name).write_text(f"Name,Notes\nweb01,from {name}\n")
        muster.call("run", tmp_path / name)
    [whole] = muster.json("asset", "list")
    muster.call("asset", "split", whole["asset_id"], "--records", "old.csv:1")
    held = _ids_by_file(muster, tmp_path)
    assert held["list.csv"] == held["scan.csv"] == whole["asset_id"] != held["old.csv"]

    muster.call("asset", "merge", held["old.csv"], held["list.csv"])
    assert set(_ids_by_file(muster, tmp_path).values()) == {whole["asset_id"]}
    muster.call("asset", "split", whole["asset_id"], "--records", "list.csv:1", "scan.csv:1")
    again = _ids_by_file(muster, tmp_path)
    assert again["list.csv"] == again["scan.csv"] == whole["asset_id"] != again["old.csv"]


def test_of_two_equal_halves_the_older_one_keeps_the_id(muster: Muster, tmp_path: Path) -> None:
    for name in ("old.csv", "new.csv"):
        (tmp_path / name).write_text(f"Name,Notes\nweb01,from {name}\n")
        muster.call("run", tmp_path / name, "--source", name)
    [whole] = muster.json("asset", "list")
    muster.call("asset", "split", whole["asset_id"], "--records", "new.csv:1")
    held = _ids_by_file(muster, tmp_path)
    assert held["old.csv"] == whole["asset_id"] != held["new.csv"]


def _ids_by_file(muster: Muster, folder: Path) -> dict[str, str]:
    muster.call("export", "links", "-o", folder / "links.out")
    with (folder / "links.out").open(newline="") as file:
        return {row["file"]: row["asset_id"] for row in csv.DictReader(file)}


def test_no_commit_of_its_own_and_nothing_seen_before_the_callers(muster: Muster, imported: dict[str, str]) -> None:
    async def discover() -> tuple[list[str], int, int]:
        async with Database.open(muster.url) as database:
            scope = await tenants.find(database, "Acme", "Datacentre exit")
            data = [{"name": "found01", "serial_number": "SN-2001"}, {"name": "web01", "serial_number": "SN-1001"}]
            async with database.transaction(scope) as tx:
                from_flow = imported["flow_id"]
                made = await create_assets_from_discovery_no_commit(tx, scope, from_flow, data)  # type: ignore[arg-type]
                async with database.transaction(scope) as other:
                    before = await lineage.totals(other, scope)
            async with database.transaction(scope) as tx:
                after = await lineage.totals(tx, scope)
                await recompute(tx, scope)
                again = await lineage.totals(tx, scope)
            with pytest.raises(UsageError):
                async with database.transaction(scope) as tx:
                    await create_assets_from_discovery_no_commit(tx, scope, imported["flow_id"], [{"colour": "red"}])  # type: ignore[arg-type]
            assert again == after
            return [f"{row['name']} {row['disposition']}" for row in made], sum(before.values()), sum(after.values())

    assert asyncio.run(discover()) == (["found01 created", "web01 merged"], 2, 3)
    assert muster.json("validate", "all")["violations"] == 0


def test_a_backup_read_into_a_new_home_is_the_same_inventory(tmp_path: Path) -> None:
    """On embedded servers of its own: a backup is of a whole installation."""
    file, dump = tmp_path / "servers.csv", tmp_path / "all.dump"
    file.write_text(SERVERS)
    first, second = (Muster("", tmp_path / name) for name in ("one", "two"))
    for home in (first, second):
        del home.environment["MUSTER_DATABASE_URL"]
    digest = first.json("run", file)["digest"]
    first.call("db", "backup", dump)
    second.call("db", "restore", dump)
    assert second.json("digest")["digest"] == digest
    second.call("db", "restore", dump, code=1)
