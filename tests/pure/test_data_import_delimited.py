"""Delimited text as real tools write it: delimiters, quotes, encodings, and lines that are no records."""

# ruff: noqa: E501  -- tables and documents stand as tools write them

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.table import Table

HEADER = ("Hostname", "Operating System", "Site")
ROWS = [("web01", "AIX 7.2", "Ulm"), ("db01", "RHEL 8", "Bonn"), ("app01", "Windows 2019", "Kiel")]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def only(path: Path) -> Table:
    (table,) = intake.tables(path, Limits())
    return table


def records(path: Path, table: Table, span_bytes: int = 1 << 20) -> list[tuple[str, ...]]:
    return [
        row
        for span in intake.spans(path, table, span_bytes)
        for block in intake.read(path, table, span)
        for row in block.frame.rows()
    ]


def rejections(path: Path, table: Table) -> list[str]:
    return [
        rejected.issue.code
        for span in intake.spans(path, table, 1 << 20)
        for block in intake.read(path, table, span)
        for rejected in block.rejected
    ]


def joined(delimiter: str, quote: str = "", end: str = "\n") -> str:
    return "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) + end for row in (HEADER, *ROWS))


@pytest.mark.parametrize("delimiter", ["||", "::", "~|~", "^|^", ";;", "¦", "§", "\x1f", "\x01", "~", "!"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_unusual_delimiters_are_found(tmp_path: Path, delimiter: str, quote: str) -> None:
    path = written(tmp_path, joined(delimiter, quote).encode())
    table = only(path)
    assert (table.delimiter, table.columns, records(path, table)) == (delimiter, HEADER, ROWS)
    assert rejections(path, table) == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("Host,OS,Note\n'a','AIX','x, y'\n'b','AIX','z'\n'c','AIX',''\n", [("a", "AIX", "x, y"), ("b", "AIX", "z"), ("c", "AIX", "")]),
        (
            'Host,OS,Note\n"a","AIX","say \\"hi\\", twice"\n"b","AIX","z"\n"c","AIX","C:\\new"\n',
            [("a", "AIX", 'say "hi", twice'), ("b", "AIX", "z"), ("c", "AIX", "C:\\new")],
        ),
        ('"Host,OS,Note"\n"a,AIX,x"\n"b,AIX,24"" wide"\n', [("a", "AIX", "x"), ("b", "AIX", '24" wide')]),
        ('"Host,OS,Note"\na,AIX,x\nb,AIX,y\n', [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ('"Host", "OS", "Note"\n"a", "AIX", "x, y"\n"b", "AIX", "z"\n', [("a", "AIX", "x, y"), ("b", "AIX", "z")]),
        ("Host,OS,Note\na,AIX,x,\nb,AIX,y,\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("Host,OS,Note,\na,AIX,x,\nb,AIX,y,\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("Host,OS,Note,\na,AIX,x\nb,AIX,y\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ('Host;OS;Note\na;AIX;="00123"\nb;AIX;="00124"\n', [("a", "AIX", '="00123"'), ("b", "AIX", '="00124"')]),
        ('"sep=;"\nHost;OS;Note\na;AIX;x\n', [("a", "AIX", "x")]),
        ("Host\x1fOS\x1fNote\x1ea\x1fAIX\x1fx\x1eb\x1fAIX\x1fy\x1e", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("Host,OS,Note\r\r\na,AIX,x\r\r\nb,AIX,y\r\r\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("Host,OS,Note\r\na,AIX,x\nb,AIX,y\r\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("# written by a tool\n# on a day\nHost,OS,Note\na,AIX,x\nb,AIX,y\n", [("a", "AIX", "x"), ("b", "AIX", "y")]),
        ("Host OS Cpu Ram Note\na AIX 4 8 x\nb AIX 4 8 y\nc AIX 4 16 z\n", None),
    ],
)  # fmt: skip
def test_quotes_ends_and_frames_are_read_as_they_were_meant(
    tmp_path: Path, text: str, rows: list[tuple[str, ...]] | None
) -> None:
    path = written(tmp_path, text.encode())
    table = only(path)
    wanted = rows or [("a", "AIX", "4", "8", "x"), ("b", "AIX", "4", "8", "y"), ("c", "AIX", "4", "16", "z")]
    names = ("Host", "OS", "Note") if rows else ("Host", "OS", "Cpu", "Ram", "Note")
    assert (table.columns, records(path, table), rejections(path, table)) == (names, wanted, [])


def test_a_comment_between_records_is_no_record_and_keeps_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, b"Host,OS,Note\na,AIX,x\n# moved to the new site\nb,AIX,y\n// checked\nc,AIX,z\n")
    table = only(path)
    (span,) = intake.spans(path, table, 1 << 20)
    (block,) = intake.read(path, table, span)
    assert (block.frame.rows(), block.rejected) == ([("a", "AIX", "x"), ("b", "AIX", "y"), ("c", "AIX", "z")], ())
    assert (block.file_rows, block.file_records) == ((1, 3, 5), 5)


@pytest.mark.parametrize("footer", ["(3 rows affected)", "(3 rows)", "Total: 3", "3 rows selected."])
def test_a_footer_is_set_aside(tmp_path: Path, footer: str) -> None:
    path = written(tmp_path, (joined(",") + "\n" + footer + "\n").encode())
    table = only(path)
    assert records(path, table)[:3] == ROWS
    assert len(rejections(path, table)) == 1


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-16", ("Köln", "Zürich")),
        ("utf-16-le", ("Köln", "Zürich")),
        ("utf-16-be", ("東京", "大阪")),
        ("utf-32", ("Köln", "Zürich")),
        ("cp1252", ("Köln", "Größe – klein")),
        ("cp932", ("東京データセンター", "大阪の予備サーバ")),
        ("euc_jp", ("東京データセンター", "大阪の予備サーバ")),
        ("gb18030", ("北京数据中心", "上海备用服务器")),
        ("big5", ("台北資料中心", "高雄備用伺服器")),
        ("cp949", ("서울 데이터 센터", "부산 예비 서버")),
        ("koi8_r", ("сервер базы данных", "Москва")),
        ("cp1251", ("сервер базы данных", "Москва")),
        ("cp850", ("Größe", "Zürich, Büro")),
        ("mac_roman", ("Größe", "Zürich: Büro")),
    ],
)
def test_encodings_of_the_world_read_the_same(tmp_path: Path, encoding: str, words: tuple[str, str]) -> None:
    rows = [("web01", words[0], "x"), ("db01", words[1], "y")] * 5
    text = "\n".join(";".join(row) for row in (HEADER, *rows)) + "\n"
    path = written(tmp_path, text.encode(encoding))
    table = only(path)
    assert (table.columns, records(path, table)) == (HEADER, rows)


def test_a_line_of_a_megabyte_is_one_record(tmp_path: Path) -> None:
    long = "x" * (1 << 20)
    path = written(tmp_path, f"Host,OS,Note\na,AIX,{long}\nb,AIX,y\nc,AIX,z\n".encode())
    table = only(path)
    assert [len(row[2]) for row in records(path, table)] == [1 << 20, 1, 1]


CELL = st.text(st.sampled_from("ab7 ,;'\"\\\nä€本:"), max_size=8).filter(lambda cell: not cell.endswith("\\"))


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=6, max_size=12),
    delimiter=st.sampled_from([",", ";", "\t", "||", "~|~", "¦"]),
    span_bytes=st.integers(1, 300),
)
def test_rows_written_with_any_delimiter_and_all_quoted_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, span_bytes: int
) -> None:
    firm = [(f"srv{number}", "AIX", "Ulm") for number in range(40)]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (HEADER, *firm, *rows)]
    path = written(tmp_path_factory.mktemp("laws"), ("\n".join(lines) + "\n").encode())
    table = only(path)
    assert table.delimiter == delimiter
    assert records(path, table, span_bytes) == [*firm, *(row for row in rows if any(cell.strip() for cell in row))]
