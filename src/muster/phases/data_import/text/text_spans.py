"""Cutting a text into spans at record ends, one window in memory at a time."""

from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from muster.phases.data_import.format import Span
from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.record_ends import LONGEST_RECORD, TAIL, last_end, record_ends


def text_spans(path: Path, start: int, span_bytes: int, dialect: Dialect, end: int | None = None) -> tuple[Span, ...]:
    """Spans of about `span_bytes` from byte `start`, a record's start, to `end` or the file's end; repeatable."""
    size = path.stat().st_size if end is None else end
    cuts = [start]
    with path.open("rb") as file:
        while cuts[-1] < size:
            cuts.append(_cut(file, size, cuts[-1], span_bytes, dialect))
    return tuple(Span(number, first, end) for number, (first, end) in enumerate(pairwise(cuts)))


def _cut(file: BinaryIO, size: int, start: int, span_bytes: int, dialect: Dialect) -> int:
    """The last record end at most `span_bytes` after `start`, else the next one after that."""
    unit = dialect.encoding.unit
    wanted = max(span_bytes - span_bytes % unit, unit)
    if size - start <= wanted:
        return size
    if unit == 1 and dialect.quote and wanted > 2 * TAIL:
        file.seek(start + wanted - TAIL)
        if (sure := last_end(file.read(TAIL), dialect)) is not None:
            return start + wanted + sure
    file.seek(start)
    window = file.read(wanted)
    if unit == 1 and (not dialect.quote or dialect.quote.encode() not in window):
        place = window.rfind(dialect.line_end.encode())
        if place >= 0:
            return start + place + 1
    window += file.read(min(2 * LONGEST_RECORD * unit, size - start - len(window)))
    ends = record_ends(window, dialect, complete=start + len(window) >= size).ends
    near = ends[ends <= wanted]
    return start + int(near[-1] if len(near) else ends[0])
