"""How a delimited text separates its fields and records, judged from its first lines."""

import csv
from dataclasses import dataclass

from muster.phases.data_import.text.encoding import Encoding

# They stand for line breaks inside a cell, which the csv module may take for the end of the record.
RETURN, LINE = "\ue00d", "\ue00a"
BETWEEN = "\ue01f"  # stands for a delimiter of several characters, of which the csv module knows none
ESCAPE = "\\"
MOSTLY = 4  # lone returns to one line feed: fewer stand inside cells
csv.field_size_limit(8 << 20)  # the default of 128 KiB is less than one long comment


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is '' where quotes mean nothing; `escape` stands before a quote that is a character of its field, or is
    '' where such a quote is doubled; `line_end` is '\\n' (also after '\\r'), '\\r' alone, or the record mark '\\x1e'.
    """

    encoding: Encoding
    delimiter: str
    quote: str = '"'
    line_end: str = "\n"
    escape: str = ""


def line_end(text: str) -> str:
    """'\\r' where nearly all lines end as on the old Mac, '\\x1e' where ASCII's record mark ends them, else '\\n'."""
    if "\x1e" in text and text.count("\x1e") > text.count("\n"):
        return "\x1e"
    lines = text.count("\n")
    alone = text.count("\r") - text.count("\r\n") if "\r" in text else 0
    return "\r" if alone > MOSTLY * lines else "\n"


def fields(record: str, delimiter: str, quote: str = '"', escape: str = "") -> list[str]:
    """The fields of one record without its line end. A quote inside an unquoted field is a character of it."""
    if not quote or quote not in record:
        return record.split(delimiter)
    kept = record.replace("\r", RETURN).replace("\n", LINE)
    if escape:
        kept = kept.replace(escape + quote, quote * 2)
    single = delimiter if len(delimiter) == 1 else BETWEEN
    kept = kept if single == delimiter else kept.replace(delimiter, BETWEEN)
    found = next(csv.reader((kept,), delimiter=single, quotechar=quote, strict=False))
    if kept == record:
        return found
    restored = found if single == delimiter else [cell.replace(BETWEEN, delimiter) for cell in found]
    return [cell.replace(RETURN, "\r").replace(LINE, "\n") for cell in restored]
