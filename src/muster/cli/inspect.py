"""muster inspect: what the intake and the mapper make of a file; nothing is stored."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.command import command
from muster.cli.kind_question import kind_asked
from muster.cli.options import Output
from muster.cli.output import SCREEN, Format, write_json, write_rows
from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.packed.packed_folder import as_one_file
from muster.phases.data_import.profiles.table_profile import warnings
from muster.phases.data_import.read_through import read_through
from muster.phases.field_mapping.dictionary import dictionary
from muster.phases.field_mapping.packs import pack_tables
from muster.phases.field_mapping.suggest import suggest
from muster.phases.field_mapping.terms import book
from muster.settings import Settings
from muster.settings import read as read_settings
from muster.vocabulary.table import ColumnProfile, Suggestion, Table

SAMPLES = 5
SPAN_BYTES = 16 << 20  # nothing is kept that could be tried again, and larger spans cost less to begin
PROFILE = (
    "filled", "distinct", "shapes", "traits", "null_words", "least", "greatest", "shortest", "longest", "separators",
    "units", "personal",
)  # fmt: skip
SHOWN = ("position", "source", "target", "score", "accept", "unit", "filled", "distinct", "holds", "example", "reason")


@command
async def inspect(
    file: Annotated[Path, Parameter(help="The file or folder to look at.")], /, *, format: Output = Format.TABLE
) -> None:
    """Tables, dialect, header row, record kind and suggested mapping of a file or folder."""
    settings = read_settings()
    limits = Limits(**settings.limits)
    with ThreadPoolExecutor(1) as aside, TemporaryDirectory(prefix="muster-") as folder:
        scratch = Path(folder, "unpacked")
        upload = as_one_file(file, limits, Path(folder, "packed"))
        found = intake.tables(upload, limits, scratch)
        words = aside.submit(_words_at_hand)  # beside the reading, which leaves the interpreter free; not before it
        tables = [_described(upload, table, scratch, settings) for table in found]
        words.result()
    if format is Format.JSON:
        write_json({"tables": tables})
        return
    for table in tables:
        _show(table)


def _words_at_hand() -> None:
    """Index the words that columns are known by, while the file is read: that takes as long as 100,000 records."""
    dictionary()
    book()
    pack_tables()


def _described(file: Path, table: Table, scratch: Path, settings: Settings) -> dict[str, Any]:
    found = read_through(file, table, scratch, max(settings.span_bytes, SPAN_BYTES), settings.workers)
    suggestions = suggest(found.columns, table.record_kind)
    return {
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
        "record_kind": table.record_kind,
        "kind_reason": table.kind_reason,
        **kind_asked(table.record_kind, table.kind_confidence, table.kind_rival),
        "records": found.columns[0].records if found.columns else 0,
        "rejected": sum(found.records.rejected.values()),
        "columns": [_column(each, profile) for each, profile in zip(suggestions, found.columns, strict=True)],
        "warnings": [asdict(warning) for warning in (*table.warnings, *warnings(table, found))],
    }


def _column(suggestion: Suggestion, profile: ColumnProfile) -> dict[str, Any]:
    return {
        **asdict(suggestion),
        "samples": list(profile.samples[:SAMPLES]),
        **{name: getattr(profile, name) for name in PROFILE},
    }


def _show(table: dict[str, Any]) -> None:
    place = f"{table['format']}, {table['encoding'] or 'binary'}, header row {table['header_row']}"
    facts = f"{place}, {table['records']} records, {table['rejected']} of them set aside"
    SCREEN.print(f"{table['name']}: {table['record_kind']} ({table['kind_reason']}); {facts}", markup=False)
    rows = [{**column, "holds": _holds(column), "example": column["samples"][:1]} for column in table["columns"]]
    write_rows(rows, SHOWN, Format.TABLE)
    if table["kind_question"]:
        SCREEN.print(f"  {table['kind_question']}", markup=False)
    for column in table["columns"]:
        if column["question"]:
            SCREEN.print(f"  {column['source']}: {column['question']}", markup=False)
    for warning in table["warnings"]:
        where = f" in {warning['column']}" if warning["column"] else ""
        value = f" ({warning['value']})" if warning["value"] else ""
        SCREEN.print(f"  {warning['code']}{where}: {warning['message']}{value} {warning['hint']}", markup=False)


def _holds(column: dict[str, Any]) -> str:
    """The shapes of a column, the most frequent first."""
    shapes = sorted(column["shapes"].items(), key=lambda shape: (-shape[1], shape[0]))
    return ", ".join(name for name, _ in shapes[:3])
