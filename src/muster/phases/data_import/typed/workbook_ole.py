"""Old office files (OLE): what one holds, told by its directory, and what an .xls workbook says of cells and rows."""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile  # type: ignore[import-untyped]

from muster.phases.data_import.typed.sheet_survey import BIFF_ERRORS, SheetSurvey
from muster.vocabulary.errors import FileDamaged

OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the directory of a damaged file makes the reader raise.
BROKEN = (OSError, ValueError, IndexError, TypeError, RecursionError, struct.error)
WORKBOOK_STREAMS = ("Workbook", "Book")
CONTENTS = (
    ("encrypted", ("EncryptedPackage", "EncryptionInfo")),
    ("workbook", WORKBOOK_STREAMS),
    ("document", ("WordDocument",)),
    ("presentation", ("PowerPoint Document",)),
    ("mail", ("__properties_version1.0",)),
)
# Record numbers of the BIFF format, [MS-XLS] 2.3.
BOUND_SHEET, BEGIN, END, BOOL_ERR, ROW = 0x85, 0x809, 0x0A, 0x205, 0x208
FORMULAS = (0x06, 0x206, 0x406)
FILE_PASS = 0x2F


def ole_content(path: Path) -> str:
    """What the file is: encrypted, workbook, document, presentation, mail, damaged or other."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            names = {entry[0] for entry in ole.listdir()}
            if names.isdisjoint(WORKBOOK_STREAMS):
                return next((what for what, streams in CONTENTS if names.intersection(streams)), "other")
            stream = next(name for name in WORKBOOK_STREAMS if name in names)
            with ole.openstream(stream) as content:
                return "encrypted" if _is_encrypted(content.read(4096)) else "workbook"
    except BROKEN:
        return "damaged"


def _is_encrypted(head: bytes) -> bool:
    """A password comes as a record among the first ones; all that follows is enciphered."""
    return any(number == FILE_PASS for number, _place, _length in _records(head, 0))


def xls_survey(path: Path) -> tuple[SheetSurvey, ...]:
    """Errors and hidden rows of each sheet, in the workbook's order. Raises FileDamaged."""
    try:
        with olefile.OleFileIO(str(path)) as ole:
            stream = next(name for name in WORKBOOK_STREAMS if ole.exists(name))
            with ole.openstream(stream) as content:
                data = content.read()
    except BROKEN as error:
        raise FileDamaged(f"{path.name} is a workbook that cannot be read: {error}.") from error
    starts = [
        struct.unpack_from("<I", data, place)[0]
        for number, place, length in _records(data, 0)
        if number == BOUND_SHEET and length >= 4
    ]
    return tuple(SheetSurvey(dict(_errors(data, start)), frozenset(_hidden(data, start))) for start in starts)


def _records(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(number, place of its content, length) of each record of one part of the stream, to its end."""
    depth, size = 0, len(data)
    while at + 4 <= size:
        number, length = struct.unpack_from("<HH", data, at)
        if at + 4 + length > size:
            return
        depth += (number == BEGIN) - (number == END)
        yield number, at + 4, length
        if depth <= 0:
            return
        at += 4 + length


def _hidden(data: bytes, start: int) -> Iterator[int]:
    """The rows without height, [MS-XLS] 2.4.221 fDyZero."""
    for number, place, length in _records(data, start):
        if number == ROW and length >= 16 and data[place + 12] & 0x20:
            yield struct.unpack_from("<H", data, place)[0]


def _errors(data: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for number, place, length in _records(data, start):
        if number == BOOL_ERR and length >= 8 and data[place + 7]:
            yield struct.unpack_from("<HH", data, place), _text(data[place + 6])
        elif (
            number in FORMULAS
            and length >= 14
            and data[place + 6] == 2
            and data[place + 12 : place + 14] == b"\xff\xff"
        ):
            yield struct.unpack_from("<HH", data, place), _text(data[place + 8])


def _text(code: int) -> str:
    return BIFF_ERRORS.get(code, "#VALUE!")
