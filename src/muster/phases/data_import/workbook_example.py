"""The smallest workbook that the example of the XLSX format can be read from, made of its parts."""

import io
import zipfile

SHEET_ROWS = (
    (),
    ("Hostname", "IP Address", "Memory GB"),
    ("web01", "10.0.0.1", 16),
    ("db01", "10.0.0.2", 64),
)
NAMESPACE = "http://schemas.openxmlformats.org"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{NAMESPACE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{NAMESPACE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}/spreadsheetml/2006/main" xmlns:r="{NAMESPACE}/officeDocument/2006/relationships">'
    '<sheets><sheet name="Machines" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{NAMESPACE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{NAMESPACE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def _cell(row: int, column: int, value: str | int) -> str:
    place = f"{chr(64 + column)}{row}"
    if isinstance(value, int):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def _sheet() -> str:
    rows = "".join(
        f'<row r="{number}">{"".join(_cell(number, column, value) for column, value in enumerate(row, 1))}</row>'
        for number, row in enumerate(SHEET_ROWS, 1)
    )
    return f'<worksheet xmlns="{NAMESPACE}/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def _workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in {**PARTS, "xl/worksheets/sheet1.xml": _sheet()}.items():
            archive.writestr(zipfile.ZipInfo(name), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return file.getvalue()


EXAMPLE = _workbook()
