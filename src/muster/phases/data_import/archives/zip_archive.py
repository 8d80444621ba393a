"""ZIP archives, but not the documents, workbooks and programs that are kept as ZIP."""

import io
import stat
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from muster.phases.data_import.packed.archive import BROKEN, Archive, Member, Packed

UTF_8_NAME = 0x800
ENCRYPTED = 0x1
# A member that says what the archive as a whole is: an office document, a book, a program.
WHOLES = frozenset(("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF", "AndroidManifest.xml"))
WITHIN = ("word/document", "ppt/presentation", "xl/workbook")


def _recognise(path: Path, head: bytes) -> float:
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return 0.0
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except BROKEN:
        return 0.0 if any(name.encode() in head for name in (*WHOLES, *WITHIN)) else 0.9
    return 0.0 if any(name in WHOLES or name.startswith(WITHIN) for name in names) else 0.9


def _members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.is_dir():
                why = _why_not(entry)
                yield Member(_name(entry), None if why else partial(archive.open, entry), why)


def _why_not(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & ENCRYPTED:
        return "is protected by a password"
    # The upper half is the Unix mode where one was written; else it is zero.
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "" if kind in (0, stat.S_IFREG) else "is a link or a device"


def _name(entry: zipfile.ZipInfo) -> str:
    """Many writers put UTF-8 and do not say so; the reader has then taken it for code page 437."""
    if entry.flag_bits & UTF_8_NAME:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _example() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("site/servers.csv"), "Name,IP\nweb01,10.0.0.1\n")
        archive.writestr(zipfile.ZipInfo("applications.json"), '[{"name": "crm"}]')
    return file.getvalue()


ARCHIVE = Archive(
    name="zip_archive",
    recognise=_recognise,
    members=_members,
    example=Packed(
        _example(),
        (("applications.json", b'[{"name": "crm"}]'), ("site/servers.csv", b"Name,IP\nweb01,10.0.0.1\n")),
    ),
)
