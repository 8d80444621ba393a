"""Several tables in one sheet or text, and one table that looks like several."""

from pathlib import Path

import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.tables.table_areas import Area, find_areas
from muster.vocabulary.table import Table

TWO = """Servers
Name|IP|CPU
web01|10.0.0.1|4
web02|10.0.0.2|8

Applications
Application|Owner|Criticality
Ledger|Ann|high
Quotes|Bo|low"""


def rows(text: str) -> list[list[str]]:
    return [line.split("|") if line else [] for line in text.splitlines()]


def areas(text: str) -> list[tuple[int, int, int, int, str | None]]:
    found: tuple[Area, ...] = find_areas(rows(text))
    return [(a.first_row, a.end_row, a.first_column, a.end_column, a.caption) for a in found]


SEVERAL = [
    (TWO, [(0, 4, 0, 3, None), (6, 9, 0, 3, "Applications")]),
    (TWO.replace("\n\n", "\n"), [(0, 4, 0, 3, None), (5, 8, 0, 3, "Applications")]),
    (
        "Name|IP|CPU\nweb01|10.0.0.1|4\nweb02|10.0.0.2|8\n\nApplication|Owner|Users\nLedger|Ann|12\nQuotes|Bo|300",
        [(0, 3, 0, 3, None), (4, 7, 0, 3, None)],
    ),
    (
        "Servername|IP-Adresse|Anzahl CPU\nulm1|10.1.1.1|4\nulm2|10.1.1.2|2\n\nNetzwerk|VLAN|Gateway\nDMZ|100|10.1.1.1",
        [(0, 3, 0, 3, None), (4, 6, 0, 3, None)],
    ),
    (  # the same columns under another title are another table
        "Production\nName|IP|CPU\nweb01|10.0.0.1|4\nweb02|10.0.0.2|8\n\nTest\nName|IP|CPU\ntst01|10.0.0.3|4",
        [(0, 4, 0, 3, None), (6, 8, 0, 3, "Test")],
    ),
    (  # side by side, of different heights
        "Name|IP|CPU||Application|Owner\nweb01|10.0.0.1|4||Ledger|Ann\nweb02|10.0.0.2|8||Quotes|Bo\nweb03|10.0.0.3|8\n"
        "web04|10.0.0.4|8",
        [(0, 5, 0, 3, None), (0, 5, 4, 6, None)],
    ),
    (
        "Servers|||Applications\nName|IP||Name|Owner\nweb01|10.0.0.1||Ledger|Ann\nweb02|10.0.0.2||Quotes|Bo",
        [(0, 4, 0, 2, "Servers"), (0, 4, 3, 5, "Applications")],
    ),
]
ONE = [
    "Name|IP|CPU\nweb01|10.0.0.1|4\n\nweb02|10.0.0.2|8\ndb01|10.0.0.3|8",  # blank rows among the records
    "Name|IP|CPU\nweb01|10.0.0.1|4\n\n\nNotes\n\nAll of them are in Oslo, says Ann.",  # remarks below
    "Name|IP|CPU||Note: only Oslo\nweb01|10.0.0.1|4||see Ann\nweb02|10.0.0.2|8\nweb03|10.0.0.3|8",  # remarks beside
    # groups of records under titles of their own, all in words that headers use as well
    "Application|Owner|Description\nLedger|Backup Team|Platform\n\nFinance\nServer Room|Network|Application\n"
    "Web Server|System Owner|Data platform service\n\nHR\nUser Portal|Service Team|Portal",
    # an empty column, and columns that are filled now and then
    "Name|IP|CPU||Application|Owner\nweb01|10.0.0.1|4||Ledger|Ann\nweb02|10.0.0.2|8\nweb03|10.0.0.3|8||Quotes|\n"
    "web04|10.0.0.4|8||Ledger|Bo",
    # pages of a report: the header once more
    "Report\nName|IP|CPU\nweb01|10.0.0.1|4\nweb02|10.0.0.2|8\n\nPage 2\nName|IP|CPU\nweb03|10.0.0.3|4",
    "Name|IP|CPU\nweb01|10.0.0.1|4\nweb02|10.0.0.2|8\n\nName|IP|CPU\nweb03|10.0.0.3|4",
    # a band, a blank line, and only then the header
    "General|||Network|\n\nName|OS|Model|IP|MAC\nkal1|AIX|p8|10.0.0.1|x\nkal2|AIX|p9|10.0.0.2|y",
    # a record of fewer cells below a gap
    "Server|Role|Site\nkal-1|web|Oslo\n\nkal-2|\nkal-3|db|Oslo",
    "Name\nweb01\n\nweb02",
    "",
]


@pytest.mark.parametrize(("text", "expected"), SEVERAL)
def test_tables_with_headers_of_their_own_are_told_apart(
    text: str, expected: list[tuple[int, int, int, int, str | None]]
) -> None:
    assert areas(text) == expected


@pytest.mark.parametrize("text", ONE)
def test_one_table_stays_one(text: str) -> None:
    assert len(areas(text)) == 1


@pytest.mark.parametrize("text", [text for text, _ in SEVERAL] + ONE)
def test_no_filled_row_below_a_header_is_in_no_area(text: str) -> None:
    found = find_areas(rows(text))
    captions = {area.caption for area in found}
    for number, row in enumerate(rows(text)):
        for at, cell in enumerate(row):
            held = sum(a.first_row <= number < a.end_row and a.first_column <= at < a.end_column for a in found)
            assert held == 1 or (held == 0 and (not cell or cell in captions))


def read(
    path: Path, span_bytes: int = 1 << 20
) -> list[tuple[str, int | None, str, tuple[str, ...], list[int], list[str]]]:
    """(name, header row, kind, columns, file rows of the records, first cells) of every table."""
    return [_read(path, table, span_bytes) for table in intake.tables(path, Limits())]


def _read(
    path: Path, table: Table, span_bytes: int
) -> tuple[str, int | None, str, tuple[str, ...], list[int], list[str]]:
    places: list[int] = []
    cells: list[str] = []
    start = int(str(table.locator["first_file_row"]))
    for span in intake.spans(path, table, span_bytes):
        before = start
        for block in intake.read(path, table, span):
            rejected = {entry.ordinal for entry in block.rejected}
            first = before + start - before
            kept = block.file_rows or range(first - start + 1, first - start + 1 + block.frame.height)
            places += [start + place - 1 for at, place in enumerate(kept) if at not in rejected]
            cells += [cell for at, cell in enumerate(block.frame.get_column("1")) if at not in rejected]
            start += block.file_records
    return table.name, table.header_row, table.record_kind, table.columns, places, cells


def test_a_text_with_two_tables_gives_both_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(TWO.replace("|", ",") + "\n", encoding="utf-8")
    assert read(path) == [
        ("records", 2, "server", ("Name", "IP", "CPU"), [3, 4], ["web01", "web02"]),
        ("Applications", 7, "application", ("Application", "Owner", "Criticality"), [8, 9], ["Ledger", "Quotes"]),
    ]


def test_blank_fields_that_only_fill_the_widest_table_up_are_no_columns(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(
        b"Name;IP;CPU\r\nweb01;10.0.0.1;4\r\nweb02;10.0.0.2;8\r\n;;\r\nDB Name;Size GB;\r\nLEDGER;4;\r\nQ;9;\r\n"
    )
    assert [(name, columns, cells) for name, _, _, columns, _, cells in read(path)] == [
        ("records", ("Name", "IP", "CPU"), ["web01", "web02"]),
        ("records (2)", ("DB Name", "Size GB"), ["LEDGER", "Q"]),
    ]


@pytest.mark.parametrize("span_bytes", [1 << 20, 5_000])
def test_a_second_table_far_below_the_first_records_is_found(tmp_path: Path, span_bytes: int) -> None:
    path = tmp_path / "upload"
    servers = [f"web{at},10.0.0.1,4" for at in range(3_000)]
    databases = [f"db{at},{at}" for at in range(2_000)]
    lines = ["Name,IP,CPU", *servers, "", "Databases", "DB Name,Size GB", *databases]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    first, second = read(path, span_bytes)
    assert (first[0], first[1], len(first[4]), first[5][-1]) == ("records", 1, 3_000, "web2999")
    assert (second[0], second[1], second[4][0], second[4][-1]) == ("Databases", 3_004, 3_005, 5_004)
    assert second[5] == [f"db{at}" for at in range(2_000)]


def test_the_header_of_every_page_is_set_aside_and_the_records_stay(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    page = ["Inventory report of today,,", "Name,IP,CPU"]
    lines = [*page, "web1,10.0.0.1,4", "web2,10.0.0.2,4", *page, "web3,10.0.0.3,4", *page, "web4,10.0.0.4,4"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (table,) = intake.tables(path, Limits())
    (block,) = [b for s in intake.spans(path, table, 1 << 20) for b in intake.read(path, table, s)]
    assert [(entry.ordinal, entry.issue.code) for entry in block.rejected] == [
        (at, "header_row_again") for at in (2, 3, 5, 6)
    ]
    assert block.frame.height == 8


def test_a_record_that_shares_one_value_with_the_header_stays(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text("Name,Type,RAM\nName,web,4\nkal2,Type,8\nkal3,db,16\n", encoding="utf-8")
    (table,) = intake.tables(path, Limits())
    (block,) = [b for s in intake.spans(path, table, 1 << 20) for b in intake.read(path, table, s)]
    assert (block.frame.height, block.rejected) == (3, ())


def test_a_table_that_lies_on_its_side_is_told_and_makes_no_assets(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_text(
        "Hostname,web01,web02,db01\nIP address,10.0.0.1,10.0.0.2,10.0.0.3\nOS,Linux,Linux,AIX\nRAM GB,8,16,64\n"
        "Install date,2020-01-01,2020-01-02,2020-01-03\n",
        encoding="utf-8",
    )
    (table,) = intake.tables(path, Limits())
    assert (table.record_kind, [issue.code for issue in table.warnings]) == ("lookup", ["transposed_table"])
