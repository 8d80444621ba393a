"""The way into the product: which format a file is in, which tables it holds, and their records block by block."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from muster.phases.data_import.format import Block, Span
from muster.phases.data_import.limits import UNLIMITED, Limits
from muster.phases.data_import.packed.archive import Archive
from muster.phases.data_import.packed.archive_tables import archive_tables, member_place
from muster.phases.data_import.packed.unpacked import scratch_folder
from muster.phases.data_import.placed import Placed
from muster.phases.data_import.profiles.column_profile import merge_profiles, profile
from muster.phases.data_import.recognition import known_archives, known_formats, recognise
from muster.phases.data_import.tables.closing import closed
from muster.phases.data_import.tables.form_rows import without_form_rows
from muster.phases.data_import.tables.repeated_header import without_repeated_headers
from muster.phases.data_import.tables.section_lines import without_sections
from muster.vocabulary.table import Table

__all__ = [
    "known_archives",
    "known_formats",
    "merge_profiles",
    "profile",
    "read",
    "recognise",
    "spans",
    "tables",
]

UPLOAD = "upload"


def tables(path: Path, limits: Limits, scratch: Path | None = None) -> tuple[Table, ...]:
    """The tables in a file, at least one, each with its kind of record. Raises as `recognise` does, and FileDamaged.

    `scratch` is a folder of this file's own, where archives and workbooks are kept unpacked for `spans` and `read`;
    what is lost there is made again. Without one they are unpacked for every call.
    """
    kind = recognise(path, limits)
    with scratch_folder(scratch) as folder:
        if isinstance(kind, Archive):
            return archive_tables(path, kind, limits, folder)
        return Placed(path, folder, UPLOAD).tables(kind, limits)


def spans(path: Path, table: Table, span_bytes: int, scratch: Path | None = None) -> tuple[Span, ...]:
    """Stretches of about `span_bytes` that together hold every record of the table once, in order."""
    with scratch_folder(scratch) as folder:
        found = _placed(path, table, folder).spans(table, span_bytes)
    return (*found[:-1], replace(found[-1], last=True)) if found else ()


def read(path: Path, table: Table, span: Span, scratch: Path | None = None) -> Iterator[Block]:
    """The blocks of one span, in order; lines that head a page or a part, or close the table, are rejected."""
    with scratch_folder(scratch) as folder:
        blocks = _placed(path, table, folder).read(table, span)
        if table.header_row is not None:
            blocks = without_repeated_headers(blocks, table.columns)
        if table.locator.get("sections"):
            blocks = without_sections(blocks)
        preset = table.locator.get("prepared")
        if isinstance(preset, dict):
            blocks = without_form_rows(blocks, {column: str(said) for column, said in preset.items()})
        yield from closed(blocks) if span.last else blocks


def _placed(path: Path, table: Table, scratch: Path) -> Placed:
    member = table.locator.get("member")
    if member is None:
        return Placed(path, scratch, UPLOAD)
    return member_place(path, str(member), UNLIMITED, scratch)
