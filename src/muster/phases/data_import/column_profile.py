"""What the columns of a table hold: how many values, and the first different ones."""

from collections.abc import Iterable, Sequence

import polars as pl

from muster.vocabulary.table import ColumnProfile

SAMPLES = 200
FIRST_LOOK = 1_000  # columns of many different values have their samples after this many records


def profile(frames: Iterable[pl.DataFrame], columns: Sequence[str]) -> tuple[ColumnProfile, ...]:
    """The profile of a table from its blocks in order, one block in memory at a time; one entry per column."""
    total = tuple(ColumnProfile(position, name, 0, 0, ()) for position, name in enumerate(columns, 1))
    for frame in frames:
        total = merge_profiles((total, _of_frame(frame, columns)))
    return total


def merge_profiles(parts: Sequence[Sequence[ColumnProfile]]) -> tuple[ColumnProfile, ...]:
    """The profile of all blocks from the profiles of each, in block order. Associative: merged parts can be merged."""
    return tuple(_merged(columns) for columns in zip(*parts, strict=True))


def _merged(parts: Sequence[ColumnProfile]) -> ColumnProfile:
    samples = dict.fromkeys(sample for part in parts for sample in part.samples)
    return ColumnProfile(
        position=parts[0].position,
        source=parts[0].source,
        records=sum(part.records for part in parts),
        filled=sum(part.filled for part in parts),
        samples=tuple(samples)[:SAMPLES],
    )


def _of_frame(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[ColumnProfile, ...]:
    filled = frame.select((pl.all().str.strip_chars() != "").sum()).row(0) if frame.height else (0,) * frame.width
    return tuple(
        ColumnProfile(
            position, name, frame.height, filled[position - 1] or 0, _samples(frame.get_column(str(position)))
        )
        for position, name in enumerate(columns, 1)
    )


def _samples(values: pl.Series) -> tuple[str, ...]:
    for part in (values.head(FIRST_LOOK), values):
        different = part.drop_nulls().unique(maintain_order=True)
        samples = different.filter(different.str.strip_chars() != "").head(SAMPLES)
        if len(samples) == SAMPLES:
            break
    return tuple(samples.to_list())
