"""A folder and an archive of exports through the command line: one import each, and nothing changes the second time."""

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

from conftest import Muster

FILES = {
    "RVTools_tabvInfo.csv": "VM,Powerstate,CPUs,Memory,Primary IP Address,VM UUID\n"
    "web01,poweredOn,4,8192,10.0.0.1,4201a1b2-0001-4000-8000-000000000001\n"
    "db01,poweredOn,8,65536,10.0.0.2,4201a1b2-0002-4000-8000-000000000002\n",
    "RVTools_tabvDisk.csv": "VM,Disk,Capacity MiB,VM UUID\n"
    "web01,Hard disk 1,40960,4201a1b2-0001-4000-8000-000000000001\n",
    "site/applications.json": '{"results": [{"name": "crm", "owner": "Ann"}, {"name": "erp", "owner": "Bob"}]}',
    "readme.txt": "These are the exports of May. Ask the platform team about them.\n",
    ".DS_Store": "left behind\n",
}


def export(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def archive(folder: Path) -> Path:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in FILES.items():
            packed.writestr(f"export/{name}", text)
    return path


def picture(result: Any) -> list[tuple[str, str, str, int]]:
    [entry] = result["imports"]
    assert (entry["status"], result["refused"]) == ("completed", [])
    return [(t["name"], t["format"], t["record_kind"], t["records"]) for t in entry["tables"]]


def dispositions(result: Any) -> set[str]:
    return {
        name
        for entry in result["imports"]
        for table in entry["tables"]
        for name, count in table["dispositions"].items()
        if count
    }


TABLES = [
    ("RVTools_tabvDisk", "delimited_text", "disk", 1),
    ("RVTools_tabvInfo", "delimited_text", "virtual_machine", 2),
    ("site/applications / results[]", "json_records", "application", 2),
]


def test_a_folder_and_an_archive_are_one_import_each_and_change_nothing_the_second_time(
    muster: Muster, tmp_path: Path
) -> None:
    folder = export(tmp_path / "here" / "export")
    first = muster.json("run", folder, "--source", "rvtools")
    assert picture(first) == TABLES
    assert first["assets"]["by_type"].get("application") == 2

    again = muster.json("run", folder, "--source", "rvtools")
    elsewhere = muster.json("run", export(tmp_path / "there" / "export"), "--source", "rvtools")
    for result in (again, elsewhere):
        assert (picture(result), result["digest"]) == (TABLES, first["digest"])
        assert dispositions(result) <= {"unchanged", "excluded"}
        assert result["imports"][0]["import_id"] == first["imports"][0]["import_id"]

    other = muster.as_tenant("Acme", "From an archive")
    zipped = other.json("run", archive(tmp_path), "--source", "rvtools")
    assert (picture(zipped), zipped["assets"]) == (TABLES, first["assets"])
    shutil.rmtree(tmp_path / "home" / "spool")  # another machine has unpacked nothing yet
    repeated = other.json("run", tmp_path / "export.zip", "--source", "rvtools")
    assert (picture(repeated), repeated["digest"]) == (TABLES, zipped["digest"])
    assert dispositions(repeated) <= {"unchanged", "excluded"}


def test_inspect_shows_a_folder_and_leaves_nothing_behind(muster: Muster, tmp_path: Path) -> None:
    folder = export(tmp_path / "export")
    shown = json.loads(muster.call("inspect", folder, "--format", "json", TMPDIR=str(tmp_path)).stdout)
    assert [(t["name"], t["format"], t["record_kind"], t["records"]) for t in shown["tables"]] == TABLES
    [warning] = [warning for t in shown["tables"] for warning in t["warnings"] if warning["code"] == "member_skipped"]
    assert "readme.txt" in warning["message"]
    assert {entry.name for entry in tmp_path.iterdir()} <= {"export", "home"}
