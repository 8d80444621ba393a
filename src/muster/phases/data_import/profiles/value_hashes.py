"""Hashes of values: the different ones of a column found by them, and the least of them kept to count by."""

import numpy as np
import numpy.typing as npt

HASH_BITS = 48
SPARE_BITS = np.uint64(64 - HASH_BITS)
SEED = 20_261_121
SKETCH = 256  # least hashes kept: different values are counted up to here, and estimated within 6 % beyond

Hashes = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.int64]

_BUCKETS = 1 << 16
_BUCKET = np.uint64(48)  # the first 16 bits of a hash are its bucket
_CROWDED = 0.5  # of the rows share their bucket with another value: beyond, most values are different


def different(hashes: Hashes) -> tuple[Rows, Rows] | None:
    """A row of each different value and how many rows have that value; None where most rows differ.

    Two values with one hash of 64 bits would be taken for one: among a million, once in thirty million columns.
    """
    buckets = (hashes >> _BUCKET).astype(np.int64)
    row_of = np.zeros(_BUCKETS, dtype=np.int64)
    row_of[buckets] = np.arange(len(hashes))
    others = np.flatnonzero(hashes != hashes[row_of][buckets])
    if len(others) > _CROWDED * len(hashes):
        return None
    numbers = np.bincount(buckets, minlength=_BUCKETS) - np.bincount(buckets[others], minlength=_BUCKETS)
    present = np.flatnonzero(numbers)
    _, firsts, more = np.unique(hashes[others], return_index=True, return_counts=True)
    return np.concatenate((row_of[present], others[firsts])), np.concatenate((numbers[present], more))


def least(hashes: Hashes, most: int = SKETCH) -> Hashes:
    """The least different hashes, at most `most`.

    Of many, those below a border are sorted, which is chosen so that there are nearly always enough.
    """
    if len(hashes) > 8 * most:
        border = np.uint64((1 << HASH_BITS) // len(hashes) * 3 * most)
        found = _ordered(hashes[hashes < border], most)
        if len(found) == most:
            return found
    return _ordered(hashes, most)


def _ordered(hashes: Hashes, most: int) -> Hashes:
    """Sorting is faster here than numpy's own unique."""
    ordered: Hashes = np.sort(hashes)
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    found: Hashes = ordered[first][:most]
    return found
