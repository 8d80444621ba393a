"""muster export TARGET through the command, on one small estate."""

import asyncio
import csv
import io
import json
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from selectolax.lexbor import LexborHTMLParser

from conftest import _execute, _named
from in_process import Commands, Upload, pipeline_on

ESTATE = """name,asset_type,fqdn,ip_address,os_name,cpu_cores,memory_mb,notes,owner,serial_number,is_virtual
web01,virtual_machine,web01.corp.example,10.0.0.1;10.0.0.2,RHEL 7.9,4,8192.5,=cmd|' /C calc'!A0,Ann,SN1XQ,true
db01,server,db01.corp.example,10.0.0.3,Windows Server 2022,8,65536,+1,-team,SN2XQ,false
Shop,application,,,,,,,ann@example.com,,
"""


@pytest.fixture(scope="module")
def muster(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A tenant with three assets."""
    folder, name = tmp_path_factory.mktemp("export"), "exporting"
    asyncio.run(
        _execute(server, f"drop database if exists {name} with (force)", f"create database {name} template {template}")
    )
    file = folder / "estate.csv"
    file.write_text(ESTATE)
    with pipeline_on(_named(server, name), folder / "spool") as pipeline, pipeline.working():
        pipeline.take(pipeline.scope("Acme", "Exit"), Upload(file))
        pipeline.scope("Acme", "Elsewhere")
    return Commands(_named(server, name), folder / "home", "Acme", "Exit")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_general_formats_say_the_same(muster: Commands, tmp_path: Path) -> None:
    for format in ("csv", "json", "parquet", "xlsx"):
        said = muster.json("export", format, "-o", tmp_path / f"inventory.{format}")
        assert [file["rows"] for file in said["files"]] == [3]
        assert said["not_expressed"]["total"] == 0
    documents = json.loads((tmp_path / "inventory.json").read_text())
    frame = pl.read_parquet(tmp_path / "inventory.parquet")
    table = rows(tmp_path / "inventory.csv")
    assert [row["name"] for row in documents] == frame["name"].to_list() == [row["name"] for row in table]
    assert [row["name"] for row in documents] == ["Shop", "db01", "web01"]
    assert documents[2]["memory_mb"] == 8192.5
    assert frame["ip_address"].to_list() == [None, ["10.0.0.3"], ["10.0.0.1", "10.0.0.2"]]
    assert table[2]["ip_address"] == "10.0.0.1;10.0.0.2"
    assert [(row["notes"], row["owner"]) for row in table[1:]] == [("'+1", "'-team"), ("'=cmd|' /C calc'!A0", "Ann")]


def test_the_same_inventory_gives_the_same_bytes(muster: Commands, tmp_path: Path) -> None:
    for target, ending in (("csv", "csv"), ("xlsx", "xlsx"), ("parquet", "parquet"), ("azure_migrate_import", "csv")):
        for time in ("first", "second"):
            assert muster.call("export", target, "-o", tmp_path / f"{time}.{ending}", "--force").code == 0
        assert (tmp_path / f"first.{ending}").read_bytes() == (tmp_path / f"second.{ending}").read_bytes(), target


def test_what_cannot_be_expressed_is_reported_and_what_is_missing_set_apart(muster: Commands, tmp_path: Path) -> None:
    said = muster.json("export", "azure_migrate_import", "-o", tmp_path / "azure", "--report", tmp_path / "report.csv")
    assert [(Path(file["path"]).name, file["rows"], file["incomplete"]) for file in said["files"]] == [
        ("azure_migrate_import.csv", 1, False),
        ("azure_migrate_import-incomplete.csv", 1, True),
    ]
    assert said["assets"] == {"total": 3, "left_out": 1, "incomplete": 1}
    told = {(row["asset"], row["attribute"]): row["why"] for row in rows(tmp_path / "report.csv")}
    assert told["web01", "memory_mb"] == "*Memory (In MB) takes whole numbers: written as 8193"
    assert told["db01", "asset"] == "*OS name must not be empty"
    assert told["Shop", "asset"].endswith("it is of type application")
    assert said["not_expressed"]["total"] == len(rows(tmp_path / "report.csv")) == len(said["not_expressed"]["lines"])
    assert rows(tmp_path / "azure" / "azure_migrate_import.csv")[0]["*Server name"] == "web01"


def test_nothing_is_written_over_unless_it_is_forced(muster: Commands, tmp_path: Path) -> None:
    file = tmp_path / "inventory.csv"
    file.write_text("precious")
    refused = muster.call("export", "csv", "-o", file, "--format", "json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "output_exists")
    assert file.read_text() == "precious"
    assert muster.call("export", "csv", "-o", file, "--force").code == 0
    assert file.read_text().startswith("id,name,")
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.csv"]


def test_a_neighbour_sees_nothing(muster: Commands, tmp_path: Path) -> None:
    elsewhere = muster.as_tenant("Acme", "Elsewhere")
    for target in ("csv", "json", "google_migration_center"):
        said = elsewhere.json("export", target, "-o", tmp_path / target)
        assert [file["rows"] for file in said["files"]] == [0]
    assert "web01" not in "".join(path.read_text() for path in tmp_path.rglob("*.*") if path.is_file())


def test_an_unknown_target_is_wrong_usage(muster: Commands, tmp_path: Path) -> None:
    assert muster.call("export", "lotus", "-o", tmp_path / "x").code != 0
    assert list(tmp_path.iterdir()) == []


def test_links_edges_and_groups_are_written_whole_over_what_was_there(muster: Commands, tmp_path: Path) -> None:
    file = tmp_path / "links.csv"
    file.write_text("old")
    assert muster.json("export", "links", "-o", file) == {"file": str(file), "rows": 3}
    assert len(rows(file)) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]


def test_an_evidence_pack_counts_what_it_says(muster: Commands, tmp_path: Path) -> None:
    said = muster.json("export", "evidence", "-o", tmp_path / "pack")
    assert [Path(file).name for file in said["files"]] == ["evidence.html", "evidence.xlsx"]
    assert said["digest"] == muster.json("digest")["digest"]
    html = (tmp_path / "pack" / "evidence.html").read_text()
    page = LexborHTMLParser(html)
    assert page.css_first("html").attributes["lang"] == "en"
    assert "<script" not in html and not re.search(r'(src|href)="', html)  # nothing outside the file
    assert [tile.text() for tile in page.css(".tiles b")] == ["3", "2", "0", str(with_critical(muster))]
    assert all(table.css_first("thead th[scope=col]") for table in page.css("table"))
    book = load_workbook(tmp_path / "pack" / "evidence.xlsx")
    assert {
        "Inventory",
        "Conflicts",
        "Groups",
        "Waves",
        "Debt findings",
        "Lineage",
        "Imports",
        "Figures",
        "Method",
    } <= set(book.sheetnames)
    assert [row[0].value for row in book["Lineage"].iter_rows(min_row=2)] != [None] * 3
    shares = {row[0]: row[1:3] for row in book["Figures"].iter_rows(min_row=2, values_only=True)}
    assert shares["machines whose cpu_cores is known"] == (2, 2)
    assert shares["created"] == (3, 3)
    uncounted = muster.json("dependency", "waves")["uncounted"]
    assert [(row["asset_type"], row["assets"]) for row in uncounted] == [("application", 1)]
    columns, *listed = book["Not counted as machines"].iter_rows(values_only=True)
    assert [dict(zip(columns, row, strict=True)) for row in listed] == uncounted
    (table,) = [one for one in page.css("table") if "in a wave" in one.css_first("thead").text()]
    shown = [[cell.text() for cell in line.css("th, td")] for line in table.css("tbody tr")]
    assert shown == [[str(row[name]) for name in ("asset_type", "assets", "planned", "why")] for row in uncounted]


def with_critical(muster: Commands) -> int:
    return len({row["asset_id"] for row in muster.json("debt", "list") if row["severity"] == "critical"})


def test_an_evidence_pack_says_what_files_contradict(muster: Commands, tmp_path: Path) -> None:
    file = tmp_path / "second.csv"
    file.write_text("name,fqdn,os_name,cpu_cores,environment\nweb01,web01.corp.example,<b>Other OS</b>,16,test\n")
    other = muster.as_tenant("Acme", "Contradicted")
    first = tmp_path / "first.csv"
    first.write_text(ESTATE)
    other.json("run", first, file)
    assert muster.as_tenant("Acme", "Contradicted").call("export", "evidence", "-o", tmp_path / "pack.zip").code == 0
    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        html = archive.read("evidence.html").decode()
        book = load_workbook(io.BytesIO(archive.read("evidence.xlsx")))
    claims = [dict(zip(head(book["Conflicts"]), row, strict=True)) for row in body(book["Conflicts"])]
    cores = {(claim["standing"], claim["claim"]) for claim in claims if claim["attribute"] == "cpu_cores"}
    assert {claim for _, claim in cores} == {"4", "16"}
    assert {standing for standing, _ in cores} == {"won", "lost"}
    assert "<b>Other" not in html  # what a file says is never markup


def head(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[1]]


def body(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(min_row=2, values_only=True))
