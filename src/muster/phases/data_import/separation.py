"""Which character separates the fields of a text, judged from its first records."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from muster.phases.data_import.dialect import Dialect, fields, line_end
from muster.phases.data_import.encoding import Encoding
from muster.phases.data_import.record_ends import record_ends

# Delimiter -> how readily it is believed. A colon or blank separates words and times far more often than fields.
DELIMITERS = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 1.0,
    "\x1f": 1.0,
    "\x01": 1.0,
    "^": 0.9,
    "~": 0.9,
    "¦": 0.9,
    "§": 0.9,
    "#": 0.7,
    "!": 0.7,
    ":": 0.5,
}
MOST_TEXT = 256 << 10
MOST_RECORDS = 400
FEW_RECORDS = 4
LINES = re.compile(r"\r\n|\n|\r")
PROSE = re.compile(r"(?: .*)?", re.DOTALL)  # what follows a comma in a sentence
DECLARED = re.compile(r'^"?sep=(.)"?\s*$', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Separation:
    """The likeliest delimiter and how sure that is, 0..1; below 0.2 the text is hardly a table."""

    delimiter: str
    certainty: float


def separation(text: str) -> Separation:
    """Which character separates the fields of these lines."""
    text = text[:MOST_TEXT]
    lines = [line for line in LINES.split(text) if line.strip()]
    if not lines:
        return Separation(",", 0.0)
    if declared := DECLARED.match(lines[0]):
        return Separation(declared.group(1), 1.0)
    sure = {
        delimiter: _certainty(_records(text, delimiter), delimiter) * trust for delimiter, trust in DELIMITERS.items()
    }
    best = max(DELIMITERS, key=lambda delimiter: sure[delimiter])
    if sure[best] >= 0.2:
        return Separation(best, min(sure[best], 0.95))
    return Separation("\t", _single_column(lines))


def _records(text: str, delimiter: str) -> list[str]:
    """The first records, where a line break inside a quoted field ends none."""
    if '"' not in text:
        return [line for line in LINES.split(text) if line.strip()][:MOST_RECORDS]
    content = text.encode("utf-8")
    ends = record_ends(content, Dialect(Encoding("utf-8"), delimiter, line_end=line_end(text))).ends[:MOST_RECORDS]
    records = [content[start:end].decode("utf-8").rstrip("\r\n") for start, end in pairwise([0, *ends.tolist()])]
    return [record for record in records if record.strip()]


def _certainty(records: list[str], delimiter: str) -> float:
    """Share of the records that agree on a number of fields, more for more fields."""
    widths = [len(fields(record, delimiter)) for record in records if len(record) < 1 << 17]
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, agreeing = max(several.items(), key=lambda found: (found[1] * math.log2(found[0]), found[0]))
    share = agreeing / len(widths)
    if len(widths) <= FEW_RECORDS:  # a header that was cut off and one record need not agree, but both are separated
        share = (share + sum(several.values()) / len(widths)) / 2
    # Two lines that happen to agree prove little; a header over a single record is judged by its number of fields.
    proof = 1.0 if len(widths) > 2 or width > 3 else 0.8
    prose = (
        0.3
        if width == 2 and all(PROSE.fullmatch(rest) for record in records for rest in record.split(delimiter)[1:])
        else 1.0
    )
    return share * proof * prose * (1 - 0.5 / width)


def _single_column(lines: list[str]) -> float:
    """A list of names, one a line: short, few words, no prose."""
    short = sum(len(line) <= 80 and len(line.split()) <= 3 for line in lines) / len(lines)
    return 0.3 if len(lines) > 1 and short > 0.95 else 0.0
