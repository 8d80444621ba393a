"""What a workbook's archive holds, measured before it is handed to the reader that builds whole sheets in memory."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.limits import Limits
from muster.vocabulary.errors import FileDamaged, FileTooLarge

CHUNK = 1 << 20
SMALL = 64 << 20  # below this unpacked size the ratio does not matter
# A first, cheap bound: every cell, filled or only formatted; columns A to Z are taken for granted.
ANY_CELL = re.compile(rb'r="([A-Z]{2,3})\d')
ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d{1,7})"')
# The true one, slow: an empty cell closes itself.
FILLED_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3})\d{1,7}"[^>]*?(?<!/)>')
FILLED_ROW = re.compile(rb'<(?:\w+:)?c [^>]*?r="[A-Z]{1,3}(\d{1,7})"[^>]*?(?<!/)>')
DECLARED = ("xl/workbook.xml",)


@dataclass(frozen=True, slots=True)
class Extent:
    """The rectangle that the cells with content span."""

    rows: int
    columns: int


def is_workbook(path: Path, head: bytes) -> bool:
    """True for an archive with worksheets, also for one that is cut off."""
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name in archive.namelist() for name in DECLARED)
    except zipfile.BadZipFile:
        return b"[Content_Types].xml" in head and not (b"word/" in head or b"ppt/" in head) or b"xl/" in head


def check(path: Path, limits: Limits) -> None:
    """Unpack every part once, streaming. Raises FileDamaged, or FileTooLarge (by size, ratio or cells)."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive, limits)
            for part in archive.infolist():
                _check_part(path, archive, part, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileDamaged(f"{path.name} is a workbook that cannot be unpacked: {error}.") from error


def _check_sizes(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > limits.max_unpacked_bytes:
        raise FileTooLarge(
            f"{path.name} unpacks to {unpacked} bytes; max_unpacked_bytes is {limits.max_unpacked_bytes}."
        )
    if unpacked > SMALL and unpacked > limits.max_ratio * max(path.stat().st_size, 1):
        raise FileTooLarge(f"{path.name} unpacks to more than {limits.max_ratio} times its size; that is max_ratio.")


def _check_part(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: Limits) -> None:
    chunks = _chunks(archive, part)
    if not part.filename.startswith("xl/worksheets/") or not part.filename.endswith(".xml"):
        for _chunk in chunks:
            continue  # reading to the end verifies the checksum and that the declared size is true
        return
    extent = _extent(chunks, ANY_CELL)
    if extent.rows * extent.columns > limits.max_cells:
        extent = _extent(_chunks(archive, part), FILLED_CELL)
    if extent.rows * extent.columns > limits.max_cells:
        raise FileTooLarge(
            f"A sheet of {path.name} spans {extent.rows} rows x {extent.columns} columns; "
            f"max_cells is {limits.max_cells}.",
            hint="Delete stray cells far from the table, or save the sheet as CSV: that has no such limit.",
        )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(CHUNK):
            yield chunk


def _extent(chunks: Iterator[bytes], cell: re.Pattern[bytes]) -> Extent:
    """From the cells themselves: what a sheet declares as its dimension is often false."""
    last_row, rest = 0, b""
    columns: set[bytes] = set()
    for chunk in chunks:
        text = rest + chunk
        cut = text.rfind(b">") + 1
        rest = text[cut:] if len(text) - cut < CHUNK else b""
        columns.update(cell.findall(text, 0, cut))
        rows = (
            FILLED_ROW.findall(text, 0, cut)
            if cell is FILLED_CELL
            else ROW.findall(text, max(text.rfind(b"<row ", 0, cut), 0), cut)
        )
        last_row = max(last_row, max(map(int, rows), default=0))
    return Extent(last_row, max((_column_number(letters) for letters in columns), default=26))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
