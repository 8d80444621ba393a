"""What the intake makes of HTML pages and of logs that name their fields."""

# ruff: noqa: E501  -- tables and documents stand as tools write them

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.table import Table

Rows = list[tuple[str, ...]]


def found(folder: Path, text: str, encoding: str = "utf-8") -> tuple[Path, tuple[Table, ...]]:
    path = folder / "upload"
    path.write_bytes(text.encode(encoding))
    return path, intake.tables(path, Limits())


def records(path: Path, table: Table, span_bytes: int = 1 << 20) -> tuple[Rows, list[str]]:
    """All records, and why some are set aside."""
    rows: Rows = []
    codes: list[str] = []
    for span in intake.spans(path, table, span_bytes):
        for block in intake.read(path, table, span):
            rows += block.frame.rows()
            codes += [rejected.issue.code for rejected in block.rejected]
    return rows, codes


HEAD = "<tr><th>Hostname</th><th>Site</th><th>IP</th></tr>"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        (f"<table>{HEAD}<tr><td>web01<td>Köln<td>10.0.0.1<tr><td>db01<td>Köln<td>10.0.0.2</table>", "utf-8"),
        (
            f'<html><head><meta charset="iso-8859-1"></head><body><TABLE border=1>{HEAD}<tr><td>web01</td><td rowspan="2">Köln</td>'
            "<td>10.0.0.1</td></tr><tr><td> db01&nbsp;</td><td>10.0.0.2</td></tr></TABLE>",
            "latin-1",
        ),
        (
            "<!DOCTYPE html><html><body><table><tr><td><table><thead>" + HEAD + "</thead><tbody><tr><td>web01</td><td>Köln</td>"
            "<td><b>10.0.0.1</b></td></tr><tr><td>db01</td><td>Köln</td><td>10.0.0.2</td></tr></tbody></table></td></tr></table>",
            "utf-16",
        ),
    ],
)  # fmt: skip
def test_the_table_of_a_page_is_read_as_it_is_shown(tmp_path: Path, page: str, encoding: str) -> None:
    path, (table,) = found(tmp_path, page, encoding)
    assert (table.format, table.columns) == ("html_tables", ("Hostname", "Site", "IP"))
    assert records(path, table) == ([("web01", "Köln", "10.0.0.1"), ("db01", "Köln", "10.0.0.2")], [])


def test_several_tables_of_a_page_carry_what_stands_above_them(tmp_path: Path) -> None:
    rows = "<tr><td>web01</td><td>Ulm</td><td>10.0.0.1</td></tr>"
    page = f"<html><body><h2>Servers</h2><table>{HEAD}{rows}</table><h2>Old ones</h2><table>{HEAD}{rows}{rows}</table></body></html>"
    path, tables = found(tmp_path, page)
    assert [(table.name, len(records(path, table)[0])) for table in tables] == [("Servers", 1), ("Old ones", 2)]


IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time s-ip cs-method c-ip\n"
    "2026-01-01 10:00:00 10.0.0.1 GET 10.0.0.9\n#Fields: date time s-ip cs-method c-ip\n2026-01-01 10:00:01 10.0.0.1 GET 10.0.0.8\n2026-01-01 broken\n"
)
FLOWS = (
    "version account-id interface-id srcaddr dstaddr srcport dstport\n2 123456789012 eni-1 10.0.0.1 10.0.0.2 50000 443\n"
    "version account-id interface-id srcaddr dstaddr srcport dstport\n2 123456789012 eni-1 10.0.0.3 10.0.0.2 50001 443\n"
)


@pytest.mark.parametrize("span_bytes", [1 << 20, 40])
def test_a_log_that_names_its_fields_is_read_under_them(tmp_path: Path, span_bytes: int) -> None:
    path, (table,) = found(tmp_path, IIS)
    assert (table.format, table.header_row, table.columns) == (
        "field_logs",
        3,
        ("date", "time", "s-ip", "cs-method", "c-ip"),
    )
    rows, codes = records(path, table, span_bytes)
    assert ([row[4] for row in rows], codes) == (["10.0.0.9", "10.0.0.8", ""], ["ragged_row"])


@pytest.mark.parametrize("span_bytes", [1 << 20, 40])
def test_flow_logs_with_a_line_of_names_are_read_under_them(tmp_path: Path, span_bytes: int) -> None:
    path, (table,) = found(tmp_path, FLOWS)
    assert (table.format, table.record_kind, table.header_row) == ("flow_logs", "connection", 1)
    rows, codes = records(path, table, span_bytes)
    assert ([row[3] for row in rows], codes) == (["10.0.0.1", "10.0.0.3"], [])
