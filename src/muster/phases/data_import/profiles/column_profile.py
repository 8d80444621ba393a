"""What the columns of a table hold: every value of every block counted, and the parts put together.

A profile is made per block and merged; any way to cut a table into blocks gives the same profile.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import polars as pl

from muster.phases.data_import.profiles.value_counts import Counts, counted, total
from muster.phases.data_import.profiles.value_forms import stripped
from muster.phases.data_import.profiles.value_hashes import HASH_BITS, SKETCH, least
from muster.phases.data_import.profiles.value_order import widest
from muster.vocabulary.table import ColumnProfile

SAMPLES = 200
MERGED_AT_ONCE = 32
FIRST_LOOKS = (250, 1_000)  # records in which most columns show enough different values
LENGTHS = 8  # greatest lengths that are counted
SPELLINGS = 40  # units and null words that are counted; more spellings than this are no words
NUMBERS = ("integer", "decimal", "percent")
DAYS = ("date", "datetime")
# Shapes that only data about people has.
PERSONAL = {"email": "e-mail address", "phone": "phone number"}


def profile(frames: Iterable[pl.DataFrame], columns: Sequence[str]) -> tuple[ColumnProfile, ...]:
    """The profile of a table from its blocks in order, one block in memory at a time; one entry per column."""
    parts = [tuple(ColumnProfile(position, name, 0, 0, ()) for position, name in enumerate(columns, 1))]
    for frame in frames:
        parts.append(profile_block(frame, columns))
        if len(parts) == MERGED_AT_ONCE:
            parts = [merge_profiles(parts)]
    return merge_profiles(parts)


def profile_block(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[ColumnProfile, ...]:
    """The profile of one block; its columns are '1', '2' and so on."""
    if not frame.height:
        return tuple(ColumnProfile(place, name, 0, 0, ()) for place, name in enumerate(columns, 1))
    frame = frame.select(str(place) for place in range(1, len(columns) + 1))
    return tuple(
        _of_column(found, frame.get_column(str(place)), place, name)
        for place, (found, name) in enumerate(zip(counted(frame), columns, strict=True), 1)
    )


def merge_profiles(parts: Sequence[Sequence[ColumnProfile]]) -> tuple[ColumnProfile, ...]:
    """The profile of all blocks from the profiles of each, in block order. Associative: merged parts can be merged."""
    return tuple(_merged(columns) for columns in zip(*parts, strict=True))


def _of_column(found: Counts, values: pl.Series, position: int, source: str) -> ColumnProfile:
    filled = found.lengths.total()
    lengths = sorted(length for length, count in found.lengths.items() if count)
    return _settled(
        ColumnProfile(
            position,
            source,
            records=len(values),
            filled=filled,
            samples=_samples(values, len(found.sketch)),
            shortest=lengths[0] if lengths else 0,
            longest=lengths[-1] if lengths else 0,
            shapes=total([found.shapes]),
            null_words=_most(total([found.null_words])),
            units=_most(total([found.units])),
            separators=total([found.separators]),
            sketch=tuple(found.sketch.tolist()),
            traits=total([found.traits]),
            lengths={length: found.lengths[length] for length in lengths[-LENGTHS:]},
            extremes=found.extremes,
            sentinels=total([found.sentinels]),
        )
    )


def _merged(parts: Sequence[ColumnProfile]) -> ColumnProfile:
    filled = [part for part in parts if part.filled]
    sketch = least(np.array([entry for part in parts for entry in part.sketch], dtype=np.uint64))
    lengths: Counter[int] = Counter()
    for part in parts:
        lengths.update(part.lengths)
    return _settled(
        ColumnProfile(
            position=parts[0].position,
            source=parts[0].source,
            records=sum(part.records for part in parts),
            filled=sum(part.filled for part in parts),
            samples=_first(parts),
            shortest=min((part.shortest for part in filled), default=0),
            longest=max((part.longest for part in filled), default=0),
            shapes=total(part.shapes for part in parts),
            null_words=_most(total(part.null_words for part in parts)),
            units=_most(total(part.units for part in parts)),
            separators=total(part.separators for part in parts),
            sketch=tuple(sketch.tolist()),
            traits=total(part.traits for part in parts),
            lengths={length: lengths[length] for length in sorted(lengths)[-LENGTHS:]},
            extremes=_extremes(parts),
            sentinels=total(part.sentinels for part in parts),
        )
    )


def _extremes(parts: Sequence[ColumnProfile]) -> dict[str, tuple[str, str]]:
    orders = sorted({order for part in parts for order in part.extremes})
    return {order: widest(order, [end for part in parts for end in part.extremes.get(order, ())]) for order in orders}


def _settled(column: ColumnProfile) -> ColumnProfile:
    """With what follows from the counts of the whole column."""
    numbers = sum(column.shapes.get(shape, 0) for shape in NUMBERS)
    days = sum(column.shapes.get(shape, 0) for shape in DAYS)
    rest = sum(column.shapes.values()) - numbers - days
    order = max((("text", rest), ("day", days), ("number", numbers)), key=lambda kind: kind[1])[0]
    ends = column.extremes.get(order, (None, None))
    personal = tuple(name for shape, name in PERSONAL.items() if column.shapes.get(shape))
    return replace(column, distinct=_distinct(column), least=ends[0], greatest=ends[1], personal=personal)


def _distinct(column: ColumnProfile) -> int:
    """Exact while the sketch is not full, else from how near its greatest hash is to none: (k - 1) / share."""
    if len(column.sketch) < SKETCH:
        return len(column.sketch)
    estimate = (SKETCH - 1) * (1 << HASH_BITS) // (column.sketch[-1] + 1)
    return max(SKETCH, min(column.filled, estimate))


def _most(counts: Mapping[str, int]) -> dict[str, int]:
    """The alphabetically first spellings: a limit that does not depend on how the table was cut."""
    return dict(sorted(counts.items())[:SPELLINGS])


def _samples(values: pl.Series, different: int) -> tuple[str, ...]:
    """The first different values that are not blank; `different` is how many there are, as far as that is known."""
    for records in FIRST_LOOKS:
        first = _not_blank(values.head(records).to_list())
        if len(first) >= min(SAMPLES, different):
            return first
    return _not_blank(values.unique(maintain_order=True).to_list())


def _not_blank(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(islice((value for value in dict.fromkeys(values) if value and stripped(value)), SAMPLES))


def _first(parts: Sequence[ColumnProfile]) -> tuple[str, ...]:
    samples: dict[str, None] = {}
    for part in parts:
        samples.update(dict.fromkeys(part.samples))
        if len(samples) >= SAMPLES:
            break
    return tuple(samples)[:SAMPLES]
