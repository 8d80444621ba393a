"""Totals, counts and footers below a table are set aside; nothing that may be an asset is."""

import io
from pathlib import Path

import openpyxl
import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits

HEADER = "Hostname;IP;OS;CPU;RAM;Ort"
RECORDS = (
    "kal-db-01;10.9.0.1;AIX;8;64;Ulm",
    "kal-web-02;10.9.0.2;Linux;4;16;Bern",
    "kal-web-03;10.9.0.3;Linux;4;16;Bern",
)


def set_aside(path: Path, span_bytes: int = 1 << 20) -> list[tuple[int, str, str]]:
    """(records read before it, code, its filled values) of every rejected record of the only table."""
    (table,) = intake.tables(path, Limits())
    found, before = [], 0
    for span in intake.spans(path, table, span_bytes):
        for block in intake.read(path, table, span):
            for entry in block.rejected:
                filled = "|".join(value.strip() for value in entry.values if value.strip())
                found.append((before + entry.ordinal, entry.issue.code, filled))
            before += block.frame.height
    return found


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "upload"
    path.write_text("\n".join((HEADER, *RECORDS, *lines)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "line",
    [
        "Summe;;;;96;",
        ";;Gesamt:;16;;",
        "Total;;;16;96 GB;",
        "TOTAL;;;;;",
        "合计;;;16;;",
        "Anzahl Datensätze: 3;;;;;",
        "Anzahl;3;;;;",
        "Record count: 3;;;;;",
        "Total number of servers 3;;;;;",
        "3 rows selected.;;;;;",
        "(3 Zeilen);;;;;",
        "Nombre d'enregistrements : 3;;;;;",
        "Total de registros: 1.203;;;;;",
        "*** End of report ***;;;;;",
        "Seite 1 von 1;;;;;",
        "Generated on 2026-03-04 by the CMDB;;;;;",
        "Exportiert am 04.03.2026;;;;;",
        "Stand: 04.03.2026;;;;;",
        "----------;;;;;",
    ],
)
def test_a_line_that_closes_the_table_is_set_aside(tmp_path: Path, line: str) -> None:
    told = "|".join(cell.strip() for cell in line.split(";") if cell.strip())
    assert set_aside(csv(tmp_path, line)) == [(3, "closing_line", told)]


@pytest.mark.parametrize(
    "line",
    [
        "total;10.9.0.4;Linux;4;16;Ulm",  # a machine may be called so
        "total;10.9.0.4;;;;",
        "Server 12;;;;;",
        "Row 7;;;;;",
        "sum01;;;;;",
        "total-backup;;;;;",
        "Sammelserver;;;4;16;",
        "end;;;;;",
        "10.9.0.9;;;;;",
        "Summe;;;;96;Ulm",
        "Total;1;2;3;4;5",
        "count dracula;;;;;",
        "stand;;;;;",
    ],
)
def test_a_last_record_that_may_be_an_asset_stays(tmp_path: Path, line: str) -> None:
    assert set_aside(csv(tmp_path, line)) == []


def test_only_lines_behind_the_last_record_close_a_table(tmp_path: Path) -> None:
    assert set_aside(csv(tmp_path, "Summe;;;;96;", "kal-old-9;10.9.0.9;AIX;1;1;Ulm")) == []


def test_several_closing_lines_and_blank_ones_among_them_are_all_set_aside(tmp_path: Path) -> None:
    lines = ("", "Summe;;;;96;", ";;;;;", "=====;;;;;", "Stand: 04.03.2026;;;;;", "", "")
    assert [(at, code) for at, code, _ in set_aside(csv(tmp_path, *lines))] == [
        (at, "closing_line") for at in (3, 4, 5)
    ]


def test_a_footer_too_short_for_the_table_is_called_a_closing_line(tmp_path: Path) -> None:
    assert set_aside(csv(tmp_path, "Anzahl Datensätze: 3")) == [(3, "closing_line", "Anzahl Datensätze: 3")]


def test_the_size_of_spans_does_not_matter(tmp_path: Path) -> None:
    path = csv(tmp_path, *RECORDS * 40, "Anzahl Datensätze: 123;;;;;")
    whole = set_aside(path)
    assert [code for _, code, _ in whole] == ["closing_line"]
    assert [set_aside(path, span_bytes) for span_bytes in (64, 300, 4096)] == [whole] * 3


def test_the_total_of_a_sheet_is_set_aside(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADER, *RECORDS, "Summe;;;;96;"):
        sheet.append(row.split(";"))
    kept = io.BytesIO()
    book.save(kept)
    path = tmp_path / "upload"
    path.write_bytes(kept.getvalue())
    assert set_aside(path) == [(3, "closing_line", "Summe|96")]


def test_a_list_of_names_has_no_closing_line(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("Hostname\nkal-db-01\nkal-web-02\ntotal\n", encoding="utf-8")
    assert set_aside(path) == []
