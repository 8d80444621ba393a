"""Cutting a text into spans at record ends without reading it into memory at once."""

import mmap
from itertools import pairwise
from pathlib import Path

from muster.phases.data_import.dialect import Dialect
from muster.phases.data_import.format import Span
from muster.phases.data_import.record_ends import LONGEST_RECORD, record_ends


def text_spans(path: Path, start: int, span_bytes: int, dialect: Dialect) -> tuple[Span, ...]:
    """Spans of about `span_bytes` from byte `start`, a record's start, to the end of the file. The same arguments give the same spans."""
    size = path.stat().st_size
    cuts = [start]
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        while cuts[-1] < size:
            cuts.append(_cut(content, cuts[-1], span_bytes, dialect))
    return tuple(Span(number, first, end) for number, (first, end) in enumerate(pairwise(cuts)))


def _cut(content: mmap.mmap, start: int, span_bytes: int, dialect: Dialect) -> int:
    """The last record end at most `span_bytes` after `start`, else the next one after that."""
    unit = dialect.encoding.unit
    wanted = max(span_bytes - span_bytes % unit, unit)
    if len(content) - start <= wanted:
        return len(content)
    if unit == 1 and (not dialect.quote or content.find(dialect.quote.encode(), start, start + wanted) < 0):
        place = content.rfind(dialect.line_end.encode(), start, start + wanted)
        if place >= 0:
            return place + 1
    window = content[start : start + wanted + 2 * LONGEST_RECORD * unit]
    ends = record_ends(window, dialect, complete=start + len(window) >= len(content)).ends
    near = ends[ends <= wanted]
    return start + int(near[-1] if len(near) else ends[0])
