"""A table read to its end and profiled, some spans at a time; nothing of its records is kept."""

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl

from muster.phases.data_import import intake
from muster.phases.data_import.format import Block, Rejected, Span
from muster.phases.data_import.profiles.table_profile import (
    TableProfile,
    merged,
    nothing,
    of_block,
)
from muster.vocabulary.table import Table

MERGED_AT_ONCE = 32
COUNTED_AT_ONCE = 6  # spans: to begin counting costs as much as to count some ten thousand records


def read_through(path: Path, table: Table, scratch: Path, span_bytes: int, threads: int) -> TableProfile:
    """The profile of a whole table. Parsing and counting let other threads run, so spans are read side by side.

    Memory is bounded by `threads` times COUNTED_AT_ONCE spans, whatever the size of the file; the profile is the same
    for any number of them.
    """

    def profile_of(spans: Sequence[Span]) -> TableProfile:
        blocks = [block for span in spans for block in intake.read(path, table, span, scratch)]
        return of_block(_together(blocks), table.columns) if blocks else nothing(table.columns)

    found = [nothing(table.columns)]
    with ThreadPoolExecutor(threads) as pool:
        for part in pool.map(profile_of, _shares(intake.spans(path, table, span_bytes, scratch), threads)):
            found.append(part)
            if len(found) == MERGED_AT_ONCE:
                found = [merged(found)]
    return merged(found)


def _shares(spans: Sequence[Span], threads: int) -> Iterable[Sequence[Span]]:
    """Consecutive spans in shares of nearly the same number, as many as keep all threads busy to the end."""
    rounds = -(-len(spans) // (threads * COUNTED_AT_ONCE))
    shares = max(1, rounds * threads)
    borders = [len(spans) * share // shares for share in range(shares + 1)]
    return (spans[start:end] for start, end in pairwise(borders) if end > start)


def _together(blocks: Sequence[Block]) -> Block:
    """Consecutive blocks as one, without the places of their records in the file."""
    rejected: list[Rejected] = []
    before = 0
    for block in blocks:
        rejected += [replace(entry, ordinal=entry.ordinal + before) for entry in block.rejected]
        before += block.frame.height
    frame = pl.concat([block.frame for block in blocks], rechunk=False) if len(blocks) > 1 else blocks[0].frame
    noted = sum((Counter(block.noted) for block in blocks), Counter[str]())
    return Block(frame, None, sum(block.file_records for block in blocks), tuple(rejected), noted)
