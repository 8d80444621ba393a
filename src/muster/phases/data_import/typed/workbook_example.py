"""The smallest workbooks that the examples of the workbook formats can be read from, made of their parts."""

import io
import struct
import zipfile
from collections.abc import Mapping

Row = tuple[str | int, ...]
SHEET_ROWS: tuple[Row, ...] = (
    (),
    ("Hostname", "IP Address", "Memory GB"),
    ("web01", "10.0.0.1", 16),
    ("db01", "10.0.0.2", 64),
)
SCHEMAS = "http://schemas.openxmlformats.org"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATIONS = f"{SCHEMAS}/package/2006/relationships"
MAIN = f"{SCHEMAS}/spreadsheetml/2006/main"
OFFICE = f"{SCHEMAS}/officeDocument/2006/relationships"
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
ODS_NAMES = " ".join(f'xmlns:{name}="{OPEN_DOCUMENT}:{name}:1.0"' for name in ("office", "table", "text"))
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{SCHEMAS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KINDS}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
    '<sheets><sheet name="Machines" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A ZIP of these parts, in their order, the same bytes every time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def _xlsx_cell(row: int, column: int, value: str | int) -> str:
    place = f"{chr(64 + column)}{row}"
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def _xlsx() -> bytes:
    rows = "".join(
        f'<row r="{number}">{"".join(_xlsx_cell(number, column, value) for column, value in enumerate(row, 1))}</row>'
        for number, row in enumerate(SHEET_ROWS, 1)
    )
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    parts = {**PARTS, "xl/worksheets/sheet1.xml": sheet}
    return packed({name: f"{DECLARED}{text}".encode() for name, text in parts.items()})


def record(number: int, content: bytes = b"") -> bytes:
    """A record of a binary workbook part: number and length in 7 bits a byte, [MS-XLSB] 2.1.4."""
    return _variable(number) + _variable(len(content)) + content


def _variable(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _variable(value >> 7)


def wide(text: str) -> bytes:
    """A text of a binary workbook part, [MS-XLSB] 2.5.168."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: str | int) -> bytes:
    place = struct.pack("<II", column, 0)
    return record(6, place + wide(value)) if isinstance(value, str) else record(5, place + struct.pack("<d", value))


def xlsb(rows: tuple[Row, ...], *more: bytes) -> bytes:
    """A binary workbook with one sheet, Machines; `more` are further records at the end of its cells."""
    cells = b"".join(
        record(0, struct.pack("<I", number) + bytes(13))
        + b"".join(_xlsb_cell(at, value) for at, value in enumerate(row))
        for number, row in enumerate(rows)
    )
    extent = struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, max(len(row) for row in rows) - 1)
    sheet = record(129) + record(148, extent) + record(145) + cells + b"".join(more) + record(146) + record(130)
    named = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Machines"))
    book = record(131) + record(143) + named + record(144) + record(132)
    relations = PARTS["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "sheet1.bin")
    return packed(
        {
            "[Content_Types].xml": PARTS["[Content_Types].xml"].replace(".xml", ".bin").encode(),
            "_rels/.rels": PARTS["_rels/.rels"].replace("workbook.xml", "workbook.bin").encode(),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relations.encode(),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def ods(sheets: str) -> bytes:
    """An OpenDocument workbook whose content holds these `table:table` elements."""
    extended = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = f"<office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    root = "office:document-content"
    manifest = f'<manifest:manifest xmlns:manifest="{OPEN_DOCUMENT}:manifest:1.0"/>'
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"{DECLARED}{manifest}".encode(),
            "content.xml": f"{DECLARED}<{root} {ODS_NAMES} {extended}>{content}</{root}>".encode(),
        }
    )


def _ods_cell(value: str | int) -> str:
    kind = f'float" office:value="{value}' if isinstance(value, int) else "string"
    return f'<table:table-cell office:value-type="{kind}"><text:p>{value}</text:p></table:table-cell>'


def _ods_sheet() -> str:
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in SHEET_ROWS)
    return f'<table:table table:name="Machines">{rows}</table:table>'


def flat_ods() -> bytes:
    """The smallest flat workbook: the content of `ODS` with another root, which tells what it is."""
    mime = 'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"'
    content = f"<office:body><office:spreadsheet>{_ods_sheet()}</office:spreadsheet></office:body>"
    return f"{DECLARED}<office:document {ODS_NAMES} {mime}>{content}</office:document>".encode()


XLSX = _xlsx()
XLSB = xlsb(SHEET_ROWS)
ODS = ods(_ods_sheet())
