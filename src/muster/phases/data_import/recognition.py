"""Which format or archive a file is, by its content; and what to say of the many that are neither."""

from functools import cache
from pathlib import Path

from muster.phases.data_import import archives, formats
from muster.phases.data_import.format import Format
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.archive import Archive
from muster.phases.data_import.text.encoding import HEAD
from muster.phases.data_import.typed.workbook_ole import OLE_HEAD, ole_content
from muster.phases.data_import.typed.workbook_parts import zip_content
from muster.vocabulary import catalogue
from muster.vocabulary.errors import FileEmpty, FileMissing, FileTooLarge, FormatUnknown

SURE_ENOUGH = 0.15
UNPACK = "Unpack it, and import the folder or its files."
PASSWORD = "Save it without the password and import that."
EXPORT = "Export the data as CSV or XLSX."
# First bytes of what people send by mistake -> what it is and what to do instead.
KNOWN_OTHERS = (
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip", UNPACK),
    (b"Rar!\x1a\x07", "packed with RAR", UNPACK),
    (b"MSCF", "a Windows cabinet", UNPACK),
    (b"\x1f\x9d", "packed with compress (.Z)", UNPACK),
    (b"%PDF", "a PDF document", "Export the data as CSV or XLSX; tables cannot be taken from a PDF reliably."),
    (b"{\\rtf", "a text document (RTF)", EXPORT),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xff\xd8\xff", "a picture", EXPORT),
    (b"GIF8", "a picture", EXPORT),
    (b"SQLite format 3", "an SQLite database", "Export its tables as CSV."),
    (b"MZ", "a Windows program", EXPORT),
    (b"\x7fELF", "a program", EXPORT),
    (b"FEA1", "a feather file of the first version", "Write it again as Parquet or Arrow."),
    (b"<", "a page or document of marked-up text without a list of records", EXPORT),
)
# What an office document says that it is -> the same.
OLE_OTHERS = {
    "encrypted": ("protected by a password", PASSWORD),
    "document": ("a Word document", EXPORT),
    "presentation": ("a PowerPoint presentation", EXPORT),
    "mail": ("an Outlook message", "Save its attachments and import those."),
    "damaged": ("an office document that is cut off or altered", "Copy it again from where it was made."),
    "other": ("an office document without worksheets", EXPORT),
}
ZIP_OTHERS = {
    "encrypted": ("protected by a password", PASSWORD),
    "document": ("a text document", EXPORT),
    "presentation": ("a presentation", EXPORT),
    "damaged": ("an office document that is cut off or altered", "Copy it again from where it was made."),
    "other": ("an office document or program without worksheets", EXPORT),
}


@cache
def known_formats() -> dict[str, Format]:
    """Every format by name."""
    return {entry.name: entry for entry in catalogue.load(formats, "FORMAT", Format).values()}


@cache
def known_archives() -> dict[str, Archive]:
    """Every kind of archive by name."""
    return {entry.name: entry for entry in catalogue.load(archives, "ARCHIVE", Archive).values()}


def recognise(path: Path, limits: Limits) -> Format | Archive:
    """What is surest of the file's content. Raises FileMissing, FileEmpty, FileTooLarge or FormatUnknown."""
    head = _head(path, limits)
    known: dict[str, Format | Archive] = {**known_formats(), **known_archives()}
    certainty = {name: entry.recognise(path, head) for name, entry in known.items()}
    surest = max(certainty, key=lambda name: (certainty[name], name))
    if certainty[surest] < SURE_ENOUGH:
        raise _unknown(path, head)
    return known[surest]


def archive_of(path: Path) -> Archive | None:
    """The kind of archive that a file is, None for any other file."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    certainty = {name: entry.recognise(path, head) for name, entry in known_archives().items()}
    surest = max(certainty, key=lambda name: (certainty[name], name))
    return known_archives()[surest] if certainty[surest] >= SURE_ENOUGH else None


def _head(path: Path, limits: Limits) -> bytes:
    if not path.is_file():
        raise FileMissing(f"{path} is a folder." if path.is_dir() else f"There is no file {path}.")
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; max_bytes is {limits.max_bytes}.")
    with path.open("rb") as file:
        head = file.read(HEAD)
        if all(not part.strip() for part in (head, *iter(lambda: file.read(HEAD) if not head.strip() else b"", b""))):
            raise FileEmpty(f"{path.name} is empty or holds only blanks.")
    return head


def _unknown(path: Path, head: bytes) -> FormatUnknown:
    what, hint = _other(path, head)
    return FormatUnknown(f"{path.name} is {what}.", hint=hint) if what else _nothing_known(path)


def _other(path: Path, head: bytes) -> tuple[str, str]:
    if head.startswith(OLE_HEAD):
        return OLE_OTHERS[ole_content(path)]
    if head.startswith(b"PK\x03\x04"):
        return ZIP_OTHERS[zip_content(path)]
    for first_bytes, what, hint in KNOWN_OTHERS:
        if head.lstrip().startswith(first_bytes):
            return what, hint
    return "", ""


def _nothing_known(path: Path) -> FormatUnknown:
    return FormatUnknown(f"No reader recognises the content of {path.name}.")
