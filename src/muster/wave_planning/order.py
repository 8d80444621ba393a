"""Which wave each unit is in: nonproduction first, what others need before them, the critical and the complex late."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.wave_planning.capacity import NOTHING, Load, together, within
from muster.wave_planning.constraints import Constraints
from muster.wave_planning.units import Units

STAGES = ("nonproduction", "production")
MOST_PASSED_OVER = 200  # ready units that do not fit and are looked past before a wave is closed
NEVER = 1 << 30
Rank = tuple[int, int, float, int, int]


@dataclass
class _Board:
    """Where units stand. `needs` and `users` by unit; `earliest`: the wave of the last thing a unit needs."""

    size: list[Load]
    stage: list[str]
    rank: list[Rank]
    needs: list[set[int]]
    users: list[set[int]]
    wave: list[int]
    load: dict[int, Load] = field(default_factory=dict)
    holds: dict[int, set[str]] = field(default_factory=dict)
    earliest: list[int] = field(default_factory=list)
    open_needs: list[int] = field(default_factory=list)

    def place(self, unit: int, wave: int) -> Iterator[int]:
        """Put a unit into a wave; gives the units that have nothing left to wait for."""
        self.wave[unit] = wave
        self.load[wave] = together(self.load.get(wave, NOTHING), self.size[unit])
        self.holds.setdefault(wave, set()).add(self.stage[unit])
        for user in sorted(self.users[unit]):
            self.earliest[user] = max(self.earliest[user], wave)
            self.open_needs[user] -= 1
            if self.open_needs[user] == 0 and self.wave[user] == 0:
                yield user


def assign(found: Units, needs: pl.DataFrame, asked: Constraints) -> pl.DataFrame:
    """unit, wave (1..). A pinned asset takes its whole unit along; the earliest pin of a unit counts."""
    board, numbers = _board(found, needs)
    for unit, wave in _pinned_units(found, asked).items():
        for _ in board.place(unit, wave):
            pass
    last = 0
    for stage in STAGES:
        last = _fill(board, stage, last + 1, asked)
    return pl.DataFrame({"unit": numbers, "wave": board.wave}, schema={"unit": pl.Int64, "wave": pl.Int64})


def _board(found: Units, needs: pl.DataFrame) -> tuple[_Board, list[int]]:
    shape = found.members.group_by("unit").agg(
        size=pl.max_horizontal(pl.col("machine").sum(), pl.col("software").any()).cast(pl.Int64),
        terabytes=pl.col("gigabytes").sum() / 1000,
        applications=pl.col("application").drop_nulls().n_unique(),
        stage=pl.col("stage").first(),
        shared=pl.col("shared").any(),
        critical=pl.col("critical").max(),
        complex=pl.col("complex").max(),
    )
    shape = shape.sort("unit")
    unit_of = found.members.select("asset_no", "unit")
    pairs = needs.join(unit_of.rename({"asset_no": "source_no", "unit": "user"}), on="source_no")
    pairs = pairs.join(unit_of.rename({"asset_no": "target_no", "unit": "need"}), on="target_no")
    pairs = pairs.filter(pl.col("user") != pl.col("need")).select("user", "need").unique()
    wants: list[set[int]] = [set() for _ in range(shape.height)]
    users: list[set[int]] = [set() for _ in range(shape.height)]
    stages = shape["stage"].to_list()
    for user, need in pairs.iter_rows():
        if stages[user] == stages[need]:
            wants[user].add(need)
            users[need].add(user)
    ranks = shape.select(~pl.col("shared"), "critical", "complex", "size", "unit").iter_rows()
    board = _Board(
        size=[(float(a), b, float(c)) for a, b, c in shape.select("size", "terabytes", "applications").iter_rows()],
        stage=stages,
        rank=[(int(alone), critical, complex_, size, unit) for alone, critical, complex_, size, unit in ranks],
        needs=wants,
        users=users,
        wave=[0] * shape.height,
        earliest=[1] * shape.height,
        open_needs=[len(want) for want in wants],
    )
    return board, shape["unit"].to_list()


def _pinned_units(found: Units, asked: Constraints) -> dict[int, int]:
    pins = pl.DataFrame(
        {"asset_no": list(asked.pins), "wave": list(asked.pins.values())},
        schema={"asset_no": pl.Int64, "wave": pl.Int64},
    )
    units = found.members.join(pins, on="asset_no").group_by("unit").agg(pl.col("wave").min()).sort("unit")
    return dict(units.select("unit", "wave").iter_rows())


def _fill(board: _Board, stage: str, first: int, asked: Constraints) -> int:
    """Place what is left of a stage from wave `first` on; returns the last wave that was used, `first` - 1 for none."""
    left = {unit for unit, name in enumerate(board.stage) if name == stage and board.wave[unit] == 0}
    due = _due(board, left)
    ready = [(due[unit], board.rank[unit], unit) for unit in left if board.open_needs[unit] == 0]
    stuck = [(board.open_needs[unit], board.rank[unit], unit) for unit in left]
    heapq.heapify(ready)
    heapq.heapify(stuck)
    wave = _free_wave(board, stage, first)
    began: list[int] = []
    while left:
        unit = _next(board, ready, wave, asked) if ready else _least_stuck(board, stuck, left, wave, asked)
        if unit is None:
            wave = _free_wave(board, stage, wave + 1)
            continue
        left.discard(unit)
        for freed in board.place(unit, wave):
            if freed in left:
                heapq.heappush(ready, (due[freed], board.rank[freed], freed))
        for user in sorted(board.users[unit] & left):
            heapq.heappush(stuck, (board.open_needs[user], board.rank[user], user))
        began += [wave] if wave not in began[-1:] else []
    _join_last(board, stage, began, asked)
    return max([first - 1, *(number for number in began if number in board.load)])


def _least_stuck(
    board: _Board, stuck: list[tuple[int, Rank, int]], left: set[int], wave: int, asked: Constraints
) -> int | None:
    """Of cycles too large for one wave: the unit that misses the fewest of its needs, if this wave can hold it."""
    while stuck and (stuck[0][2] not in left or stuck[0][0] != board.open_needs[stuck[0][2]]):
        heapq.heappop(stuck)
    unit = stuck[0][2]
    return unit if _fits(board, unit, wave, asked) else None


def _fits(board: _Board, unit: int, wave: int, asked: Constraints) -> bool:
    """A unit larger than any wave gets a wave of its own."""
    load = board.load.get(wave, NOTHING)
    fits = within(together(load, board.size[unit]), asked.limits) or load == NOTHING
    return board.earliest[unit] <= wave and fits


def _free_wave(board: _Board, stage: str, wave: int) -> int:
    """The next wave in which no pin has put the other stage."""
    while board.holds.get(wave, set()) - {stage}:
        wave += 1
    return wave


def _due(board: _Board, left: set[int]) -> dict[int, int]:
    """The wave by which a unit is needed by a pinned one, directly or through others."""
    due = dict.fromkeys(left, NEVER)
    pinned = [(wave, unit) for unit, wave in enumerate(board.wave) if wave]
    heapq.heapify(pinned)
    while pinned:
        wave, unit = heapq.heappop(pinned)
        for need in board.needs[unit]:
            if need in due and wave < due[need]:
                due[need] = wave
                heapq.heappush(pinned, (wave, need))
    return due


def _next(board: _Board, ready: list[tuple[int, Rank, int]], wave: int, asked: Constraints) -> int | None:
    """The first ready unit that this wave can hold."""
    passed: list[tuple[int, Rank, int]] = []
    found: int | None = None
    while ready and len(passed) < MOST_PASSED_OVER:
        entry = heapq.heappop(ready)
        if _fits(board, entry[2], wave, asked):
            found = entry[2]
            break
        passed.append(entry)
    for entry in passed:
        heapq.heappush(ready, entry)
    return found


def _join_last(board: _Board, stage: str, began: Sequence[int], asked: Constraints) -> None:
    """A last wave that came out too small joins the one before it, where that can hold both."""
    if len(began) < 2:
        return
    before, last = began[-2:]
    members = [unit for unit, wave in enumerate(board.wave) if wave == last]
    total = together(board.load[before], board.load[last])
    alone = all(board.stage[unit] == stage for unit in members)
    small = board.load[last][0] < asked.smallest
    if small and within(total, asked.limits) and alone and last not in asked.pins.values():
        for unit in members:
            board.wave[unit] = before
        board.load[before] = total
        del board.load[last], board.holds[last]
