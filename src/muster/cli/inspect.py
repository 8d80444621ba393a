"""muster inspect: what the intake and the mapper make of a file; nothing is stored."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from cyclopts import Parameter

from muster.cli.options import Output
from muster.cli.output import SCREEN, Format, conclude, write_json, write_rows
from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.field_mapping.suggest import suggest
from muster.settings import read as read_settings
from muster.vocabulary.table import Table


def inspect(file: Annotated[Path, Parameter(help="The file to look at.")], /, *, format: Output = Format.TABLE) -> int:
    """Tables, dialect, header row, record kind and suggested mapping of a file."""

    async def command() -> int:
        settings = read_settings()
        found = intake.tables(file, Limits(**settings.limits))
        tables = [_described(file, table, settings.span_bytes) for table in found]
        if format is Format.JSON:
            write_json({"tables": tables})
            return 0
        for table in tables:
            place = f"{table['format']}, {table['encoding'] or 'binary'}, header row {table['header_row']}"
            facts = f"{place}, {table['records']} records"
            SCREEN.print(f"{table['name']}: {table['record_kind']} ({table['kind_reason']}); {facts}", markup=False)
            for warning in table["warnings"]:
                SCREEN.print(f"  {warning['message']} {warning['hint']}", markup=False)
            write_rows(
                table["columns"],
                ("position", "source", "target", "score", "accept", "unit", "reason"),
                format,
            )
        return 0

    return conclude(command, format)


def _described(file: Path, table: Table, span_bytes: int) -> dict[str, Any]:
    rejected = 0

    def frames() -> Iterator[pl.DataFrame]:
        nonlocal rejected
        for span in intake.spans(file, table, span_bytes):
            for block in intake.read(file, table, span):
                rejected += len(block.rejected)
                yield block.frame

    profiles = intake.profile(frames(), table.columns)
    records = profiles[0].records if profiles else 0
    columns = [
        {**asdict(suggestion), "filled": profile.filled, "samples": list(profile.samples[:5])}
        for suggestion, profile in zip(suggest(profiles, table.record_kind), profiles, strict=True)
    ]
    return {
        "name": table.name,
        "format": table.format,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "header_row": table.header_row,
        "record_kind": table.record_kind,
        "kind_reason": table.kind_reason,
        "records": records,
        "rejected": rejected,
        "columns": columns,
        "warnings": [asdict(warning) for warning in table.warnings],
    }
