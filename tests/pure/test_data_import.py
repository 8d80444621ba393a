"""What the intake makes of files: formats, headers, records, places and refusals."""

import io
import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileMissing, FileTooLarge, FormatUnknown, MusterError
from muster.vocabulary.kinds import RECORD_KINDS
from muster.vocabulary.table import Table


def written(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def records(path: Path, table: Table, span_bytes: int = 1 << 20) -> list[tuple[str, ...]]:
    return [
        row
        for span in intake.spans(path, table, span_bytes)
        for block in intake.read(path, table, span)
        for row in block.frame.rows()
    ]


def file_rows(path: Path, table: Table, span_bytes: int = 1 << 20) -> list[int]:
    """As a caller computes them: blocks follow one another, gaps are relative to their span."""
    rows: list[int] = []
    next_row = int(str(table.locator["first_file_row"]))
    for span in intake.spans(path, table, span_bytes):
        start = next_row
        for block in intake.read(path, table, span):
            places = block.file_rows or range(next_row - start + 1, next_row - start + 1 + block.frame.height)
            rows += [start + place - 1 for place in places]
            next_row += block.file_records
    return rows


def rejections(path: Path, table: Table, span_bytes: int = 1 << 20) -> list[tuple[str, str]]:
    return [
        (rejected.issue.code, rejected.issue.message)
        for span in intake.spans(path, table, span_bytes)
        for block in intake.read(path, table, span)
        for rejected in block.rejected
    ]


def only(path: Path) -> Table:
    (table,) = intake.tables(path, Limits())
    return table


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    sheet.cell(number, column, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", sorted(intake.known_formats()))
def test_every_format_recognises_and_reads_its_own_example(tmp_path: Path, name: str) -> None:
    example = intake.known_formats()[name].example
    path = written(tmp_path, example.content)
    tables = intake.tables(path, Limits())
    assert tuple((t.record_kind, t.columns, tuple(records(path, t))) for t in tables) == example.tables
    assert {t.format for t in tables} == {name}
    assert all(t.record_kind in RECORD_KINDS and t.kind_reason for t in tables)


@pytest.mark.parametrize(
    ("text", "header_row", "columns", "rows"),
    [
        ("Name,IP\nweb01,10.0.0.1\n", 1, ("Name", "IP"), [2]),
        ("\n\nName,IP\nweb01,10.0.0.1\n\nweb02,10.0.0.2\n", 3, ("Name", "IP"), [4, 6]),
        ("Servers of the Munich site\nName,IP,OS\nweb01,10.0.0.1,AIX\n", 2, ("Name", "IP", "OS"), [3]),
        (
            "General,,,Network,\n,,,,\nName,OS,Model,IP,MAC\na,AIX,p8,10.0.0.1,\nb,AIX,p9,10.0.0.2,\n",
            3,
            ("Name", "OS", "Model", "IP", "MAC"),
            [4, 5],
        ),
        (
            "hostname,ipAddress,cpu\nHostname,IP Address,Cpu\nText (required),Text,Integer\nweb01,10.0.0.1,4\n",
            1,
            ("hostname", "ipAddress", "cpu"),
            [4],
        ),
        ("web01,10.0.0.1,4\nweb02,10.0.0.2,8\n", None, ("#1", "#2", "#3"), [1, 2]),
        ("Name,,Model,Name\na,b,c,d\n", 1, ("Name", "#2", "Model", "Name (2)"), [2]),
        ("Name,Model\na,b,c\nd,e,f\n", 1, ("Name", "Model", "#3"), [2, 3]),
        ("sep=;\nName;Model\na;b\n", 2, ("Name", "Model"), [3]),
        (
            "Rechnername;Betriebssystem;Standort\nsrv1;Windows;Köln\n",
            1,
            ("Rechnername", "Betriebssystem", "Standort"),
            [2],
        ),
        ("NAME||','||CPU||','||OS\nweb01 , 4 , AIX\n", 1, ("NAME", "CPU", "OS"), [2]),
        ("Name|CPU\n----|---\nweb01|4\n", 1, ("Name", "CPU"), [3]),
        ("Name,OS\n", 1, ("Name", "OS"), []),
        ("hostname\nweb01\nweb02\n", 1, ("hostname",), [2, 3]),
    ],
)
def test_the_header_is_found_where_it_stands(
    tmp_path: Path, text: str, header_row: int | None, columns: tuple[str, ...], rows: list[int]
) -> None:
    path = written(tmp_path, text.encode())
    table = only(path)
    assert (table.header_row, table.columns, file_rows(path, table)) == (header_row, columns, rows)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_encoding_delimiter_and_line_end_reads_the_same(
    tmp_path: Path, encoding: str, expected: str, delimiter: str, line_end: str
) -> None:
    rows = [("Hostname", "Standort", "Notiz"), ("web01", "Köln", 'say "hi"'), ("db01", "Zürich", f"a{delimiter}b")]
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = written(tmp_path, (line_end.join(lines) + line_end).encode(encoding))
    table = only(path)
    assert (table.delimiter, table.columns, records(path, table)) == (delimiter, rows[0], rows[1:])
    assert table.encoding == expected or line_end == "\r"


@pytest.mark.parametrize(
    ("encoding", "word"),
    [
        ("mac_roman", "Résumé"),
        ("cp1251", "сервер"),
        ("cp1250", "Łódź"),
        ("cp932", "本番サーバ"),
        ("cp850", "Größe"),
        ("koi8_r", "сервер"),
    ],
)
def test_eight_bit_encodings_are_told_by_what_they_spell(tmp_path: Path, encoding: str, word: str) -> None:
    path = written(tmp_path, f"Name,Note\nweb01,{word}\nweb02,{word}\n".encode(encoding))
    assert records(path, only(path)) == [("web01", word), ("web02", word)]


def test_a_ragged_record_is_set_aside_with_its_counts_and_the_others_go_on(tmp_path: Path) -> None:
    path = written(tmp_path, b'Name,Owner,OS\na,x,AIX\nb, "y, z",AIX\nc,x,AIX\nd,x\n')
    table = only(path)
    assert records(path, table) == [("a", "x", "AIX"), ("b", ' "y', ' z"'), ("c", "x", "AIX"), ("d", "x", "")]
    assert rejections(path, table) == [
        ("ragged_row", "4 fields under 3 headers."),
        ("ragged_row", "2 fields under 3 headers."),
    ]


def test_a_shorter_type_of_record_and_a_writer_that_omits_empty_ends_are_accepted(tmp_path: Path) -> None:
    two_types = b"Type,Application,Note,Owner\n1,crm,x,y\n1,erp,x,y\n2,crm,erp\n"
    omits = b"Name,OS,Note\na,AIX\nb,AIX\nc,AIX,x\n"
    for content, wanted in ((two_types, ("2", "crm", "erp", "")), (omits, ("a", "AIX", ""))):
        path = written(tmp_path, content)
        table = only(path)
        assert wanted in records(path, table)
        assert rejections(path, table) == []


def test_a_stray_quote_costs_one_record(tmp_path: Path) -> None:
    lines = [
        "Name,Note,OS",
        *(f"srv{n},plain,AIX" for n in range(50)),
        'bad,"24 inch,AIX',
        *(f"web{n},plain,AIX" for n in range(50)),
    ]
    path = written(tmp_path, "\n".join(lines).encode())
    table = only(path)
    assert len(records(path, table)) == 101
    assert [code for code, _message in rejections(path, table)] == ["stray_quote"]


def test_a_quote_inside_a_field_is_a_character(tmp_path: Path) -> None:
    path = written(tmp_path, b'Name,Model,OS\na,24" Monitor,x\nb,"27"" Monitor\nwide",y\n')
    assert records(path, only(path)) == [("a", '24" Monitor', "x"), ("b", '27" Monitor\nwide', "y")]


def test_undecodable_and_nul_bytes_cost_their_record_only(tmp_path: Path) -> None:
    good = "".join(f"srv{n},Köln\n" for n in range(20)).encode()
    path = written(tmp_path, b"Name,Ort\n" + good + b"bad,K\x81ln\n" + b"x" * 70_000 + b",y\nnul,a\x00b\nlast,Ulm\n")
    table = only(path)
    assert [code for code, _message in rejections(path, table)] == ["undecodable_text", "undecodable_text"]
    assert records(path, table)[-1] == ("last", "Ulm")
    assert records(path, table)[-2] == ("nul", "a\ufffdb")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileEmpty),
        (b"\n \r\n\t\n", FileEmpty),
        (b"\x00\x01\x02\x03" * 500, FormatUnknown),
        (bytes(range(256)) * 20, FormatUnknown),
        (b"%PDF-1.7 something", FormatUnknown),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, FormatUnknown),
        (b"<html><body><table><tr><td>a</td></tr></table></body></html>", FormatUnknown),
        (b"Dear colleague,\n\nplease find the list attached. It is long, and old.\nRegards\n", FormatUnknown),
        (b'{"a": [{"b": 1}, {"b": ', FileDamaged),
        (b'<?xml version="1.0"?><a><b><c>1</c></b>', FileDamaged),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a><b><c>&e;</c></b></a>', FormatUnknown),
        (workbook(("Servers", [["Name", "IP"], ["a", "10.0.0.1"]]))[:-300], FileDamaged),
        (workbook(("Empty", [])), FileEmpty),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes, error: type[MusterError]) -> None:
    with pytest.raises(error) as caught:
        intake.tables(written(tmp_path, content), Limits())
    assert caught.value.recovery_hint


def test_missing_files_folders_and_large_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        intake.tables(tmp_path / "nothing.csv", Limits())
    with pytest.raises(FileMissing, match="folder"):
        intake.tables(tmp_path, Limits())
    with pytest.raises(FileTooLarge, match="max_bytes is 5"):
        intake.tables(written(tmp_path, b"Name,IP\na,b\n"), Limits(max_bytes=5))
    with pytest.raises(FileTooLarge, match="max_columns"):
        intake.tables(written(tmp_path, b"Name,IP,OS\na,b,c\n"), Limits(max_columns=2))
    with pytest.raises(FileTooLarge, match="max_document_bytes"):
        intake.tables(written(tmp_path, b'[{"a": 1}]'), Limits(max_document_bytes=5))


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (100 << 20))
    path = written(tmp_path, bomb.getvalue())
    with pytest.raises(FileTooLarge, match="max_ratio"):
        intake.tables(path, Limits())
    with pytest.raises(FileTooLarge, match="max_unpacked_bytes"):
        intake.tables(path, Limits(max_unpacked_bytes=1 << 20))


def test_a_stray_cell_at_the_far_corner_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Name", "IP"])
    book.active.cell(1_048_576, 16_384, "x")
    path = tmp_path / "far.xlsx"
    book.save(path)
    with pytest.raises(FileTooLarge, match="max_cells"):
        intake.tables(path, Limits())


def test_a_workbook_gives_one_table_for_each_sheet_that_holds_one(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        workbook(
            ("Read me", [["This workbook lists our machines. Ask the platform team before you change it."]]),
            (
                "Servers",
                [["Hostname", "IP Address", "RAM GB"], ["web01", "10.0.0.1", 16], [None], ["db01", "10.0.0.2", 1.5]],
            ),
            ("Empty", []),
            ("Virtual Machine", [["name", "host"], ["Name", "Host"], ["Text", "Text"]]),
            (
                "Banded",
                [
                    ["Our estate"],
                    ["Machine", None, "Network"],
                    ["Name", "OS", "IP"],
                    ["a", "AIX", "10.0.0.3"],
                    ["b", "AIX", "10.0.0.4"],
                ],
            ),
        ),
    )
    tables = intake.tables(path, Limits())
    assert [(t.name, t.record_kind, t.header_row, file_rows(path, t), records(path, t)) for t in tables] == [
        ("Servers", "server", 1, [2, 4], [("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "1.5")]),
        ("Virtual Machine", "virtual_machine", 1, [], []),
        ("Banded", "server", 3, [4, 5], [("a", "AIX", "10.0.0.3"), ("b", "AIX", "10.0.0.4")]),
    ]
    assert [(issue.code, issue.message) for issue in tables[0].warnings] == [
        ("sheet_skipped", "Sheet Read me holds no table and was left out.")
    ]


def test_a_sheet_that_declares_a_million_rows_is_read_by_its_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Hostname", "OS"])
    book.active.append(["web01", "AIX"])
    book.active.row_dimensions[1_048_576].height = 20
    book.active.cell(1_048_576, 2).font = openpyxl.styles.Font(bold=True)
    path = tmp_path / "declared.xlsx"
    book.save(path)
    assert records(path, only(path)) == [("web01", "AIX")]


def test_socket_dumps_of_ss_and_netstat_keep_their_own_columns(tmp_path: Path) -> None:
    ss = (
        "State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n"
        "LISTEN 0      128    *:443              *:*\n"
        'ESTAB  0      0      [fd00::4]:5000     [fd00::9]:443     users:(("app",pid=4,fd=5))\n'
    )
    netstat = (
        "Active Internet connections (servers and established)\n"
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name\n"
        "tcp        0      0 10.0.0.4:22             10.0.0.7:51000          ESTABLISHED 812/sshd: root\n"
        "udp        0      0 0.0.0.0:68              0.0.0.0:*                           -\n"
        "tcp        0      0 10.0.0.4\n"
        "unix  2      [ ACC ]     STREAM     LISTENING     9411     /run/x.sock\n"
    )
    path = written(tmp_path, ss.encode())
    table = only(path)
    assert (table.record_kind, table.header_row, table.locator["local_addresses"]) == ("connection", 1, ["fd00::4"])
    assert records(path, table) == [
        ("", "LISTEN", "0", "128", "*:443", "*:*", ""),
        ("", "ESTAB", "0", "0", "[fd00::4]:5000", "[fd00::9]:443", 'users:(("app",pid=4,fd=5))'),
    ]
    path = written(tmp_path, netstat.encode())
    table = only(path)
    assert (table.header_row, file_rows(path, table), table.locator["local_addresses"]) == (2, [3, 4, 5], ["10.0.0.4"])
    assert records(path, table)[:2] == [
        ("tcp", "0", "0", "10.0.0.4:22", "10.0.0.7:51000", "ESTABLISHED", "812/sshd: root"),
        ("udp", "0", "0", "0.0.0.0:68", "0.0.0.0:*", "", "-"),
    ]
    assert [code for code, _message in rejections(path, table)] == ["ragged_row"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (
            b'[{"a": 1, "b": {"c": true}}, {"a": null, "d": 1.5}]',
            [("records", ("a", "b.c", "d"), [("1", "true", ""), ("", "", "1.5")])],
        ),
        (
            b'{"next": null, "results": [{"a": "x", "tags": [{"k": "p", "v": "1"}, {"k": "q"}]}]}',
            [("results[]", ("a", "tags[].k", "tags[].v"), [("x", "p;q", "1;")])],
        ),
        (
            b'{"Groups": [{"Owner": "me", "Things": [{"Id": "1", "a": 1, "b": 2, "c": 3}]}]}',
            [("Groups[].Things[]", ("Id", "a", "b", "c", "Groups[].Owner"), [("1", "1", "2", "3", "me")])],
        ),
        (
            b'{"servers": [{"n": "a"}], "apps": [{"m": "b"}]}',
            [("servers[]", ("n",), [("a",)]), ("apps[]", ("m",), [("b",)])],
        ),
        (
            b'{"web01": {"os": "AIX", "cpu": 4, "ip": "x"}, "db01": {"os": "z", "cpu": 8, "ip": "y"}}',
            [("records", ("key", "os", "cpu", "ip"), [("web01", "AIX", "4", "x"), ("db01", "z", "8", "y")])],
        ),
        (
            b'{"hostname": "a", "os": {"name": "AIX"}, "nics": {"eth0": {"ip": ["1", "2"]}}}',
            [("records", ("hostname", "os.name", "nics.eth0.ip[]"), [("a", "AIX", "1;2")])],
        ),
    ],
)
def test_nested_documents_become_flat_tables(
    tmp_path: Path, document: bytes, expected: list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]
) -> None:
    path = written(tmp_path, document)
    assert [(t.name, t.columns, records(path, t)) for t in intake.tables(path, Limits())] == expected


def test_a_broken_json_line_is_set_aside(tmp_path: Path) -> None:
    path = written(tmp_path, b'{"host": "a"}\n{"host": "b"\n\n{"host": "c", "os": "AIX"}\n')
    table = only(path)
    assert records(path, table) == [("a", ""), ("", ""), ("c", "AIX")]
    assert file_rows(path, table) == [1, 2, 4]
    assert [code for code, _message in rejections(path, table)] == ["unreadable_record"]


def test_a_file_of_tiny_records_comes_in_blocks_that_fit(tmp_path: Path) -> None:
    path = written(tmp_path, b"id,n\n" + b"1,2\n" * 60_000 + b"\n" + b"3,4\n" * 60_000)
    table = only(path)
    (span,) = intake.spans(path, table, 1 << 20)
    blocks = list(intake.read(path, table, span))
    assert [(b.frame.height, b.file_records) for b in blocks] == [(50_000, 50_000), (50_000, 50_001), (20_000, 20_000)]
    assert file_rows(path, table) == [*range(2, 60_002), *range(60_003, 120_003)]


def test_profiles_count_and_sample_in_order_of_appearance() -> None:
    frames = [pl.DataFrame({"1": ["b", "a", "b"], "2": ["", " ", "x"]}), pl.DataFrame({"1": ["c", "a"], "2": ["", ""]})]
    assert [(p.position, p.source, p.records, p.filled, p.samples) for p in intake.profile(frames, ("Name", "OS"))] == [
        (1, "Name", 5, 5, ("b", "a", "c")),
        (2, "OS", 5, 1, ("x",)),
    ]
