"""How a delimited text separates its fields and records, judged from its first lines."""

import csv
from dataclasses import dataclass

from muster.phases.data_import.encoding import Encoding

# They stand for line breaks inside a cell, which the csv module may take for the end of the record.
RETURN, LINE = "\ue00d", "\ue00a"
csv.field_size_limit(8 << 20)  # the default of 128 KiB is less than one long comment


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is '' where quotes mean nothing; `line_end` is '\\n' (also after '\\r') or '\\r' alone."""

    encoding: Encoding
    delimiter: str
    quote: str = '"'
    line_end: str = "\n"


def line_end(text: str) -> str:
    """'\\r' where lines end as on the old Mac, else '\\n'."""
    return "\r" if "\n" not in text and "\r" in text else "\n"


def fields(record: str, delimiter: str, quote: str = '"') -> list[str]:
    """The fields of one record without its line end. A quote inside an unquoted field is a character of it."""
    if not quote or quote not in record:
        return record.split(delimiter)
    kept = record.replace("\r", RETURN).replace("\n", LINE)
    found = next(csv.reader((kept,), delimiter=delimiter, quotechar=quote, strict=False))
    return [cell.replace(RETURN, "\r").replace(LINE, "\n") for cell in found] if kept != record else found
