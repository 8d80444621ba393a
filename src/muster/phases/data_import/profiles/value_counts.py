"""What the values of one column of a block are, counted: one by one over the different ones, or a form at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.phases.data_import.profiles.value_forms import form, form_of, has_form, stripped
from muster.phases.data_import.profiles.value_hashes import (
    SEED,
    SKETCH,
    SPARE_BITS,
    Hashes,
    different,
    least,
)
from muster.phases.data_import.profiles.value_lists import mark_of, marks_in
from muster.phases.data_import.profiles.value_order import extremes_of, sentinels_among, sentinels_in, widest
from muster.phases.data_import.profiles.value_units import unit_of, units_in

FEW = 1_500  # values of which each may be looked at by itself
LEAST_LOOK, LOOKED_AT = 300, 16  # values by which it is guessed whether many recur: at least so many, every 16th
ALONE = 0.5  # of the values looked at do not recur there: beyond, the whole column is cheaper than each different value
GUESSED_BY = 30  # values by which the form of most others is guessed


@dataclass
class Counts:
    """What was counted so far; every count is of values."""

    shapes: Counter[str] = field(default_factory=Counter)
    traits: Counter[str] = field(default_factory=Counter)
    null_words: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    separators: Counter[str] = field(default_factory=Counter)
    sentinels: Counter[str] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    extremes: dict[str, tuple[str, str]] = field(default_factory=dict)
    blanks: set[str] = field(default_factory=set)
    sketch: Hashes = field(default_factory=lambda: np.empty(0, dtype=np.uint64))

    def of_form(self, name: str, count: int) -> None:
        """`count` more values have this form."""
        entry = form(name)
        if entry.shape != "null":
            self.shapes[entry.shape] += count
        for trait in entry.traits:
            self.traits[trait] += count


@dataclass(frozen=True, slots=True)
class _Look:
    """What a value tells by itself."""

    form: str
    unit: str | None
    mark: str | None


def counted(frame: pl.DataFrame) -> list[Counts]:
    """What each column of a block holds; nulls count as blanks.

    A column in which values recur is brought down to its different values, each with its number. What is left is looked
    at one by one where it is little, else form by form.
    """
    if any(frame.null_count().row(0, named=False)):
        frame = frame.fill_null("")
    hashes = frame.select(pl.all().hash(SEED))
    step = max(1, min(LOOKED_AT, frame.height // LEAST_LOOK))
    alone = hashes.gather_every(step).select(pl.all().is_unique().mean()).row(0)
    return [
        _counted(frame.get_column(name), hashes.get_column(name).to_numpy(), recur=share <= ALONE)
        for name, share in zip(frame.columns, alone, strict=True)
    ]


def _counted(values: pl.Series, hashes: Hashes, *, recur: bool) -> Counts:
    found = Counts()
    numbers = np.ones(len(values), dtype=np.int64)
    if recur and (told := different(hashes)) is not None:
        rows, numbers = told
        values, hashes = values.gather(rows), hashes[rows]
    if len(values) > FEW:
        _lengths(found, values.str.len_chars().to_numpy(), numbers)
        _by_form(found, pl.DataFrame({"value": values, "n": numbers}))
    else:
        texts = values.to_list()
        _lengths(found, np.fromiter(map(len, texts), np.int64, len(texts)), numbers)
        _one_by_one(found, texts, numbers.tolist())
    _sketch(found, hashes)
    return found


def _by_form(found: Counts, weighed: pl.DataFrame) -> None:
    """Count the values a form at a time, the likeliest first, until few are left or no form fits many of them."""
    tried = frozenset[str]()
    while weighed.height > FEW and (name := _guess(weighed.get_column("value"), tried)):
        tried |= {name}
        weighed = _take(found, name, weighed)
    if weighed.height > FEW:
        weighed = weighed.group_by("value").agg(pl.col("n").sum())
    _one_by_one(found, weighed.get_column("value").to_list(), weighed.get_column("n").to_list())


def _guess(values: pl.Series, tried: frozenset[str]) -> str:
    """The form that most of a few values have; nothing where there is none but what is looked at one by one."""
    seen = Counter(map(form_of, values.gather_every(max(1, len(values) // GUESSED_BY)).to_list()))
    return next((name for name, _ in seen.most_common() if name not in {*tried, "blank", "word"}), "")


def _lengths(found: Counts, lengths: npt.NDArray[np.integer[Any]], numbers: npt.NDArray[np.int64]) -> None:
    binned = np.bincount(lengths, numbers)
    present = np.flatnonzero(binned)
    found.lengths.update(dict(zip(present.tolist(), binned[present].astype(int).tolist(), strict=True)))


def _sketch(found: Counts, hashed: Hashes) -> None:
    """The least hashes of the different values. The seed is part of what two sketches must share to be merged."""
    blanks = pl.Series(sorted(found.blanks), dtype=pl.String).hash(SEED).to_numpy() >> SPARE_BITS
    hashes = hashed >> SPARE_BITS
    most = SKETCH + len(blanks)
    found.sketch = least(hashes, most)
    found.sketch = found.sketch[~np.isin(found.sketch, blanks)][:SKETCH]


def _take(found: Counts, name: str, weighed: pl.DataFrame) -> pl.DataFrame:
    """Count the values that have this form; the others."""
    fits = weighed.select(has_form(name, pl.col("value"))).to_series()
    if not fits.any():
        return weighed
    whole = bool(fits.all())
    taken = weighed if whole else weighed.filter(fits)
    values = taken.get_column("value")
    found.of_form(name, int(taken.get_column("n").sum()))
    found.units.update(units_in(name, taken))
    found.separators.update(marks_in(name, taken))
    found.sentinels.update(sentinels_in(name, taken))
    order = form(name).order
    found.extremes[order] = widest(order, [*found.extremes.get(order, ()), *extremes_of(name, values)])
    return weighed.clear() if whole else weighed.filter(~fits)


@lru_cache(maxsize=1 << 16)
def _look(value: str) -> _Look:
    name = form_of(value)
    return _Look(name, unit_of(name, value), mark_of(name, value))


def _one_by_one(found: Counts, values: Iterable[str], numbers: Iterable[int]) -> None:
    members: dict[str, list[tuple[str, _Look, int]]] = {}
    for value, count in zip(values, numbers, strict=True):
        look = _look(value)
        members.setdefault(look.form, []).append((value, look, count))
    for value, _, count in members.pop("blank", ()):
        found.lengths[len(value)] -= count
        found.blanks.add(value)
    for value, _, count in members.get("word", ()):
        found.null_words[stripped(value)] += count
    ends: dict[str, list[str]] = {}
    for name, those in members.items():
        found.of_form(name, sum(count for _, _, count in those))
        if name != "word":
            ends.setdefault(form(name).order, []).extend(value for value, _, _ in those)
            if form(name).order == "day":
                found.sentinels.update(sentinels_among((value, count) for value, _, count in those))
            _units_and_marks(found, those)
    for order, texts in ends.items():
        found.extremes[order] = widest(order, [*found.extremes.get(order, ()), *texts])


def _units_and_marks(found: Counts, those: Iterable[tuple[str, _Look, int]]) -> None:
    for _, look, count in those:
        if look.unit is not None:
            found.units[look.unit] += count
        if look.mark is not None:
            found.separators[look.mark] += count


def total(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sums of counts by word, in alphabetical order."""
    summed: Counter[str] = Counter()
    for part in parts:
        summed.update(part)
    return {name: count for name, count in sorted(summed.items()) if count}
