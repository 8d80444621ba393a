"""Blocks of a size that fits a row of the database, without losing where their records stood in the file."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from muster.phases.data_import.format import Block, Rejected
from muster.vocabulary.issue import Issue

MOST_RECORDS = 50_000


def parts(block: Block, most: int = MOST_RECORDS) -> Iterator[Block]:
    """The block in parts of at most `most` records; `file_rows` stay relative to the span, as they were."""
    if block.frame.height <= most:
        yield block
        return
    before = 0
    for start in range(0, block.frame.height, most):
        end = min(start + most, block.frame.height)
        last = end == block.frame.height
        covered = block.file_records if last else block.file_rows[end - 1] if block.file_rows else end
        yield Block(
            frame=block.frame[start:end],
            file_rows=block.file_rows[start:end] if block.file_rows else None,
            file_records=covered - before,
            rejected=tuple(_moved(entry, start) for entry in block.rejected if start <= entry.ordinal < end),
            noted=block.noted if not start else {},
        )
        before = covered


def _moved(entry: Rejected, start: int) -> Rejected:
    return replace(entry, ordinal=entry.ordinal - start)


def without_blank_records(frame: pl.DataFrame, before: int = 0) -> Block:
    """Leave out the records that hold nothing. `before` is how many records of the span stand before the frame."""
    first = frame.get_column("1").str.strip_chars() == ""
    maybe = first.arg_true()
    if not len(maybe):
        return Block(frame, None, frame.height)
    blank = frame[maybe].select(pl.all_horizontal(pl.all().str.strip_chars() == "")).to_series()
    places = maybe.filter(blank)
    if not len(places):
        return Block(frame, None, frame.height)
    numbered = frame.with_row_index("row").filter(~pl.col("row").is_in(places.implode()))
    file_rows = tuple(row + before + 1 for row in numbered.get_column("row").to_list())
    return Block(numbered.drop("row"), file_rows, frame.height)


def with_nul_rejected(block: Block) -> Block:
    """Refuse the records that hold a NUL, which no database takes for text."""
    marked = block.frame.select(pl.any_horizontal(pl.all().str.contains("\x00", literal=True))).to_series()
    if not marked.any():
        return block
    frame = block.frame.select(pl.all().str.replace_all("\x00", "\ufffd", literal=True))
    issue = Issue("undecodable_text", "The record holds a NUL character.", "Export the data again; a NUL is no text.")
    rejected = tuple(Rejected(at, frame.row(at), issue) for at in marked.arg_true().to_list())
    return replace(block, frame=frame, rejected=(*block.rejected, *rejected))
