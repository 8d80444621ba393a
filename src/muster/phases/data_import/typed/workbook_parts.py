"""The parts of a workbook that is a ZIP archive: which kind it is, and its parts unpacked within the limits."""

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.archive import BROKEN
from muster.vocabulary.errors import FileDamaged, FileTooLarge

CHUNK = 1 << 20
SMALL = 64 << 20  # below this unpacked size the ratio does not matter
UNREADABLE = (*BROKEN, KeyError, ParseError)
# The part that only one kind of office document has -> the kind.
MAIN_PARTS = {
    "xl/workbook.xml": "xlsx",
    "xl/workbook.bin": "xlsb",
    "word/document.xml": "document",
    "ppt/presentation.xml": "presentation",
}
# What OpenDocument calls itself in the member `mimetype`.
OPEN_DOCUMENTS = {"spreadsheet": "ods", "text": "document", "presentation": "presentation"}
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def zip_content(path: Path) -> str:
    """What the archive is: xlsx, xlsb, ods, encrypted, document, presentation, damaged or other."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = next((kind for part, kind in MAIN_PARTS.items() if part in names), "")
            return kind or (_open_document(archive) if "mimetype" in names else "other")
    except UNREADABLE:
        with path.open("rb") as file:
            return _cut_off(file.read(1 << 16))


def _open_document(archive: zipfile.ZipFile) -> str:
    mime = archive.read("mimetype")[:200].decode("latin-1")
    about = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.namelist() else b""
    if b"encryption-data" in about:
        return "encrypted"
    kinds = (
        kind for word, kind in OPEN_DOCUMENTS.items() if mime.startswith(f"application/vnd.oasis.opendocument.{word}")
    )
    return next(kinds, "other")


def _cut_off(head: bytes) -> str:
    """What an archive without its end was: told by the names of its first members."""
    if b"opendocument.spreadsheet" in head[:200]:
        return "ods"
    if b"xl/workbook.bin" in head:
        return "xlsb"
    office = b"[Content_Types].xml" in head and b"word/" not in head and b"ppt/" not in head
    return "xlsx" if office or b"xl/" in head else "damaged"


@contextmanager
def parts_of(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The workbook's archive, its declared size within the limits. Raises FileDamaged or FileTooLarge."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_sizes(path, archive, limits)
            yield archive
    except (*UNREADABLE, DefusedXmlException) as error:
        raise FileDamaged(f"{path.name} is a workbook that cannot be unpacked: {error}.") from error


def _check_sizes(path: Path, archive: zipfile.ZipFile, limits: Limits) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > limits.max_unpacked_bytes:
        raise FileTooLarge(
            f"{path.name} unpacks to {unpacked} bytes; max_unpacked_bytes is {limits.max_unpacked_bytes}."
        )
    if unpacked > SMALL and unpacked > limits.max_ratio * max(path.stat().st_size, 1):
        raise FileTooLarge(f"{path.name} unpacks to more than {limits.max_ratio} times its size; that is max_ratio.")


def chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part, some bytes at a time; reading to the end verifies the checksum and that its declared size is true."""
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(CHUNK):
            yield chunk


def verify(archive: zipfile.ZipFile, but: tuple[str, ...]) -> None:
    """Unpack once every part whose name does not begin as `but`, for what `parts_of` raises over damaged ones."""
    for part in archive.namelist():
        if not part.startswith(but):
            for _chunk in chunks(archive, part):
                continue


def check_cells(path: Path, rows: int, columns: int, limits: Limits) -> None:
    """Raises FileTooLarge for a sheet whose cells with content span too large a rectangle."""
    if rows * columns > limits.max_cells:
        raise FileTooLarge(
            f"A sheet of {path.name} spans {rows} rows x {columns} columns; max_cells is {limits.max_cells}.",
            hint="Delete stray cells far from the table, or save the sheet as CSV: that has no such limit.",
        )


def targets(archive: zipfile.ZipFile, workbook: str) -> Mapping[str, str]:
    """The parts that the workbook's main part refers to, by the ids that it uses for them."""
    place = PurePosixPath(workbook)
    relations = f"{place.parent}/_rels/{place.name}.rels"
    if relations not in archive.namelist():
        return {}
    return {
        str(relation.get("Id")): _resolved(place.parent, str(relation.get("Target")))
        for relation in fromstring(archive.read(relations)).iter(RELATION)
    }


def _resolved(folder: PurePosixPath, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else str(folder / target)
