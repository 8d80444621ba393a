"""What `muster inspect` tells of a file, and that an import keeps the same warnings with its table."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg

from conftest import Muster

COLUMN = {
    "position", "source", "target", "score", "accept", "reason", "unit", "samples", "filled", "distinct", "shapes",
    "null_words", "least", "greatest", "longest", "separators", "units", "personal", "origin", "alternatives",
    "question",
}  # fmt: skip
SERVERS = """Hostname,Serial Number,Memory,Last Seen,Owner
web01,6.37702E+15,16 GB,1970-01-01,ann@corp.example
db01,ABC1235,32 GB,2026-03-04,#N/A
db02,ABC1236,n/a,2026-03-05,bob@corp.example
"""
WARNED = [
    ("error_value", "Owner", "#N/A"),
    ("mangled_number", "Serial Number", "6.37702E+15"),
    ("sentinel_date", "Last Seen", "1970-01-01"),
]


def test_inspect_tells_what_whole_columns_hold_and_warns(muster: Muster, tmp_path: Path) -> None:
    path = tmp_path / "servers.csv"
    path.write_text(SERVERS)
    (table,) = muster.json("inspect", path)["tables"]
    columns = {column["source"]: column for column in table["columns"]}
    assert all(column.keys() >= COLUMN for column in columns.values())
    memory = columns["Memory"]
    assert (memory["filled"], memory["distinct"], memory["units"], memory["null_words"]) == (
        3,
        3,
        {"GB": 2},
        {"n/a": 1},
    )
    assert (columns["Last Seen"]["least"], columns["Last Seen"]["greatest"]) == ("1970-01-01", "2026-03-05")
    assert columns["Owner"]["personal"] == ["e-mail address"]
    assert [(each["code"], each["column"], each["value"]) for each in table["warnings"]] == WARNED
    assert all(each["message"] and each["hint"] for each in table["warnings"])


def test_inspect_shows_people_the_warnings_below_the_columns(muster: Muster, tmp_path: Path) -> None:
    path = tmp_path / "servers.csv"
    path.write_text(SERVERS)
    said = muster.call("inspect", path).stdout
    assert "sentinel_date in Last Seen" in said and said.index("Hostname") < said.index("sentinel_date")


def test_an_import_keeps_the_warnings_with_its_table_and_counts_them(muster: Muster, tmp_path: Path) -> None:
    path = tmp_path / "servers.csv"
    path.write_text(SERVERS)
    result = muster.json("run", path)
    kept = asyncio.run(_kept(muster.url))
    assert [(each["code"], each["column"], each["value"]) for each in kept["warnings"]] == WARNED
    assert kept["issues"] == WARNED
    assert result["imports"][0]["tables"][0]["issues"] >= len(WARNED)


async def _kept(url: str) -> dict[str, Any]:
    connection = await asyncpg.connect(url)
    warnings = await connection.fetchval("select warnings from import_table")
    issues = await connection.fetch(
        "select code, column_name, value from data_issue where phase = 'data_import' and block_id is null order by code"
    )
    await connection.close()
    return {"warnings": json.loads(warnings), "issues": [tuple(row) for row in issues]}
