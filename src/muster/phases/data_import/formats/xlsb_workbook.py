"""XLSB workbooks (the binary kind of Office Open XML): every sheet with a table, hidden ones too."""

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.typed.sheet_survey import BIFF_ERRORS, SheetSurvey
from muster.phases.data_import.typed.workbook_example import XLSB
from muster.phases.data_import.typed.workbook_parts import check_cells, chunks, parts_of, targets, verify, zip_content
from muster.phases.data_import.typed.workbook_sheets import workbook_format

MAIN = "xl/workbook.bin"
SHEETS = "xl/worksheets/"
# Record numbers, [MS-XLSB] 2.3.2.
ROW_HEADER, CELL_ERROR, FORMULA_ERROR, BUNDLE_SHEET = 0, 3, 11, 156
FILLED = range(2, 12)


def _recognise(path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(b"PK\x03\x04") and zip_content(path) == "xlsb" else 0.0


def _survey(path: Path, limits: Limits) -> tuple[SheetSurvey, ...]:
    """Unpack every part once, streaming. Raises FileDamaged, or FileTooLarge (by size, ratio or cells)."""
    with parts_of(path, limits) as archive:
        verify(archive, but=(SHEETS,))
        sheets = {part: _sheet(path, archive, part, limits) for part in archive.namelist() if part.startswith(SHEETS)}
        parts = targets(archive, MAIN)
        return tuple(sheets.get(parts.get(name, ""), SheetSurvey()) for name in _references(archive))


def _references(archive: zipfile.ZipFile) -> Iterator[str]:
    """The ids by which the workbook refers to its sheets, in its order."""
    for number, content in _records(chunks(archive, MAIN)):
        if number == BUNDLE_SHEET and len(content) >= 12:
            (length,) = struct.unpack_from("<I", content, 8)
            yield content[12 : 12 + 2 * length].decode("utf-16-le", "replace") if length < len(content) else ""


def _sheet(path: Path, archive: zipfile.ZipFile, part: str, limits: Limits) -> SheetSurvey:
    errors: dict[tuple[int, int], str] = {}
    hidden: set[int] = set()
    row = rows = columns = 0
    for number, content in _records(chunks(archive, part)):
        if number == ROW_HEADER and len(content) >= 4:
            (row,) = struct.unpack_from("<I", content)
            if len(content) > 11 and content[11] & 0x10:  # fDyZero, [MS-XLSB] 2.4.741
                hidden.add(row)
        elif number in FILLED and len(content) > 8:
            (column,) = struct.unpack_from("<I", content)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if number in (CELL_ERROR, FORMULA_ERROR):
                errors[row, column] = BIFF_ERRORS.get(content[8], "#VALUE!")
    check_cells(path, rows, columns, limits)
    return SheetSurvey(errors, hidden)


def _records(content: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """(number, content) of each record; number and length are 7 bits a byte, [MS-XLSB] 2.1.4."""
    data = b""
    for chunk in content:
        data, at = data + chunk, 0
        while (found := _record(data, at)) is not None:
            number, first, end = found
            yield number, data[first:end]
            at = end
        data = data[at:]


def _record(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Number, first byte and end of the record at `at`; None where it is not all there yet."""
    number, at = _variable(data, at, 2)
    length, at = _variable(data, at, 4)
    return (number, at, at + length) if at > 0 and at + length <= len(data) else None


def _variable(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of at most so many bytes, and the place after it; -1 where the data end first."""
    value = 0
    for place in range(most):
        if not 0 <= at + place < len(data):
            return 0, -1
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    return value, at + most


FORMAT = workbook_format(
    name="xlsb_workbook",
    recognise=_recognise,
    survey=_survey,
    example=Example(
        XLSB,
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
