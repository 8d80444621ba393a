"""Every kind of file that should never have been sent: a clear refusal or quarantined rows with reasons, and never a lost good row."""

# ruff: noqa: E501  SQL and tables of cases read better in lines of their own

import asyncio
import gzip
import io
import uuid
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from conftest import Muster, _execute, _named
from in_process import Commands, Pipeline, pipeline_on
from muster.vocabulary.scope import Scope

pytestmark = pytest.mark.integration

HEADER = "Server Name,Serial Number,IP Address,Operating System\n"
GOOD = HEADER + "web01,ABC1234,10.0.0.1,rhel 7\ndb01,ABC1235,10.0.0.2,Ubuntu 22.04\n"
SHEET = "xl/worksheets/sheet1.xml"
RUBBISH = bytes((n * 7919 + n // 3 * 131) % 256 for n in range(30_000))


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in GOOD.splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def repacked(change: dict[str, bytes]) -> bytes:
    """A workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change.get(name, before.read(name)))
    return out.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&f;</t></is></c></row></sheetData></worksheet>"""

# name -> (content, the codes of which one must be the answer). None: the file is not there.
REFUSED: dict[str, tuple[bytes | None, set[str]]] = {
    "missing.csv": (None, {"file_missing"}),
    "empty.csv": (b"", {"file_empty"}),
    "blanks.csv": (b" \r\n\t\n  \n" * 50, {"file_empty"}),
    "rubbish.csv": (RUBBISH, {"format_unknown"}),
    "zeros.csv": (b"\0" * 5000, {"format_unknown", "file_empty"}),
    "truncated.xlsx": (workbook()[:-900], {"file_damaged", "format_unknown"}),
    "altered.xlsx": (repacked({SHEET: b"<worksheet><sheetData><row"}), {"file_damaged", "format_unknown"}),
    "bomb.xlsx": (repacked({SHEET: b"<worksheet>" + b" " * 80_000_000}), {"file_too_large"}),
    "laughs.xlsx": (repacked({SHEET: LAUGHS}), {"file_damaged", "format_unknown"}),
    "document.docx": (archive({"word/document.xml": b"<document/>"}), {"format_unknown"}),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), {"format_unknown"}),
    "report.pdf": (b"%PDF-1.7\n" + RUBBISH, {"format_unknown"}),
    "cut-off.csv.gz": (gzip.compress(GOOD.encode())[:-20], {"file_damaged"}),
    "nothing-inside.zip": (archive({"report.pdf": b"%PDF-1.7"}), {"format_unknown"}),
    "page.html": (b"<!doctype html><html><head><title>Sign in</title></head><body><p>Your session is over.</p></body></html>", {"format_unknown"}),
}  # fmt: skip

WIDE = [f"Column {n}" for n in range(1, 57)]
WIDE_ROWS = [["web01", *["x"] * 56], ["web02", *["x"] * 57], ["web03", *["x"] * 56], ["web04", *["x"] * 55]]

# name -> (content, names of the good rows, number of quarantined rows)
QUARANTINED: dict[str, tuple[bytes, set[str], int]] = {
    "good.csv": (GOOD.encode(), {"web01", "db01"}, 0),
    "packed.csv.gz": (gzip.compress(GOOD.encode(), mtime=0), {"web01", "db01"}, 0),
    "wide.csv": ("\n".join(",".join(row) for row in [["Server Name", *WIDE], *WIDE_ROWS]).encode(), {"web01", "web03"}, 2),
    "ragged.csv": ((GOOD + "web02,ABC1236,10.0.0.3,rhel 7,surplus,more\nweb03\napp01,ABC1237,10.0.0.4,rhel 8\n").encode(), {"web01", "db01", "app01"}, 2),
    "windows.csv": ((HEADER + "münchen-01,MUC1234,10.0.9.1,rhel 7\nköln-01,CGN1235,10.0.9.2,rhel 8\n").encode("cp1252"), {"münchen-01", "köln-01"}, 0),
    "utf16.csv": (GOOD.encode("utf-16"), {"web01", "db01"}, 0),
    "marked.csv": (GOOD.encode("utf-8-sig"), {"web01", "db01"}, 0),
    "old-mac.csv": (GOOD.replace("\n", "\r").encode(), {"web01", "db01"}, 0),
    "nothing-after-the-last-row.csv": (GOOD.rstrip("\n").encode(), {"web01", "db01"}, 0),
    "quotes.csv": ((HEADER + 'web01,ABC1234,10.0.0.1,"rhel\n7, ""the"" one"\ndb01,ABC1235,10.0.0.2,rhel 8\n').encode(), {"web01", "db01"}, 0),
}  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """All of these files in one command, and what came of it."""

    code: int
    result: Any
    said: str
    folder: Path
    commands: Commands
    pipeline: Pipeline
    scope: Scope

    def entry(self, name: str) -> Any:
        [entry] = [entry for entry in self.result["imports"] if entry["file"] == name]
        return entry

    def rows(self, name: str) -> list[dict[str, Any]]:
        sql = "select r.* from raw_import_records r join data_imports i on i.id = r.data_import_id where i.filename = $1 order by r.id"
        return self.pipeline.fetch(self.scope, sql, name)


@pytest.fixture(scope="module")
def sent(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    name, folder = f"bad_{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("bad")
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    contents = {name: content for name, (content, _) in REFUSED.items()} | {
        name: content for name, (content, _, _) in QUARANTINED.items()
    }
    paths = [folder / name for name in sorted(contents)]
    for path in paths:
        if (content := contents[path.name]) is not None:
            path.write_bytes(content)
    (folder / "folder.csv").mkdir()
    commands = Commands(_named(server, name), folder / "home")
    said = commands.call("run", *paths, folder / "folder.csv", "--format", "json")
    with pipeline_on(commands.url, folder / "spool") as pipeline:
        scope = pipeline.scope(commands.client, commands.engagement)
        yield Sent(said.code, said.json, said.err, folder, commands, pipeline, scope)
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


def test_the_exit_code_says_that_something_was_refused(sent: Sent) -> None:
    assert (sent.code, "Traceback" in sent.said) == (1, False)


def test_every_bad_file_is_refused_and_no_good_one(sent: Sent) -> None:
    refused = {Path(each["file"]).name for each in sent.result["refused"]}
    assert refused == {*REFUSED, "folder.csv"}
    assert {entry["file"]: entry["status"] for entry in sent.result["imports"]} == dict.fromkeys(
        QUARANTINED, "completed"
    )


@pytest.mark.parametrize("name", [*REFUSED, "folder.csv"])
def test_a_refusal_says_what_is_wrong_and_what_to_do(sent: Sent, name: str) -> None:
    [refusal] = [each for each in sent.result["refused"] if Path(each["file"]).name == name]
    codes = REFUSED[name][1] if name in REFUSED else {"file_empty"}
    assert refusal["code"] in codes, refusal
    assert name in refusal["message"]
    assert len(refusal["hint"]) > 20
    assert sent.rows(name) == []


@pytest.mark.parametrize("name", ["rubbish.csv", "bomb.xlsx", "empty.csv", "missing.csv", "truncated.xlsx"])
def test_inspect_refuses_in_the_same_words(sent: Sent, name: str) -> None:
    said = sent.commands.call("inspect", sent.folder / name, "--format", "json")
    [refusal] = [each for each in sent.result["refused"] if Path(each["file"]).name == name]
    assert (said.code, said.json["error"]["code"]) == (2 if refusal["code"] == "file_missing" else 1, refusal["code"])
    assert "Traceback" not in said.err


@pytest.mark.parametrize("name", QUARANTINED)
def test_no_good_row_is_lost_and_every_bad_one_is_kept_with_a_reason(sent: Sent, name: str) -> None:
    _, good, bad = QUARANTINED[name]
    rows = sent.rows(name)
    assert {row["raw_data"]["Server Name"] for row in rows if row["is_valid"]} == good
    rejected = [row for row in rows if not row["is_valid"]]
    assert len(rejected) == bad
    assert all(
        row["disposition"] == "rejected" and row["validation_errors"]["message"] and row["validation_errors"]["hint"]
        for row in rejected
    )
    [table] = sent.entry(name)["tables"]
    assert (table["records"], table["dispositions"]["rejected"]) == (len(good) + bad, bad)
    assert sum(table["dispositions"].values()) == table["records"]


def test_a_quarantined_row_keeps_every_field_it_came_with(sent: Sent) -> None:
    kept = sent.pipeline.fetch(
        sent.scope,
        "select r.raw from rejected_record r join data_import i on i.id = r.data_import_id where i.filename = 'wide.csv' order by record_id",
    )
    assert [row["raw"] for row in kept] == [WIDE_ROWS[1], WIDE_ROWS[3]]


def test_good_rows_become_assets_whatever_came_with_them(sent: Sent) -> None:
    names = {row["name"] for row in sent.commands.json("asset", "list", "--limit", 1000)}
    assert {"web01", "db01", "app01", "münchen-01", "köln-01", "web03"} <= names, names
    assert sent.commands.json("validate", "all")["violations"] == 0


def test_the_same_command_again_refuses_the_same_and_changes_nothing(sent: Sent) -> None:
    paths = [sent.folder / name for name in ("good.csv", "rubbish.csv", "empty.csv", "truncated.xlsx", "wide.csv")]
    again = sent.commands.json("run", *paths, code=1)
    assert again["digest"] == sent.result["digest"]
    assert {Path(each["file"]).name for each in again["refused"]} == {"rubbish.csv", "empty.csv", "truncated.xlsx"}
    assert [table["dispositions"]["unchanged"] for entry in again["imports"] for table in entry["tables"]] == [2, 4]


# Files about which more than one answer is right, but losing rows is not.


def run_alone(sent: Sent, name: str, content: bytes, engagement: str) -> tuple[int, Any]:
    path = sent.folder / name
    path.write_bytes(content)
    said = sent.commands.as_tenant("Acme", engagement).call("run", path, "--format", "json")
    assert "Traceback" not in said.err
    return said.code, said.json


def rows_of(sent: Sent, engagement: str) -> list[dict[str, Any]]:
    scope = sent.pipeline.scope("Acme", engagement)
    assert sent.pipeline.violations(scope) == {}
    return sent.pipeline.fetch(scope, "select * from raw_import_records order by id")


def test_a_file_with_only_a_header_makes_nothing_and_says_so(sent: Sent) -> None:
    code, result = run_alone(sent, "only-header.csv", HEADER.encode(), "Only a header")
    assert (rows_of(sent, "Only a header"), result["assets"]["total"]) == ([], 0)
    refused = [each["code"] for each in result["refused"]]
    completed = [
        (entry["status"], entry["tables"][0]["records"], entry["tables"][0]["issues"] > 0)
        for entry in result["imports"]
    ]
    assert (code, refused, completed) in ((1, ["file_empty"], []), (0, [], [("completed", 0, True)]))


def test_a_file_without_a_header_keeps_its_first_row(sent: Sent) -> None:
    content = "".join(GOOD.splitlines(keepends=True)[1:]) + "app01,ABC1237,10.0.0.4,rhel 8\n"
    code, result = run_alone(sent, "no-header.csv", content.encode(), "No header")
    assert code == 0
    rows = rows_of(sent, "No header")
    assert [min(row["raw_data"].items())[1] for row in rows] == ["web01", "db01", "app01"]
    assert result["imports"][0]["tables"][0]["header_row"] is None


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("wrong-bytes.csv", b"w\xff\xfeb02,ABC1236,10.0.0.3,rhel 7\n"),
        ("nul-bytes.csv", b"web\x00 02,ABC1236,10.0.0.3,rhel 7\n"),
        ("stray-quote.csv", b'"web02,ABC1236,10.0.0.3,rhel 7\n'),
        ("quote-inside.csv", b'web02,ABC"1236,10.0.0.3,rhel 7"\n'),
        ("controls.csv", b"web02\x01\x02,ABC1236,10.0.0.3,rhel\x1f7\n"),
        ("long-cell.csv", b"web02,ABC1236,10.0.0.3," + b"x" * 300_000 + b"\n"),
        ("formula.csv", b"=cmd|' /C calc'!A0,ABC1236,10.0.0.3,\"=1+1\"\n"),
    ],
)
def test_one_broken_line_costs_no_other_line(sent: Sent, name: str, line: bytes) -> None:
    many = b"".join(f"srv{n:03},SN{n:05},10.1.0.{n},rhel 7\n".encode() for n in range(40))
    code, result = run_alone(sent, name, GOOD.encode() + line + many, name)
    told = {row["raw_data"]["Server Name"] for row in rows_of(sent, name) if row["is_valid"]}
    assert (code, result["refused"]) == (0, [])
    assert {"web01", "db01", *(f"srv{n:03}" for n in range(40))} <= told


def test_names_of_files_that_are_hard_to_write_down(sent: Sent) -> None:
    for number, name in enumerate(
        ("tab\tand 'quotes\" ö.csv", "-leading dash.csv", "new\nline.csv", "x" * 200 + ".csv")
    ):
        code, result = run_alone(sent, name, GOOD.encode() + b"\n" * number, "Odd names")
        assert (code, result["imports"][0]["file"], result["imports"][0]["tables"][0]["records"]) == (0, name, 2)


def test_limits_are_the_settings(sent: Sent) -> None:
    path = sent.folder / "good.csv"
    said = sent.commands.call("run", path, "--source", "small", "--format", "json", MUSTER_LIMITS__MAX_BYTES="20")
    [refusal] = said.json["refused"]
    assert (said.code, refusal["code"]) == (1, "file_too_large")
    said = sent.commands.call(
        "run", sent.folder / "wide.csv", "--source", "small", "--format", "json", MUSTER_LIMITS__MAX_COLUMNS="50"
    )
    assert (said.code, said.json["refused"][0]["code"]) == (1, "file_too_large")


def test_a_bad_file_in_a_shell(muster: Muster, tmp_path: Path) -> None:
    path = tmp_path / "rubbish.csv"
    path.write_bytes(RUBBISH)
    process = muster.call("run", path, "/nowhere/servers.csv", code=1)
    assert "Refused: " in process.stderr
    assert "Traceback" not in process.stderr
