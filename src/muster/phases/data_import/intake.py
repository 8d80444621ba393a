"""The way into the product: which format a file is in, which tables it holds, and their records block by block."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from muster.phases.data_import import formats
from muster.phases.data_import.closing import closed
from muster.phases.data_import.column_profile import merge_profiles, profile
from muster.phases.data_import.encoding import HEAD
from muster.phases.data_import.format import Block, Format, Span
from muster.phases.data_import.limits import Limits
from muster.vocabulary import catalogue
from muster.vocabulary.errors import FileEmpty, FileMissing, FileTooLarge, FormatUnknown
from muster.vocabulary.table import Table

__all__ = ["known_formats", "merge_profiles", "profile", "read", "recognise", "spans", "tables"]

SURE_ENOUGH = 0.15
# First bytes of what people send by mistake -> what it is and what to do instead.
KNOWN_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old .xls workbook or one with a password",
        "Save it as XLSX without a password and import that.",
    ),
    (b"PK\x03\x04", "an archive or office document without worksheets", "Unpack it and import the tables in it."),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it and import what is inside."),
    (b"%PDF", "a PDF document", "Export the data as CSV or XLSX; tables cannot be taken from a PDF reliably."),
    (b"<", "a page or document of marked-up text without a list of records", "Export the data as CSV or XLSX."),
)


@cache
def known_formats() -> dict[str, Format]:
    """Every format by name."""
    return {entry.name: entry for entry in catalogue.load(formats, "FORMAT", Format).values()}


def recognise(path: Path, limits: Limits) -> Format:
    """The format that is surest of the file's content. Raises FileMissing, FileEmpty, FileTooLarge or FormatUnknown."""
    head = _head(path, limits)
    certainty = {name: entry.recognise(path, head) for name, entry in known_formats().items()}
    surest = max(certainty, key=lambda name: (certainty[name], name))
    if certainty[surest] < SURE_ENOUGH:
        raise _unknown(path, head)
    return known_formats()[surest]


def tables(path: Path, limits: Limits) -> tuple[Table, ...]:
    """The tables in a file, at least one, each with its kind of record. Raises as `recognise` does, and FileDamaged."""
    return recognise(path, limits).tables(path, limits)


def spans(path: Path, table: Table, span_bytes: int) -> tuple[Span, ...]:
    """Stretches of about `span_bytes` that together hold every record of the table once, in order."""
    found = known_formats()[table.format].spans(path, table, span_bytes)
    return (*found[:-1], replace(found[-1], last=True)) if found else ()


def read(path: Path, table: Table, span: Span) -> Iterator[Block]:
    """The blocks of one span, in order; lines that close the table are rejected at the end of its last span."""
    blocks = known_formats()[table.format].read(path, table, span)
    return closed(blocks) if span.last else blocks


def _head(path: Path, limits: Limits) -> bytes:
    if not path.is_file():
        hint = "Give the files in the folder one by one." if path.is_dir() else ""
        raise FileMissing(f"{path} is a folder." if path.is_dir() else f"There is no file {path}.", hint=hint)
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; max_bytes is {limits.max_bytes}.")
    with path.open("rb") as file:
        head = file.read(HEAD)
        if all(not part.strip() for part in (head, *iter(lambda: file.read(HEAD) if not head.strip() else b"", b""))):
            raise FileEmpty(f"{path.name} is empty or holds only blanks.")
    return head


def _unknown(path: Path, head: bytes) -> FormatUnknown:
    for first_bytes, what, hint in KNOWN_OTHERS:
        if head.lstrip().startswith(first_bytes):
            return FormatUnknown(f"{path.name} is {what}.", hint=hint)
    return FormatUnknown(f"No reader recognises the content of {path.name}.")
