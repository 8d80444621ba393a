"""Cycles of dependencies: what depends on itself through others, by which edges, and where cutting costs least."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import rustworkx as rx

from muster.phases.dependency_analysis.levels import USES

MOST_EXACT = 12  # members up to which the smallest cut is looked for among all orders; twice the work for each more
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cycle:
    """`members` by number. `pairs`: who needs whom among them, with the connections counted. `cut`: the pairs whose
    calls must bear a distance for the rest to move one after the other; `exact`: no smaller cut exists.
    """

    members: tuple[int, ...]
    pairs: Mapping[Pair, int]
    cut: tuple[Pair, ...]
    exact: bool


def cycles(needs: pl.DataFrame) -> list[Cycle]:
    """The strongly connected parts of two members or more, largest first. `needs`: source_no, target_no, count."""
    numbers = pl.concat([needs["source_no"], needs["target_no"]]).unique().sort().to_list()
    at = {number: place for place, number in enumerate(numbers)}
    graph: rx.PyDiGraph[int, None] = rx.PyDiGraph(multigraph=False)
    graph.add_nodes_from(numbers)
    rows = list(needs.select("source_no", "target_no", "count").sort("source_no", "target_no").iter_rows())
    graph.add_edges_from_no_data([(at[source], at[target]) for source, target, _ in rows])
    part: dict[int, int] = {}
    loops = [loop for loop in rx.strongly_connected_components(graph) if len(loop) > 1]
    for number, loop in enumerate(loops):
        part |= dict.fromkeys((numbers[place] for place in loop), number)
    inside: list[dict[Pair, int]] = [{} for _ in loops]
    for source, target, count in rows:
        if part.get(source, -1) == part.get(target, -2):
            inside[part[source]][source, target] = count
    found = [_cycle(sorted(numbers[place] for place in loop), inside[one]) for one, loop in enumerate(loops)]
    return sorted(found, key=lambda cycle: (-len(cycle.members), cycle.members))


def needed(edges: pl.DataFrame) -> pl.DataFrame:
    """source_no, target_no, count of who does not work without whom. `edges`: source_no, target_no, kind, count."""
    directed = edges.filter(pl.col("kind").is_in(USES), pl.col("source_no") != pl.col("target_no"))
    return directed.group_by("source_no", "target_no").agg(pl.col("count").sum()).sort("source_no", "target_no")


def _cycle(members: Sequence[int], pairs: Mapping[Pair, int]) -> Cycle:
    exact = len(members) <= MOST_EXACT
    order = _best_order(members, pairs) if exact else _good_order(members, pairs)
    place = {number: at for at, number in enumerate(order)}
    # In this order each needs only what stands before it, but for the pairs that are cut.
    cut = sorted(pair for pair in pairs if place[pair[0]] < place[pair[1]])
    return Cycle(tuple(members), dict(pairs), tuple(cut), exact)


Cost = tuple[int, int]


def _best_order(members: Sequence[int], pairs: Mapping[Pair, int]) -> list[int]:
    """The order that cuts fewest pairs, then fewest connections: the best for each set of members, from the best for
    the set without its last (dynamic programming over subsets).
    """
    at = {number: place for place, number in enumerate(members)}
    needs = [[(1 << at[t], count) for (s, t), count in pairs.items() if s == number] for number in members]
    best: list[tuple[Cost, int]] = [((0, 0), -1)] * (1 << len(members))
    for done in range(1, 1 << len(members)):
        best[done] = min(
            (_sum(best[done ^ (1 << last)][0], _missing(needs[last], done)), last)
            for last in range(len(members))
            if done >> last & 1
        )
    order: list[int] = []
    done = (1 << len(members)) - 1
    while done:
        last = best[done][1]
        order.append(members[last])
        done ^= 1 << last
    return order[::-1]


def _missing(needs: Sequence[tuple[int, int]], done: int) -> Cost:
    """How many pairs, and connections, of one member lead to what is not done yet."""
    open_ = [count for bit, count in needs if not done & bit]
    return len(open_), sum(open_)


def _sum(one: Cost, other: Cost) -> Cost:
    return one[0] + other[0], one[1] + other[1]


def _good_order(members: Sequence[int], pairs: Mapping[Pair, int]) -> list[int]:
    """A good order for many members (Eades, Lin and Smyth 1993): what needs nothing left goes first, what nothing left
    needs goes last, else the one that is needed most and needs least goes first.
    """
    needs: dict[int, set[int]] = {number: set() for number in members}
    users: dict[int, set[int]] = {number: set() for number in members}
    for source, target in pairs:
        needs[source].add(target)
        users[target].add(source)
    first: list[int] = []
    last: list[int] = []
    left = set(members)
    while left:
        free = [number for number in left if not needs[number]]
        final = [number for number in left if not users[number]]
        if free:
            one = min(free)
        elif final:
            one = min(final)
        else:
            one = min(left, key=lambda number: (len(needs[number]) - len(users[number]), number))
        (last if final and not free else first).append(one)
        left.discard(one)
        for other in needs.pop(one):
            users[other].discard(one)
        for other in users.pop(one):
            needs[other].discard(one)
    return first + last[::-1]
