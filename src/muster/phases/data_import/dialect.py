"""How a delimited text separates its fields and records, judged from its first lines."""

import csv
import math
import re
from collections import Counter
from dataclasses import dataclass

from muster.phases.data_import.encoding import Encoding

# Delimiter -> how readily it is believed. A colon or blank separates words and times far more often than fields.
DELIMITERS = {",": 1.0, ";": 1.0, "\t": 1.0, "|": 1.0, "\x1f": 1.0, "\x01": 1.0, "^": 0.9, "~": 0.9, "¦": 0.9, "§": 0.9, "#": 0.7, "!": 0.7, ":": 0.5}
MOST_LINES = 400
FEW_LINES = 4
DECLARED = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """`quote` is '' where quotes mean nothing; `line_end` is '\\n' (also after '\\r') or '\\r' alone."""

    encoding: Encoding
    delimiter: str
    quote: str = '"'
    line_end: str = "\n"


@dataclass(frozen=True, slots=True)
class Separation:
    """The likeliest delimiter and how sure that is, 0..1; below 0.2 the text is hardly a table."""

    delimiter: str
    certainty: float


def line_end(text: str) -> str:
    """'\\r' where lines end as on the old Mac, else '\\n'."""
    return "\r" if "\n" not in text and "\r" in text else "\n"


def fields(record: str, delimiter: str, quote: str = '"') -> list[str]:
    """The fields of one record without its line end. A quote inside an unquoted field is a character of it."""
    if not quote or quote not in record:
        return record.split(delimiter)
    return next(csv.reader((record,), delimiter=delimiter, quotechar=quote, strict=False))


def separation(text: str) -> Separation:
    """Which character separates the fields of these lines."""
    lines = [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()][:MOST_LINES]
    if not lines:
        return Separation(",", 0.0)
    if declared := DECLARED.match(lines[0]):
        return Separation(declared.group(1), 1.0)
    sure = {delimiter: _certainty(lines, delimiter) * trust for delimiter, trust in DELIMITERS.items()}
    best = max(DELIMITERS, key=lambda delimiter: sure[delimiter])
    if sure[best] >= 0.2:
        return Separation(best, min(sure[best], 0.95))
    return Separation("\t", _single_column(lines))


def _certainty(lines: list[str], delimiter: str) -> float:
    """Share of the lines that agree on a number of fields, more for more fields. Lines inside a quoted field disagree; they are few."""
    widths = [len(fields(line, delimiter)) for line in lines if len(line) < 1 << 17]
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, agreeing = max(several.items(), key=lambda found: (found[1] * math.log2(found[0]), found[0]))
    share = agreeing / len(widths)
    if len(widths) <= FEW_LINES:  # a header that was cut off and one record need not agree, but both are separated
        share = (share + sum(several.values()) / len(widths)) / 2
    # Two lines that happen to agree prove little; a header over a single record is judged by its number of fields.
    proof = 1.0 if len(widths) > 2 or width > 3 else 0.8
    return share * proof * (1 - 0.5 / width)


def _single_column(lines: list[str]) -> float:
    """A list of names, one a line: short, few words, no prose."""
    short = sum(len(line) <= 80 and len(line.split()) <= 3 for line in lines) / len(lines)
    return 0.3 if len(lines) > 1 and short > 0.95 else 0.0
