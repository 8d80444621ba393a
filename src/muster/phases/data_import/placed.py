"""A file with a format and a place for what it holds: its tables, spans and blocks, whether it is unpacked or not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.phases.data_import.format import Block, Format, Span
from muster.phases.data_import.limits import UNLIMITED, Limits
from muster.phases.data_import.packed.unpacked import unpacked
from muster.phases.data_import.recognition import known_formats
from muster.vocabulary.table import Table


@dataclass(frozen=True, slots=True)
class Placed:
    """A file, and where it may be unpacked: under `name` in the folder `scratch`."""

    file: Path
    scratch: Path
    name: str

    def tables(self, format: Format, limits: Limits) -> tuple[Table, ...]:
        """Every table in the file, as its format finds them."""
        return format.tables(self._content(format, limits), limits)

    def spans(self, table: Table, span_bytes: int) -> tuple[Span, ...]:
        """The spans of one of these tables."""
        format = known_formats()[table.format]
        return format.spans(self._content(format, UNLIMITED), table, span_bytes)

    def read(self, table: Table, span: Span) -> Iterator[Block]:
        """The blocks of one of these spans."""
        format = known_formats()[table.format]
        return format.read(self._content(format, UNLIMITED), table, span)

    def _content(self, format: Format, limits: Limits) -> Path:
        """What the format's functions are given: the file, or the folder that it is unpacked to."""
        unpack = format.unpack
        if unpack is None:
            return self.file
        return unpacked(self.scratch, self.name, lambda folder: unpack(self.file, folder, limits))
