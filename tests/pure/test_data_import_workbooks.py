"""What the intake makes of workbooks of every kind and of columnar files: values, sheets, limits and refusals."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.typed.workbook_example import ods, record, xlsb
from muster.vocabulary.errors import FileDamaged, FileEmpty, FileTooLarge, FormatUnknown, MusterError
from muster.vocabulary.table import Table

moment = datetime.fromisoformat
FIXTURES = Path(__file__).parents[1] / "fixtures"


def written(folder: Path, content: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def records(path: Path, table: Table) -> list[tuple[str, ...]]:
    return [
        row
        for span in intake.spans(path, table, 1 << 20)
        for block in intake.read(path, table, span)
        for row in block.frame.rows()
    ]


def only(path: Path) -> Table:
    (table,) = intake.tables(path, Limits())
    return table


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


def with_part(content: bytes, part: str, text: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, text if name == part else before.read(name))
    return file.getvalue()


def office_file(*streams: str) -> bytes:
    """An old office file (OLE) whose directory names these streams, all of them empty."""
    free, end, fat, nothing = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    entries = b""
    for number, name in enumerate(("Root Entry", *streams)):
        text = name.encode("utf-16-le")
        right = number + 1 if 0 < number < len(streams) else nothing
        entries += text.ljust(64, b"\x00") + struct.pack("<HBB", len(text) + 2, 5 if number == 0 else 2, 1)
        entries += struct.pack("<III", nothing, right, 1 if number == 0 and streams else nothing) + bytes(36)
        entries += struct.pack("<IQ", end, 0)
    return header + struct.pack("<128I", fat, end, *[free] * 126) + entries.ljust(512, b"\x00")


def ods_cell(kind: str, text: str = "", repeated: int = 1) -> str:
    times = f'table:number-columns-repeated="{repeated}"'
    return f"<table:table-cell {times} {kind}><text:p>{text}</text:p></table:table-cell>"


def ods_sheet(name: str, *rows: str) -> str:
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'


def ods_row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


TEXT = 'office:value-type="string"'
BIG = 123_456_789_012_345
HEADER = ("Hostname", "CPUs", "Memory GB", "Virtual", "Installed", "Last seen", "Owner")
READ = [
    ("web01", "4", "1.5", "true", "2024-01-02", "2024-01-02 03:04:05", "#N/A"),
    ("db01", "8", "64", "false", "1999-12-31", "2024-02-29 23:59:59", "#REF!"),
]


def values_as_xlsx() -> bytes:
    rows = [
        ("web01", 4, 1.5, True, date(2024, 1, 2), moment("2024-01-02 03:04:05"), "#N/A"),
        ("db01", 8, 64.0, False, date(1999, 12, 31), moment("2024-02-29 23:59:59"), "#REF!"),
    ]
    return xlsx(("Machines", [(), (None, *HEADER), *((None, *row) for row in rows)]))


def values_as_ods() -> bytes:
    def row(name: str, cpus: str, memory: str, virtual: str, day: str, moment: str, error: str) -> str:
        return ods_row(
            ods_cell(TEXT, name),
            ods_cell(f'office:value-type="float" office:value="{cpus}"', cpus),
            ods_cell(f'office:value-type="float" office:value="{memory}"', memory.replace(".", ",")),
            ods_cell(f'office:value-type="boolean" office:boolean-value="{virtual}"', "WAHR"),
            ods_cell(f'office:value-type="date" office:date-value="{day}"', "2. Jan."),
            ods_cell(f'office:value-type="date" office:date-value="{moment.replace(" ", "T")}"', "2. Jan."),
            ods_cell(f'{TEXT} office:string-value="" calcext:value-type="error"', error),
        )

    header = ods_row(*(ods_cell(TEXT, name) for name in HEADER))
    blank = ods_row("<table:table-cell/>")
    return ods(ods_sheet("Machines", blank, header, *(row(*values) for values in READ)))


def values_as_xlsb() -> bytes:
    """Written dates need a style part, which adds nothing here: they are text."""
    rows = ((), HEADER, ("web01", 4, 1.5, "true", *READ[0][4:6]), ("db01", 8, 64, "false", *READ[1][4:6]))
    error = record(3, struct.pack("<IIB", 6, 0, 0x17))
    content = xlsb(rows, error)  # type: ignore[arg-type]
    first = record(0, struct.pack("<I", 3) + bytes(13))
    with_first = record(3, struct.pack("<IIB", 6, 0, 0x2A)) + first
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.bin")
    return with_part(content, "xl/worksheets/sheet1.bin", sheet.replace(first, with_first))


@pytest.mark.parametrize(
    ("content", "format"),
    [
        (values_as_xlsx(), "xlsx_workbook"),
        (values_as_ods(), "ods_workbook"),
        (values_as_xlsb(), "xlsb_workbook"),
        ((FIXTURES / "values.xls").read_bytes(), "xls_workbook"),
    ],
)
@pytest.mark.parametrize("name", ["upload", "report.csv", "report.xls", "report.xlsx"])
def test_values_read_the_same_from_every_kind_of_workbook_whatever_its_name(
    tmp_path: Path, content: bytes, format: str, name: str
) -> None:
    path = written(tmp_path, content, name)
    table = intake.tables(path, Limits())[0]
    assert (table.name, table.format, table.header_row, table.columns) == ("Machines", format, 2, HEADER)
    assert records(path, table) == READ


def test_numbers_moments_and_errors_keep_what_they_say(tmp_path: Path) -> None:
    cells = {
        "whole": (16.0, "16"),
        "serial": (BIG, str(BIG)),
        "large": (1.2e15, "1200000000000000"),
        "beyond digits": (1e30, "1e+30"),
        "small": (1e-7, "1e-7"),
        "half": (0.5, "0.5"),
        "zeros": ("00123", "00123"),
        "negative": (-3.0, "-3"),
        "time": (time(3, 4, 5), "03:04:05"),
        "duration": (timedelta(hours=30, minutes=1), "30:01:00"),
        "thousandths": (moment("2024-01-02 03:04:05.250"), "2024-01-02 03:04:05.250"),
        "division": ("#DIV/0!", "#DIV/0!"),
        "name": ("#NAME?", "#NAME?"),
        "formula": ("=1+1", ""),  # what wrote this workbook computes nothing
        "lines": ("two\nlines", "two\nlines"),
    }
    path = written(tmp_path, xlsx(("Sheet", [list(cells), [given for given, _read in cells.values()]])))
    table = only(path)
    assert dict(zip(table.columns, records(path, table)[0], strict=True)) == {
        name: read for name, (_given, read) in cells.items()
    }


def test_a_formula_gives_the_value_that_it_had(tmp_path: Path) -> None:
    content = xlsx(("Sheet", [["Hostname", "CPUs", "Owner"], ["web01", "=2+2", "=A2"], ["db01", "=1/0", "x"]]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    for formula, attribute, value in (("2+2", "", "4"), ("A2", ' t="str"', "Ann"), ("1/0", ' t="e"', "#DIV/0!")):
        start = sheet.rindex("<c ", 0, sheet.index(f"<f>{formula}</f>"))
        end = sheet.index("</c>", start) + 4
        place = sheet[start:end].split('"')[1]
        sheet = f'{sheet[:start]}<c r="{place}"{attribute}><f>{formula}</f><v>{value}</v></c>{sheet[end:]}'
    path = written(tmp_path, with_part(content, "xl/worksheets/sheet1.xml", sheet.encode()))
    assert records(path, only(path)) == [("web01", "4", "Ann"), ("db01", "#DIV/0!", "x")]


def test_hidden_sheets_are_read_and_charts_are_not(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, state in (("Open", "visible"), ("Hidden", "hidden"), ("Very", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in (["Hostname", "OS"], [f"{name}-01", "AIX"]):
            sheet.append(row)
    book.create_chartsheet("Chart")
    path = written(tmp_path, saved(book))
    tables = intake.tables(path, Limits())
    assert [(t.name, records(path, t)) for t in tables] == [
        (name, [(f"{name}-01", "AIX")]) for name in ("Open", "Hidden", "Very")
    ]
    path = written(tmp_path, (FIXTURES / "values.xls").read_bytes())
    assert [t.name for t in intake.tables(path, Limits())] == ["Machines", "Köln"]


def test_several_tables_of_one_sheet_are_tables_of_their_own_at_their_own_rows(tmp_path: Path) -> None:
    rows = [
        ["Servers"],
        ["Hostname", "IP Address", "CPUs"],
        ["web01", "10.0.0.1", 4],
        ["db01", "10.0.0.2", 8],
        [],
        ["Applications"],
        ["Application", "Owner", "Users"],
        ["crm", "Ann", 20],
        ["erp", "Bob", 30],
    ]
    path = written(tmp_path, xlsx(("Estate", rows)))
    tables = intake.tables(path, Limits())
    assert [(t.name, t.header_row, t.locator["first_file_row"], records(path, t)) for t in tables] == [
        ("Estate", 2, 3, [("web01", "10.0.0.1", "4"), ("db01", "10.0.0.2", "8")]),
        ("Estate / Applications", 7, 8, [("crm", "Ann", "20"), ("erp", "Bob", "30")]),
    ]


def test_tables_beside_one_another_keep_to_their_columns(tmp_path: Path) -> None:
    rows = [
        ["Hostname", "IP Address", "CPUs", None, "Application", "Owner"],
        ["web01", "10.0.0.1", 4, None, "crm", "Ann"],
        ["db01", "10.0.0.2", 8, None, None, None],
        ["db02", "10.0.0.3", 8, None, None, None],
    ]
    path = written(tmp_path, xlsx(("Estate", rows)))
    tables = intake.tables(path, Limits())
    assert [(t.name, t.columns) for t in tables] == [
        ("Estate", ("Hostname", "IP Address", "CPUs")),
        ("Estate (2)", ("Application", "Owner")),
    ]
    assert [row for row in records(path, tables[1]) if any(row)] == [("crm", "Ann")]


def test_a_long_sheet_is_read_in_spans_that_lose_nothing(tmp_path: Path) -> None:
    rows = [["Hostname", "CPUs"], *([f"srv{n:05}", n % 64] for n in range(45_000))]
    rows[30_000:30_000] = [[None, None]] * 3
    path = written(tmp_path, xlsx(("Servers", rows)))
    table = only(path)
    scratch = tmp_path / "scratch"
    spans = intake.spans(path, table, 1 << 20, scratch)
    assert [(span.start, span.end, span.last) for span in spans] == [
        (1, 20_000, False),
        (20_000, 40_000, False),
        (40_000, 45_004, True),
    ]
    blocks = [list(intake.read(path, table, span, scratch)) for span in spans]
    assert sum(block.file_records for part in blocks for block in part) == 45_003
    assert [row for part in blocks for block in part for row in block.frame.rows()] == [
        (f"srv{n:05}", str(n % 64)) for n in range(45_000)
    ]
    (gap,) = blocks[1]
    assert gap.file_rows is not None
    assert (gap.file_rows[9_999], gap.file_rows[10_000]) == (10_000, 10_004)


def test_rows_that_hold_nothing_cost_nothing(tmp_path: Path) -> None:
    rows = [ods_row(ods_cell(TEXT, "Hostname"), ods_cell(TEXT, "OS"))]
    rows += [ods_row(ods_cell(TEXT, f"web{n}"), ods_cell(TEXT, "AIX")) for n in range(9)]
    rows += [ods_row('<table:table-cell table:number-columns-repeated="16384"/>', repeated=1_048_566)]
    path = written(tmp_path, ods(ods_sheet("Servers", *rows)))
    assert len(records(path, only(path))) == 9


@pytest.mark.parametrize(
    "content",
    [
        ods(ods_sheet("S", ods_row(ods_cell(TEXT, "x", repeated=16_000), repeated=1_000_000))),
        ods(
            ods_sheet(
                "S", ods_row("<table:table-cell/>", repeated=1_000_000), ods_row(ods_cell(TEXT, "x", repeated=99))
            )
        ),
        xlsb(
            (("Hostname", "OS"),),
            record(0, struct.pack("<I", 1_048_575) + bytes(13)),
            record(5, struct.pack("<IId", 16_383, 0, 1.0)),
        ),
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused_first(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileTooLarge, match="max_cells"):
        intake.tables(written(tmp_path, content), Limits())


def test_more_columns_than_allowed_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, xlsx(("Wide", [[f"Column {n}" for n in range(30)], list(range(30))])))
    with pytest.raises(FileTooLarge, match="max_columns"):
        intake.tables(path, Limits(max_columns=20))


LOCKED_ODS = with_part(
    ods(ods_sheet("S", ods_row(ods_cell(TEXT, "x")))),
    "META-INF/manifest.xml",
    b'<manifest:manifest xmlns:manifest="urn:x"><manifest:encryption-data/></manifest:manifest>',
)


@pytest.mark.parametrize(
    ("content", "error", "said", "hint"),
    [
        (office_file("EncryptedPackage", "EncryptionInfo"), FormatUnknown, "password", "without the password"),
        (LOCKED_ODS, FormatUnknown, "password", "without the password"),
        (office_file("WordDocument", "1Table"), FormatUnknown, "Word document", "CSV"),
        (office_file("PowerPoint Document"), FormatUnknown, "PowerPoint", "CSV"),
        (office_file("__properties_version1.0"), FormatUnknown, "Outlook", "attachments"),
        (office_file("Something"), FormatUnknown, "without worksheets", "CSV"),
        ((FIXTURES / "values.xls").read_bytes()[:2_000], FormatUnknown, "cut off", "again"),
        (office_file("Workbook"), FileEmpty, "No sheet of upload", "again"),
        (ods("")[:-100], FileDamaged, "cannot be unpacked", "again"),
        (xlsb((("Hostname", "OS"),))[:-100], FileDamaged, "cannot be unpacked", "again"),
        (
            with_part(xlsb((("A", "B"),)), "xl/worksheets/sheet1.bin", b"\x81\x01"),
            FileDamaged,
            "cannot be read",
            "again",
        ),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_and_says_why(
    tmp_path: Path, content: bytes, error: type[MusterError], said: str, hint: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        intake.tables(written(tmp_path, content), Limits())
    assert hint in caught.value.recovery_hint


COLUMNS = pl.DataFrame(
    {
        "hostname": ["web01", "db01", None],
        "cpus": [4, 8, None],
        "load": [1.0, 1.5, float("nan")],
        "price": [Decimal("1.50"), None, None],
        "virtual": [True, False, None],
        "installed": [date(2024, 1, 2), None, None],
        "seen": [moment("2024-01-02 03:04:05"), moment("2024-01-02 00:00:00.120"), None],
        "os": [{"name": "AIX", "build": {"number": 7}}, {"name": None, "build": None}, None],
        "nics": [[{"ip": "10.0.0.1", "up": True}, {"ip": None, "up": False}], [], None],
        "vlans": [[1, 2], [3], None],
        "raw": [b"text", b"\xff\x00", None],
        "^odd.*$": ["a", "b", "c"],
    }
)
FLAT = {
    "hostname": ["web01", "db01", ""],
    "cpus": ["4", "8", ""],
    "load": ["1", "1.5", ""],
    "price": ["1.50", "", ""],
    "virtual": ["true", "false", ""],
    "installed": ["2024-01-02", "", ""],
    "seen": ["2024-01-02 03:04:05", "2024-01-02 00:00:00.120", ""],
    "os.name": ["AIX", "", ""],
    "os.build.number": ["7", "", ""],
    "nics[].ip": ["10.0.0.1;", "", ""],
    "nics[].up": ["true;false", "", ""],
    "vlans[]": ["1;2", "3", ""],
    "raw": ["text", "ff00", ""],
    "^odd.*$": ["a", "b", "c"],
}


@pytest.mark.parametrize(("write", "format"), [("write_parquet", "parquet_file"), ("write_ipc", "arrow_file")])
@pytest.mark.parametrize("name", ["upload", "a[1]*.csv"])
def test_typed_and_nested_columns_become_flat_text(tmp_path: Path, write: str, format: str, name: str) -> None:
    path = tmp_path / name
    getattr(COLUMNS, write)(path)
    table = only(path)
    assert (table.name, table.format, table.header_row, table.columns) == ("records", format, None, tuple(FLAT))
    assert records(path, table) == list(zip(*FLAT.values(), strict=True))


def test_a_long_parquet_file_is_read_in_spans_that_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    names = [f"srv{n:06}" for n in range(70_000)]
    pl.DataFrame({"hostname": names, "cpus": range(70_000)}).write_parquet(path, row_group_size=9_000)
    table = only(path)
    spans = intake.spans(path, table, path.stat().st_size // 3)
    assert [(span.start, span.end) for span in spans] == [
        (0, 20_000),
        (20_000, 40_000),
        (40_000, 60_000),
        (60_000, 70_000),
    ]
    assert [row[0] for row in records(path, table)] == names


@pytest.mark.parametrize("write", ["write_parquet", "write_ipc"])
def test_a_cut_off_columnar_file_is_refused(tmp_path: Path, write: str) -> None:
    path = tmp_path / "upload"
    getattr(COLUMNS, write)(path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FileDamaged, match="upload cannot be read to its end"):
        intake.tables(path, Limits())
