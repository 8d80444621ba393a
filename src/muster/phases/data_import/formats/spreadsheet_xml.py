"""XML spreadsheets of Excel 2002 and 2003 (SpreadsheetML), which many web tools write as .xls: every sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from muster.phases.data_import.format import Example
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text import encoding
from muster.phases.data_import.typed.sheet_survey import SheetSurvey
from muster.phases.data_import.typed.workbook_parts import check_cells
from muster.phases.data_import.typed.workbook_sheets import SheetCells, workbook_format
from muster.vocabulary.errors import FileDamaged

SCHEMA = "urn:schemas-microsoft-com:office:spreadsheet"
SS = f"{{{SCHEMA}}}"
TRUE = ("1", "true")


@dataclass(slots=True)
class _Extent:
    """How far the cells with content of a sheet reach, and which rows are hidden."""

    name: str
    rows: int = 0
    columns: int = 0
    hidden: set[int] = field(default_factory=set)


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lstrip()
    return 0.98 if text.startswith("<") and SCHEMA in text[:8192] and "Workbook" in text[:8192] else 0.0


def _survey(path: Path, limits: Limits) -> tuple[SheetSurvey, ...]:
    """Reads the file once. Raises FileDamaged or FileTooLarge."""
    sheets = _extents(path)
    for sheet in sheets:
        check_cells(path, sheet.rows, sheet.columns, limits)
    return tuple(SheetSurvey(hidden=sheet.hidden) for sheet in sheets)


def _opened(path: Path, _about: Sequence[SheetSurvey]) -> Iterator[SheetCells]:
    for number, sheet in enumerate(_extents(path)):
        yield SheetCells(number, sheet.name, sheet.columns, _cells(path, number, sheet), sheet.hidden)


def _extents(path: Path) -> list[_Extent]:
    sheets: list[_Extent] = []
    for sheet, name, row, element in _rows(path):
        if sheet == len(sheets):
            sheets.append(_Extent(name))
        if element is None:
            continue
        columns = [column for column, value in _values(element) if value != ""]
        if columns:
            sheets[sheet].rows, sheets[sheet].columns = row + 1, max(sheets[sheet].columns, columns[-1] + 1)
            if element.get(f"{SS}Hidden") in TRUE:
                sheets[sheet].hidden.add(row)
    return sheets


def _cells(path: Path, wanted: int, extent: _Extent) -> Iterator[Sequence[object]]:
    """The rows of one sheet up to its last one with content; rows that the file leaves out are blank."""
    at = 0
    for sheet, _name, row, element in _rows(path):
        if sheet != wanted or element is None or row >= extent.rows:
            continue
        while at < row:
            yield [""] * extent.columns
            at += 1
        cells: list[object] = [""] * extent.columns
        for column, value in _values(element):
            if column < extent.columns:
                cells[column] = value
        yield cells
        at += 1


def _rows(path: Path) -> Iterator[tuple[int, str, int, Element | None]]:
    """(sheet, its name, 0-based row, element) of each row, and one without an element at each sheet's start."""
    sheet, name, row = -1, "", 0
    above: list[Element] = []
    try:
        for event, element in iterparse(path, ("start", "end")):
            if event == "start":
                above.append(element)
                if element.tag == f"{SS}Worksheet":
                    sheet, name, row = sheet + 1, element.get(f"{SS}Name", ""), 0
                    yield sheet, name, row, None
                continue
            above.pop()
            if element.tag == f"{SS}Row" and sheet >= 0:
                row = _place(element, row)
                yield sheet, name, row, element
                row += 1 + int(element.get(f"{SS}Span", 0))
                above[-1].remove(element)  # else the whole sheet would stay in memory
    except (ParseError, ValueError) as error:
        raise FileDamaged(f"{path.name} is a workbook that cannot be read to its end: {error}.") from error
    except DefusedXmlException as error:
        raise FileDamaged(f"{path.name} declares entities, which are never resolved.") from error


def _values(row: Element) -> Iterator[tuple[int, object]]:
    """0-based column and value of the cells; a merged cell has its value in its first place."""
    column = 0
    for cell in row:
        if cell.tag != f"{SS}Cell":
            continue
        column = _place(cell, column)
        data = next((child for child in cell if child.tag.rpartition("}")[2] == "Data"), None)
        yield column, "" if data is None else _value(data.get(f"{SS}Type", "String"), "".join(data.itertext()))
        column += 1 + int(cell.get(f"{SS}MergeAcross", 0))


def _place(element: Element, expected: int) -> int:
    """The 0-based place that a row or cell says it has, else the one after that before it. Raises ValueError."""
    place = int(element.get(f"{SS}Index", expected + 1)) - 1
    if place < expected:
        raise ValueError(f"place {place + 1} stands behind place {expected}")
    return place


def _value(kind: str, text: str) -> object:
    """What the text says; the text itself where it is not what its kind promises."""
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return text.strip() in TRUE if kind == "Boolean" else text


def _written(rows: Sequence[Sequence[str | int]]) -> str:
    cells = (
        "".join(
            f'<Cell><Data ss:Type="{"Number" if isinstance(value, int) else "String"}">{value}</Data></Cell>'
            for value in row
        )
        for row in rows
    )
    return "".join(f"<Row>{row}</Row>" for row in cells)


FORMAT = workbook_format(
    name="spreadsheet_xml",
    recognise=_recognise,
    survey=_survey,
    opened=_opened,
    example=Example(
        f'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="{SCHEMA}" '
        f'xmlns:ss="{SCHEMA}"><Worksheet ss:Name="Machines"><Table>'
        f"{_written((('Hostname', 'IP Address', 'Memory GB'), ('web01', '10.0.0.1', 16)))}"
        '<Row ss:Index="4"><Cell><Data ss:Type="String">db01</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="Number">64</Data></Cell></Row></Table></Worksheet></Workbook>'.encode(),
        (("server", ("Hostname", "IP Address", "Memory GB"), (("web01", "10.0.0.1", "16"), ("db01", "", "64"))),),
    ),
)
