"""What separates the fields of a text and how it quotes them, judged from its first records."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from muster.phases.data_import.text.dialect import ESCAPE, Dialect, fields, line_end
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.record_ends import record_ends
from muster.vocabulary.late_pattern import late

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
    " ": 0.6,
}
# Several characters, believed only where their first one never stands alone.
LONG_DELIMITERS = ("||", "::", ";;", "~~", "^^", "@@", "##", "$$", "~|~", "|~|", "^|^", "|^|", "<|>", "#|#", "|;|")
MOST_TEXT = 256 << 10
MOST_RECORDS = 400
FEW_RECORDS = 4
LINES = late(r"\r+\n|\n|\r")
PROSE = late(r"(?: .*)?", re.DOTALL)  # what follows a comma in a sentence
DECLARED = late(r'^"?sep=(.)"?\s*$', re.IGNORECASE)
QUOTED = late(r'"[^"]*"')
LONE_COMMA = late(r",(?! |$)", re.MULTILINE)
COMMENT = late(r"\s*(?:#|//|--\s)")
WORDS_IN_A_RECORD = 5  # fewer words separated by single blanks are names, not fields


@dataclass(frozen=True, slots=True)
class Separation:
    """The likeliest delimiter and way of quoting, and how sure that is, 0..1; below 0.2 the text is hardly a table."""

    delimiter: str
    certainty: float
    quote: str = '"'
    escape: str = ""


def separation(text: str) -> Separation:
    """What separates the fields of these lines."""
    text = text[:MOST_TEXT]
    ends = line_end(text)
    lines = [line for line in (text.split(ends) if ends == "\x1e" else LINES.split(text)) if line.strip()]
    if not lines:
        return Separation(",", 0.0)
    if declared := DECLARED.match(lines[0]):
        return replace(_best("\n".join(lines[1:]), (declared.group(1),)), delimiter=declared.group(1), certainty=1.0)
    said = [line for line in lines if not COMMENT.match(line)]
    if len(said) > 1 and len(said) < len(lines):
        text = ends.join(said)
    found = _best(text, _candidates(text))
    if found.certainty < 0.2 and (inner := _unwrapped(said)):
        found = _best("\n".join(inner), _candidates("\n".join(inner)))
    if found.certainty >= 0.2:
        return replace(found, certainty=min(found.certainty, 0.95))
    return Separation("\t", _single_column(lines))


def _candidates(text: str) -> tuple[str, ...]:
    """The delimiters that the text may have. A long one rules out what it is made of."""
    bare = QUOTED.sub("q", text)
    long = [mark for mark in LONG_DELIMITERS if bare.count(mark) > 1 and _never_alone(bare, mark)]
    if ', "' in text and not LONE_COMMA.search(bare):
        long.append(", ")  # quotes behind a blank open a field only where the blank belongs to the delimiter
    parts = {character for mark in long for character in mark.strip()}
    return (*(mark for mark in DELIMITERS if mark in text and mark not in parts), *long)


def _never_alone(text: str, mark: str) -> bool:
    return text.count(mark) * mark.count(mark[0]) * 20 >= text.count(mark[0]) * 19


def _best(text: str, candidates: Sequence[str]) -> Separation:
    readings = [reading for delimiter in candidates for reading in _readings(text, delimiter)]
    return max(readings, key=lambda reading: reading.certainty, default=Separation(",", 0.0))


def _readings(text: str, delimiter: str) -> Iterator[Separation]:
    """The plain reading first: another way of quoting must be better than it, not as good."""
    trust = DELIMITERS.get(delimiter, 1.0)
    yield Separation(delimiter, _judged(text, delimiter, '"', "") * trust)
    if f"'{delimiter}" in text and f"{delimiter}'" in text:
        yield Separation(delimiter, _judged(text, delimiter, "'", "") * trust * _quoted_share(text, delimiter), "'")
    if ESCAPE + '"' in text:
        yield Separation(delimiter, _judged(text, delimiter, '"', ESCAPE) * trust, '"', ESCAPE)


def _quoted_share(text: str, delimiter: str) -> float:
    """A little over 1 where single quotes stand around most fields, else a little less: '90s is no quoted field."""
    lines = [line for line in LINES.split(text) if line.strip()][:MOST_RECORDS]
    cells = [cell for line in lines for cell in fields(line, delimiter, "'")]
    around = text.count(f"{delimiter}'") + sum(line.startswith("'") for line in lines)
    return 1.05 if around * 2 > len(cells) else 0.97


def _judged(text: str, delimiter: str, quote: str, escape: str) -> float:
    """How sure it is that this reading is right; a quote that opens a field and never closes speaks against it."""
    dialect = Dialect(Encoding("utf-8"), delimiter, quote, line_end(text), escape)
    records, stray = _records(text, dialect)
    return _certainty(records, dialect) * (1 - 0.5 * stray)


def _records(text: str, dialect: Dialect) -> tuple[list[str], float]:
    """The first records, where a line break inside a quoted field ends none, and the share that a quote spoils."""
    if dialect.quote not in text:
        lines = text.split(dialect.line_end) if dialect.line_end == "\x1e" else LINES.split(text)
        return [line for line in lines if line.strip()][:MOST_RECORDS], 0.0
    content = text.encode("utf-8")
    found = record_ends(content, dialect)
    ends = found.ends[:MOST_RECORDS].tolist()
    records = [content[start:end].decode("utf-8").rstrip("\r\n\x1e") for start, end in pairwise([0, *ends])]
    stray = sum(position < len(records) for position in found.stray) / max(len(records), 1)
    return [record for record in records if record.strip()], stray


def _certainty(records: list[str], dialect: Dialect) -> float:
    """Share of the records that agree on a number of fields, more for more fields."""
    delimiter = dialect.delimiter
    widths = [
        len(fields(record, delimiter, dialect.quote, dialect.escape)) for record in records if len(record) < 1 << 17
    ]
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0
    width, agreeing = max(several.items(), key=lambda found: (found[1] * math.log2(found[0]), found[0]))
    share = agreeing / len(widths)
    if delimiter == " " and (width < WORDS_IN_A_RECORD or share < 0.9 or any("  " in record for record in records)):
        return 0.0
    if len(widths) <= FEW_RECORDS:  # a header that was cut off and one record need not agree, but both are separated
        share = (share + sum(several.values()) / len(widths)) / 2
    # Two lines that happen to agree prove little; a header over a single record is judged by its number of fields.
    proof = 1.0 if len(widths) > 2 or width > 3 else 0.8
    prose = 0.3 if width == 2 and len(delimiter) == 1 and _is_prose(records, delimiter) else 1.0
    return share * proof * prose * (1 - 0.5 / width)


def _is_prose(records: Sequence[str], delimiter: str) -> bool:
    return all(PROSE.fullmatch(rest) for record in records for rest in record.split(delimiter)[1:])


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The lines without the quotes around each of them as a whole; empty where not nearly all have them."""
    inner = [line.strip()[1:-1].replace('""', '"') for line in lines if len(line) > 2 and _is_wrapped(line.strip())]
    return inner if len(inner) * 10 >= len(lines) * 9 else []


def _is_wrapped(line: str) -> bool:
    return line[0] == line[-1] == '"' and '"' not in line[1:-1].replace('""', "")


def _single_column(lines: list[str]) -> float:
    """A list of names, one a line: short, few words, no prose."""
    short = sum(len(line) <= 80 and len(line.split()) <= 3 for line in lines) / len(lines)
    return 0.3 if len(lines) > 1 and short > 0.95 else 0.0
