"""How commands speak: JSON on stdout alone, tables for people, messages on stderr."""

import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from rich.console import Console
from rich.table import Table

# Without emoji: the hardware address 00:50:56:ab:00:01 has the name of one in it
MESSAGES = Console(stderr=True, highlight=False, emoji=False)
SCREEN = Console(highlight=False, markup=False, emoji=False, width=None if sys.stdout.isatty() else 160)
MOST_LINES = 1000  # nobody reads more, and laying out a table of twenty thousand takes a quarter of a minute


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"


def _plain(value: object) -> object:
    if isinstance(value, UUID | date | datetime):
        return str(value) if isinstance(value, UUID) else value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not JSON")


def write_json(value: object) -> None:
    """One JSON document on stdout."""
    text = orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    try:
        sys.stdout.buffer.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read has seen enough: head, less
        SCREEN.on_broken_pipe()


def write_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], output: Format, title: str = "") -> None:
    """Rows as JSON, or the named columns as a table of the first MOST_LINES; of no rows a person is told so."""
    if output is Format.JSON:
        write_json([dict(row) for row in rows])
        return
    if not rows:
        say(f"{title or 'Rows'}: none.")
        return
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column.endswith("_id"))
    for row in rows[:MOST_LINES]:
        table.add_row(*(shown(row.get(column)) for column in columns))
    SCREEN.print(table)
    if len(rows) > MOST_LINES:
        say(f"These are the first {MOST_LINES:,} of {len(rows):,}; --format json has all.")


def write_result(value: object, output: Format, *said: str) -> None:
    """A result for programs, or what is said of it to people."""
    if output is Format.JSON:
        write_json(value)
        return
    for text in said:
        say(text)


def shown(value: object) -> str:
    """A value as a person reads it; nothing for null."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(shown(entry) for entry in value)
    if isinstance(value, dict):
        return "; ".join(shown(entry) for entry in value.values())
    if isinstance(value, float):
        return f"{value:g}" if value < 1e6 else f"{value:.0f}"
    return str(value)


def say(text: str) -> None:
    """A message for the person, apart from the result."""
    MESSAGES.print(text, markup=False)
