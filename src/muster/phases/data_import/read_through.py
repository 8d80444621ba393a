"""A table read to its end and profiled, some spans at a time; nothing of its records is kept."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from muster.phases.data_import import intake
from muster.phases.data_import.format import Span
from muster.phases.data_import.table_profile import TableProfile, merged, nothing, of_block
from muster.vocabulary.table import Table

MERGED_AT_ONCE = 32


def read_through(path: Path, table: Table, scratch: Path, span_bytes: int, threads: int) -> TableProfile:
    """The profile of a whole table. Parsing and counting let other threads run, so spans are read side by side.

    Memory is bounded by `threads` spans, whatever the size of the file; the profile is the same for any number of them.
    """

    def profile_of(span: Span) -> TableProfile:
        blocks = intake.read(path, table, span, scratch)
        return merged([nothing(table.columns), *(of_block(block, table.columns) for block in blocks)])

    found = [nothing(table.columns)]
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(profile_of, intake.spans(path, table, span_bytes, scratch)):
            found.append(part)
            if len(found) == MERGED_AT_ONCE:
                found = [merged(found)]
    return merged(found)
