"""In which window of its wave each unit moves: what others need first, and no window above what it can take."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from muster.wave_planning.capacity import NOTHING, Load, measured, together, within
from muster.wave_planning.constraints import Constraints


def with_windows(assets: pl.DataFrame, needs: pl.DataFrame, asked: Constraints) -> pl.DataFrame:
    """`assets` (with unit, wave) and the window (1..) in which each moves.

    A unit goes into the first window that has room for it and is not before a window of what it needs in the same wave;
    where none has room, into the last, and that window is told as too full.
    """
    if asked.windows == 1:
        return assets.with_columns(window=pl.lit(1, pl.Int64))
    shape = assets.group_by("unit").agg(pl.col("wave").first(), *measured()).sort("unit")
    units = {unit: (wave, (float(a), float(b), float(c))) for unit, wave, a, b, c in shape.iter_rows()}
    wants = _inside(assets, needs)
    load: dict[tuple[int, int], Load] = defaultdict(lambda: NOTHING)
    window: dict[int, int] = {}
    for unit in _needs_first(list(units), wants):
        wave, size = units[unit]
        first = max((window.get(need, 1) for need in wants.get(unit, ())), default=1)
        rooms = (
            one for one in range(first, asked.windows) if within(together(load[wave, one], size), asked.window.limits)
        )
        window[unit] = next(rooms, asked.windows)
        load[wave, window[unit]] = together(load[wave, window[unit]], size)
    chosen = pl.DataFrame(
        {"unit": list(window), "window": list(window.values())}, schema={"unit": pl.Int64, "window": pl.Int64}
    )
    return assets.join(chosen, on="unit", how="left", maintain_order="left")


def _inside(assets: pl.DataFrame, needs: pl.DataFrame) -> Mapping[int, Sequence[int]]:
    """The units of its own wave that each unit needs, in order."""
    of = assets.select("asset_no", "unit", "wave")
    ends = needs.join(of.rename({"asset_no": "source_no"}), on="source_no").join(
        of.rename({"asset_no": "target_no", "unit": "need", "wave": "there"}), on="target_no"
    )
    inside = ends.filter(pl.col("wave") == pl.col("there"), pl.col("unit") != pl.col("need"))
    return dict(inside.group_by("unit").agg(pl.col("need").unique().sort()).iter_rows())


def _needs_first(units: Sequence[int], wants: Mapping[int, Sequence[int]]) -> Iterator[int]:
    """Every unit once, after what it needs; a cycle is entered at its first unit."""
    seen: set[int] = set()
    for start in units:
        path = [] if start in seen else [(start, iter(wants.get(start, ())))]
        seen.add(start)
        while path:
            unit, left = path[-1]
            need = next((one for one in left if one not in seen), None)
            if need is None:
                yield unit
                path.pop()
            else:
                seen.add(need)
                path.append((need, iter(wants.get(need, ()))))
