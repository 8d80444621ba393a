"""One list of servers, written in every format a client might send: they are the same servers, with the same values."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from in_process import Commands

COLUMNS = (
    *("Hostname", "Serial Number", "IP Address", "Operating System"),
    *("Memory (GB)", "CPU Cores", "Environment", "Purchase Date"),
)
SYSTEMS = ("Windows Server 2019 Standard", "Red Hat Enterprise Linux 8.9", "Ubuntu 22.04")
STAGES = ("Production", "Test", "Development")
Row = tuple[str, str, str, str, int, int, str, date]
ROWS: list[Row] = [
    (
        f"brk-{'app' if n % 2 else 'sql'}-{n:02}", f"CZJ7{n:02}4K9{n % 7}", f"10.20.{n}.{n + 10}", SYSTEMS[n % 3],
        2 ** (n % 4 + 2), n % 3 * 2 + 2, STAGES[n % 3], date(2018 + n % 5, n % 12 + 1, n + 13),
    )
    for n in range(10)
]  # fmt: skip


def texts(separator: str = ",", quote: str = "") -> str:
    lines = [COLUMNS, *([str(value) for value in row] for row in ROWS)]
    return "".join(separator.join(f"{quote}{cell}{quote}" for cell in line) + "\r\n" for line in lines)


def records() -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS, (*row[:-1], row[-1].isoformat()), strict=True)) for row in ROWS]


def nested() -> list[dict[str, Any]]:
    return [
        {
            "hostname": name,
            "hardware": {"serial_number": serial, "memory_gb": memory, "cpu_cores": cores},
            "ip_address": address,
            "operating_system": system,
            "environment": stage,
            "purchase_date": bought.isoformat(),
        }
        for name, serial, address, system, memory, cores, stage, bought in ROWS
    ]


def workbook() -> bytes:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "Read me"
    notes.append(["This workbook lists the servers of one site. Ask Nadia before changing anything in it."])
    sheet = book.create_sheet("Servers")
    sheet.append(["Servers of Brunnwerk"])
    sheet.append([])
    sheet.append(COLUMNS)
    for row in ROWS:
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def xml() -> bytes:
    names = [name.lower().replace(" (gb)", "_gb").replace(" ", "_") for name in COLUMNS]
    rows = ["".join(f"<{name}>{value}</{name}>" for name, value in zip(names, row, strict=True)) for row in ROWS]
    return f"<servers>{''.join(f'<server>{row}</server>' for row in rows)}</servers>".encode()


def parquet() -> bytes:
    content = io.BytesIO()
    pl.DataFrame(ROWS, schema=list(COLUMNS), orient="row").write_parquet(content)
    return content.getvalue()


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/servers.csv", content)
    return packed.getvalue()


def tarred(content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        member = tarfile.TarInfo("servers.csv")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


# The names lie on purpose: content alone decides.
WRITTEN: dict[str, Callable[[], bytes]] = {
    "comma.csv": lambda: texts().encode(),
    "semicolon.csv": lambda: texts(";").encode("cp1252"),
    "tabs.txt": lambda: texts("\t").encode("utf-16"),
    "pipes.dat": lambda: texts("|").encode(),
    "quoted.csv": lambda: texts(",", '"').encode("utf-8-sig"),
    "workbook.csv": workbook,
    "list.json": lambda: json.dumps(records()).encode(),
    "results.txt": lambda: json.dumps({"count": 10, "next": None, "results": nested()}).encode(),
    "lines.json": lambda: "\n".join(json.dumps(record) for record in records()).encode(),
    "list.xml": xml,
    "columns.bin": parquet,
    "packed.zip": lambda: zipped(texts(";").encode("utf-8")),
    "packed.tgz": lambda: tarred(texts("\t").encode("utf-8")),
    "comma.csv.gz": lambda: gzip.compress(texts(",").encode("latin-1"), mtime=0),
}


@pytest.fixture
def muster(url: str, tmp_path: Path) -> Commands:
    return Commands(url, tmp_path / "home")


def test_ten_servers_in_every_format_are_ten_servers(muster: Commands, tmp_path: Path) -> None:
    for name, content in WRITTEN.items():
        (tmp_path / name).write_bytes(content())
    done = muster.json("run", *(tmp_path / name for name in WRITTEN))
    assert done["refused"] == []
    counted = {
        one["file"]: sum(sum(table["dispositions"].values()) for table in one["tables"]) for one in done["imports"]
    }
    assert counted == dict.fromkeys(WRITTEN, 10)
    assert done["assets"]["total"] == 10
    assert muster.json("validate", "all")["violations"] == 0


def test_every_format_says_the_same_of_every_server(muster: Commands, tmp_path: Path) -> None:
    told = {}
    for name, content in WRITTEN.items():
        (tmp_path / name).write_bytes(content())
        tenant = muster.as_tenant("Brunnwerk", name)
        tenant.call("run", tmp_path / name)
        told[name] = [
            {key: value for key, value in asset.items() if key != "asset_id"}
            for asset in sorted(tenant.json("asset", "list"), key=lambda asset: asset["name"])
        ]
    first = told["comma.csv"]
    assert [asset["memory_mb"] for asset in first] == [row[4] * 1024 for row in sorted(ROWS)]
    assert {name: assets for name, assets in told.items() if assets != first} == {}
