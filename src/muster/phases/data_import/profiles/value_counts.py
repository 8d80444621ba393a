"""What the values of one column of a block are, counted: one by one over the different ones, or a form at a time."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from muster.phases.data_import.profiles.value_forms import form, form_of, has_form, stripped
from muster.phases.data_import.profiles.value_lists import mark_of, marks_in
from muster.phases.data_import.profiles.value_order import extremes_of, widest
from muster.phases.data_import.profiles.value_units import unit_of, units_in

FEW = 1_500  # values of which each may be looked at by itself
LEAST_LOOK, LOOKED_AT = 300, 16  # values by which it is guessed whether many recur: at least so many, every 16th
ALONE = 0.25  # of the values looked at do not recur there: beyond, whole columns are cheaper than each different value
GUESSED_BY = 30  # values by which the form of most others is guessed
HASH_BITS = 48
SEED = 20_261_121
SKETCH = 256  # least hashes kept: different values are counted up to here, and estimated within 6 % beyond

Hashes = npt.NDArray[np.uint64]
_SHIFT = np.uint64(64 - HASH_BITS)


@dataclass
class Counts:
    """What was counted so far; every count is of values."""

    shapes: Counter[str] = field(default_factory=Counter)
    traits: Counter[str] = field(default_factory=Counter)
    null_words: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    separators: Counter[str] = field(default_factory=Counter)
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

    Columns where few values recur in a look over the block are counted form by form, all at once as far as it goes: an
    expression of its own per column would cost more to start than to compute.
    """
    if any(frame.null_count().row(0, named=False)):
        frame = frame.fill_null("")
    found = {name: Counts() for name in frame.columns}
    seen = frame.gather_every(max(1, min(LOOKED_AT, frame.height // LEAST_LOOK)))
    alone = seen.select(pl.all().is_unique().sum()).row(0)
    many = [
        name
        for name, number in zip(frame.columns, alone, strict=True)
        if frame.height > FEW and number > ALONE * seen.height
    ]
    _each_different(found, frame.drop(many))
    if many:
        _form_by_form(found, frame.select(many))
    return list(found.values())


def _each_different(found: dict[str, Counts], frame: pl.DataFrame) -> None:
    if not frame.width:
        return
    counts = frame.select(pl.all().value_counts(name="n").implode())
    tables = [counts.get_column(name).explode().struct.unnest() for name in frame.columns]
    texts = pl.concat([table.to_series(0).alias("value") for table in tables])
    value = pl.col("value")
    measures = texts.to_frame("value").select(value.hash(SEED).alias("hash"), value.str.len_chars().alias("length"))
    start = 0
    for name, table in zip(frame.columns, tables, strict=True):
        values, weights = table.to_series(0), table.to_series(1)
        part = measures[start : start + table.height]
        start += table.height
        _lengths(found[name], part.get_column("length"), weights.to_numpy())
        _one_by_one(found[name], values.to_list(), weights.to_list())
        _sketch(found[name], part.get_column("hash"))


def _form_by_form(found: dict[str, Counts], frame: pl.DataFrame) -> None:
    measures = frame.select(
        *(pl.col(name).hash(SEED).alias(f"hash {name}") for name in frame.columns),
        *(pl.col(name).str.len_chars().alias(f"length {name}") for name in frame.columns),
    )
    guessed = {name: _guess(frame.get_column(name), frozenset()) for name in frame.columns}
    fits = frame.select(
        has_form(form_name, pl.col(name)).alias(name) for name, form_name in guessed.items() if form_name
    )
    for name in frame.columns:
        values = frame.get_column(name)
        _lengths(found[name], measures.get_column(f"length {name}"), None)
        tried = frozenset[str]()
        if guessed[name]:
            values, tried = (
                _take(found[name], guessed[name], values, fits.get_column(name)),
                frozenset((guessed[name],)),
            )
        _rest(found[name], values, tried)
        _sketch(found[name], measures.get_column(f"hash {name}"))


def _rest(found: Counts, values: pl.Series, tried: frozenset[str]) -> None:
    while len(values) > FEW:
        name = _guess(values, tried)
        if not name:
            break
        tried |= {name}
        fits = values.to_frame("value").select(has_form(name, pl.col("value"))).to_series()
        values = _take(found, name, values, fits)
    if len(values) > FEW:
        counts = values.value_counts(name="n")
        _one_by_one(found, counts.to_series(0).to_list(), counts.to_series(1).to_list())
        return
    different = Counter(values.to_list())
    _one_by_one(found, different.keys(), different.values())


def _guess(values: pl.Series, tried: frozenset[str]) -> str:
    """The form that most of a few values have; nothing where there is none but what is looked at one by one."""
    seen = Counter(map(form_of, values.gather_every(max(1, len(values) // GUESSED_BY)).to_list()))
    return next((name for name, _ in seen.most_common() if name not in {*tried, "blank", "word"}), "")


def _lengths(found: Counts, lengths: pl.Series, weights: npt.NDArray[np.uint32] | None) -> None:
    binned = np.bincount(lengths.to_numpy(), weights)
    present = np.flatnonzero(binned)
    found.lengths.update(dict(zip(present.tolist(), binned[present].astype(int).tolist(), strict=True)))


def _sketch(found: Counts, hashed: pl.Series) -> None:
    """The least hashes of the different values. The seed is part of what two sketches must share to be merged."""
    blanks = pl.Series(sorted(found.blanks), dtype=pl.String).hash(SEED).to_numpy() >> _SHIFT
    hashes = hashed.to_numpy() >> _SHIFT
    most = SKETCH + len(blanks)
    if len(hashes) > 8 * SKETCH:
        found.sketch = least(hashes[hashes < np.uint64((1 << HASH_BITS) // len(hashes) * 3 * SKETCH)], most)
    if len(found.sketch) < most:
        found.sketch = least(hashes, most)
    found.sketch = found.sketch[~np.isin(found.sketch, blanks)][:SKETCH]


def least(hashes: Hashes, most: int = SKETCH) -> Hashes:
    """The least different hashes, at most `most`. Sorting is faster here than numpy's own unique."""
    ordered: Hashes = np.sort(hashes)
    first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    found: Hashes = ordered[first][:most]
    return found


def _take(found: Counts, name: str, values: pl.Series, fits: pl.Series) -> pl.Series:
    """Count the values that have this form; the others."""
    count = int(fits.sum() or 0)
    if not count:
        return values
    taken = values if count == len(values) else values.filter(fits)
    found.of_form(name, count)
    found.units.update(units_in(name, taken))
    found.separators.update(marks_in(name, taken))
    order = form(name).order
    found.extremes[order] = widest(order, [*found.extremes.get(order, ()), *extremes_of(name, taken)])
    return values.clear() if count == len(values) else values.filter(~fits)


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
