"""Move units: assets that go together, because they are one application, one machine, one cycle, or talk all day."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import rustworkx as rx

from muster.wave_planning.constraints import Constraints
from muster.wave_planning.estate import Estate

LEAST_CHATTY = 100  # fewer connections than this are no chatter, however quiet the estate: own judgement


@dataclass(frozen=True, slots=True)
class Units:
    """`members`: the assets of the estate with unit (0.., by smallest member) and why (what holds the unit together).
    `chatty`: a, b, count of pairs of assets that talk all day. `cut`: cycles too large for one wave, as lists of units.
    """

    members: pl.DataFrame
    chatty: pl.DataFrame
    cut: tuple[tuple[int, ...], ...]


class _Sets:
    """Disjoint sets of assets with their size in machines; a union across stages, or too large, is refused."""

    def __init__(self, sizes: Sequence[int], stages: Sequence[str]) -> None:
        self.parent = list(range(len(sizes)))
        self.size, self.stage = list(sizes), list(stages)
        self.why: list[str] = ["alone"] * len(sizes)

    def find(self, one: int) -> int:
        while self.parent[one] != one:
            self.parent[one] = self.parent[self.parent[one]]
            one = self.parent[one]
        return one

    def join(self, one: int, other: int, why: str, largest: int | None = None) -> bool:
        a, b = sorted((self.find(one), self.find(other)))
        if a == b:
            return True
        if self.stage[a] != self.stage[b] or (largest is not None and self.size[a] + self.size[b] > largest):
            return False
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.why[a] = why
        return True


def chatty_pairs(estate: Estate, asked: Constraints) -> pl.DataFrame:
    """The pairs with the most traffic: the stated share of all pairs, and at least LEAST_CHATTY connections."""
    pairs = estate.needs.group_by(
        a=pl.min_horizontal("source_no", "target_no"), b=pl.max_horizontal("source_no", "target_no")
    ).agg(pl.col("count").sum())
    heavy = pairs.filter(pl.col("count") >= LEAST_CHATTY).sort(["count", "a", "b"], descending=[True, False, False])
    return heavy.head(int(pairs.height * asked.chatty_share))


def units(estate: Estate, asked: Constraints) -> Units:
    """Join what must move together, then what should while a wave can hold it; the same estate gives the same units."""
    assets = estate.assets
    at = {number: place for place, number in enumerate(assets["asset_no"].to_list())}
    sets = _Sets(assets["machine"].cast(pl.Int64).to_list(), assets["stage"].to_list())
    own = assets.with_row_index("at").filter(pl.col("application").is_not_null())
    first = own.with_columns(head=pl.col("at").min().over("application", "stage"))
    for one, other in first.select("head", "at").iter_rows():
        sets.join(one, other, "application")
    for one, other in estate.hosted.iter_rows():
        sets.join(at[one], at[other], "host")
    chatty = chatty_pairs(estate, asked)
    for one, other in chatty.select("a", "b").iter_rows():
        sets.join(at[one], at[other], "chatty", asked.largest)
    needs = [(at[one], at[other]) for one, other in estate.needs.select("source_no", "target_no").iter_rows()]
    loops = _join_cycles(sets, needs, asked.largest)
    roots = [sets.find(place) for place in range(assets.height)]
    numbers = {root: number for number, root in enumerate(sorted(set(roots)))}
    members = assets.with_columns(
        unit=pl.Series([numbers[root] for root in roots], dtype=pl.Int64),
        why=pl.Series([sets.why[root] for root in roots], dtype=pl.String),
    )
    return Units(members, chatty, tuple(tuple(sorted(numbers[sets.find(one)] for one in loop)) for loop in loops))


def _join_cycles(sets: _Sets, needs: Sequence[tuple[int, int]], largest: int) -> list[list[int]]:
    """Join the units of each cycle where one wave can hold them; returns the cycles that none can."""
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(range(len(sets.parent)))
    edges = {(sets.find(one), sets.find(other)) for one, other in needs}
    inside = sorted((a, b) for a, b in edges if a != b and sets.stage[a] == sets.stage[b])
    graph.add_edges_from_no_data(inside)
    loops = [sorted(loop) for loop in rx.strongly_connected_components(graph) if len(loop) > 1]
    cut: list[list[int]] = []
    for loop in sorted(loops):
        if sum(sets.size[one] for one in loop) > largest:
            cut.append(loop)
            continue
        for other in loop[1:]:
            sets.join(loop[0], other, "cycle")
    return cut
