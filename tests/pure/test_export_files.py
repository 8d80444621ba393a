"""How exported files are cut, named and moved, and how the inventory arrives in pieces."""

import asyncio
import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from muster.exports.csv_file import CSV
from muster.exports.destination import Move, destination
from muster.exports.outcome import Report
from muster.exports.parts import Parts, Written
from muster.exports.target import Limits
from muster.exports.workbook_file import Workbook
from muster.store import inventory_reading
from muster.store.inventory_reading import _Pieces
from muster.vocabulary.errors import OutputExists, OutputUnwritable

SCHEMA = pl.Schema({"name": pl.String(), "size": pl.String()})


def parts(folder: Path, limits: Limits, heights: list[int]) -> list[list[str]]:
    """The names in each file when rows arrive in pieces of these heights."""
    files = Parts(folder, "part", SCHEMA, CSV, limits, always=True)
    for start, height in zip([sum(heights[:at]) for at in range(len(heights))], heights, strict=True):
        names = [f"n{number:05}" for number in range(start, start + height)]
        files.add(pl.DataFrame({"name": names, "size": [None] * height}, schema=SCHEMA))
    files.close()
    found = [list(csv.DictReader(io.StringIO(file.path.read_text()))) for file in files.written]
    assert [file.rows for file in files.written] == [len(rows) for rows in found]
    return [[row["name"] for row in rows] for rows in found]


def test_a_file_ends_where_its_rows_reach_the_limit(tmp_path: Path) -> None:
    names = [f"n{number:05}" for number in range(7)]
    assert parts(tmp_path, Limits(rows=3), [2, 5]) == [names[:3], names[3:6], names[6:]]
    assert parts(tmp_path, Limits(rows=3), [3]) == [names[:3]]
    assert parts(tmp_path, Limits(rows=3), []) == [[]]


def test_no_file_is_larger_than_its_limit_and_none_could_hold_the_next_row(tmp_path: Path) -> None:
    found = parts(tmp_path, Limits(size=200), [30, 30, 1])
    assert [name for rows in found for name in rows] == [f"n{number:05}" for number in range(61)]
    sizes = [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert max(sizes) <= 200
    assert min(sorted(sizes)[1:]) > 200 - 3 * 8  # a file is weighed in halves, so a few rows may have fitted


def test_a_row_too_large_for_any_file_stands_alone(tmp_path: Path) -> None:
    files = Parts(tmp_path, "part", SCHEMA, CSV, Limits(size=40), always=True)
    files.add(pl.DataFrame({"name": ["a", "x" * 90, "b"], "size": ["1", "2", "3"]}))
    files.close()
    assert [file.rows for file in files.written] == [1, 1, 1]


def test_files_are_moved_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "out-2-of-2.csv").write_text("kept")
    with pytest.raises(OutputExists), destination(tmp_path / "out.csv", ".csv", force=False) as place:
        moves = []
        for part in (1, 2):
            file = Written(place.folder / str(part))
            file.path.write_text(str(part))
            moves.append(Move(file, place.place("table", True, (part, 2))))
        place.settle(moves)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"out-2-of-2.csv": "kept"}


def test_files_are_named_after_the_table_in_a_folder_and_after_the_file_otherwise(tmp_path: Path) -> None:
    with destination(tmp_path / "set", ".csv", force=False) as place:
        assert place.place("vmInfo", False, (1, 1)) == tmp_path / "set" / "vmInfo.csv"
    with destination(tmp_path / "set.csv", ".csv", force=False) as place:
        assert place.place("vmInfo", False, (2, 3), "-incomplete") == tmp_path / "set-vmInfo-incomplete-2-of-3.csv"
        assert place.place("vmInfo", True, (1, 1)) == tmp_path / "set.csv"
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputUnwritable), destination(tmp_path / "file" / "below.csv", ".csv", force=False):
        pass


TEXTS = st.text(st.sampled_from('a",\n\r x'), min_size=1, max_size=6)


@settings(deadline=None)
@given(names=st.lists(TEXTS, min_size=1, max_size=30), cut=st.integers(1, 17), height=st.integers(1, 7))
def test_records_arrive_whole_however_the_text_is_cut(names: list[str], cut: int, height: int) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([str(at), name] for at, name in enumerate(names))
    encoded, got = text.getvalue().encode(), []

    async def take(piece: pl.DataFrame) -> None:
        got.append(piece)

    async def arrive() -> None:
        pieces = _Pieces(("id", "name"), {"id": pl.String()}, take)
        for start in range(0, len(encoded), cut):
            await pieces.arrived(encoded[start : start + cut])
        await pieces.end()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inventory_reading, "PIECE", height)
        patch.setattr(inventory_reading, "READ_AT_ONCE", 1)
        asyncio.run(arrive())
    assert [name for piece in got for name in piece["name"]] == names
    assert {piece.height for piece in got[:-1]} <= {height}


def test_a_full_sheet_is_continued_on_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.exports.workbook_file.SHEET_ROWS", 4)
    book = Workbook(tmp_path / "book.xlsx")
    sheet = book.sheet("Inventory", SCHEMA)
    sheet.add(pl.DataFrame({"name": ["=1+1", "@a", "b", "c", "-d"], "size": ["1", None, "+3", "\ttab", "x"]}))
    sheet.close()
    book.close()
    read = load_workbook(tmp_path / "book.xlsx")
    assert read.sheetnames == ["Inventory", "Inventory (2)"]
    cells = [cell for name in read.sheetnames for row in read[name].iter_rows(min_row=2) for cell in row if cell.value]
    assert {cell.value: (cell.data_type, cell.quotePrefix) for cell in cells} == {
        **{text: ("s", True) for text in ("=1+1", "@a", "-d", "+3", "\ttab")},
        **{text: ("s", False) for text in ("b", "c", "1", "x")},
    }


def test_a_report_counts_what_it_writes_and_guards_it(tmp_path: Path) -> None:
    report = Report(tmp_path / "report.csv")
    line = {"asset_id": "1", "asset": "web", "attribute": "notes", "value": "=1", "why": "no column for it"}
    report.add(pl.DataFrame([line, line | {"value": "b"}, line | {"attribute": "os_name", "why": "written as Linux"}]))
    report.close()
    assert [row["value"] for row in csv.DictReader((tmp_path / "report.csv").open())] == ["'=1", "b", "'=1"]
    assert report.rows == len(report.lines) == 3
    assert {(entry["attribute"], entry["why"], entry["count"]) for entry in report.summary()} == {
        ("notes", "no column for it", 2), ("os_name", "written as ...", 1),
    }  # fmt: skip
