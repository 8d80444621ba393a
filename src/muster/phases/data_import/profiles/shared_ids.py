"""Ids that several things share, over all records of a table: each id with a name beside it is kept as one number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from muster.phases.data_import.profiles.value_forms import has_form
from muster.phases.data_import.profiles.value_hashes import SEED, Hashes

KEPT = 1 << 21  # pairs, 16 MiB: every one of a table of two million ids; of a larger one those with the least hashes
IDS = 1_000  # ids that are kept as text: those with the least hashes, and those that were found to be shared
SHARED, OTHERS = 20, 3
_NAME = np.uint64(16)  # bits of a pair that tell the name; the others tell the id
_NO_PAIRS = np.empty(0, dtype=np.uint64)

Texts = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SharedIds:
    """`pairs` are the different pairs of id and name, a number each in order, as bytes; `texts` is some of it to read.

    Names differ whatever their capitals. Two pairs among a million have one number in one table of three hundred.
    """

    pairs: bytes = b""
    texts: Texts = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many ids stand beside more than one name."""
        _, names = np.unique(_numbers(self.pairs) >> _NAME, return_counts=True)
        return int((names > 1).sum())

    @property
    def all_kept(self) -> bool:
        """False where there were more pairs than are kept."""
        return len(_numbers(self.pairs)) < KEPT

    @property
    def examples(self) -> list[tuple[str, tuple[str, ...]]]:
        """Shared ids with their names; none where those that are shared stand too far apart to have been kept."""
        return [(key, others) for key, others in sorted(self.texts.items()) if len(others) > 1]


def shared_ids(ids: pl.Series, names: pl.Series) -> SharedIds:
    """The ids of one block; `names` is what must be one for each."""
    pairs = (
        pl.DataFrame({"id": ids, "other": names})
        .select(pl.col("id").str.strip_chars().str.to_lowercase(), pl.col("other").str.strip_chars())
        .filter((pl.col("id") != "") & (pl.col("other") != "") & ~has_form("word", pl.col("id")))
        .with_columns(name=pl.col("other").str.to_lowercase())
        .group_by("id", "name").agg(pl.col("other").min())
    )  # fmt: skip
    if not pairs.height:
        return SharedIds()
    numbers = (_hashes(pairs["id"]) >> _NAME << _NAME) | (_hashes(pairs["name"]) >> np.uint64(48))
    several = pairs.filter(pl.len().over("id") > 1)
    rare = pairs[np.argsort(_hashes(pairs["id"]), kind="stable")[:IDS]]
    texts: dict[str, list[str]] = {}
    for key, other in pl.concat((several.sort("id").head(SHARED * OTHERS), rare)).select("id", "other").iter_rows():
        texts.setdefault(key, []).append(other)
    return SharedIds(np.unique(numbers)[:KEPT].tobytes(), _kept([{key: tuple(found) for key, found in texts.items()}]))


def together(parts: Sequence[SharedIds]) -> SharedIds:
    """The ids of several blocks."""
    numbers = np.concatenate([_NO_PAIRS, *(_numbers(part.pairs) for part in parts)])
    return SharedIds(np.unique(numbers)[:KEPT].tobytes(), _kept([part.texts for part in parts]))


def _numbers(pairs: bytes) -> Hashes:
    return np.frombuffer(pairs, dtype=np.uint64)


def _hashes(values: pl.Series) -> Hashes:
    return values.hash(SEED).to_numpy()


def _kept(parts: Iterable[Texts]) -> dict[str, tuple[str, ...]]:
    """The ids that stand beside several names, and a sample of the others."""
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for key, others in part.items():
            known = found.setdefault(key, {})
            for other in others:
                known[other.casefold()] = min(other, known.get(other.casefold(), other))
    keys = sorted(found)
    several = [key for key in keys if len(found[key]) > 1][:SHARED]
    sample = [keys[at] for at in np.argsort(_hashes(pl.Series(keys, dtype=pl.String)), kind="stable")[:IDS].tolist()]
    return {key: tuple(sorted(found[key].values())[:OTHERS]) for key in sorted({*several, *sample})}
