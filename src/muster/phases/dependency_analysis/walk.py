"""How briefly groups describe a walk along the graph: the map equation, and the merges and moves that shorten it.

A walker who follows connections at random stays long where things belong together. Naming each step takes fewest words
where a group is left seldom, and no group is so large that its own names grow long (Rosvall and Bergstrom 2008). Unlike
modularity at one resolution it finds groups of very different sizes in one graph; bench/structure.py has the figures.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import log

LEAST_GAIN = 1e-10  # nats; what is less is the noise of floating point
MOST_ROUNDS = 5  # of moves between two merges; later ones move next to nothing
MOST_MERGES = 4  # times that groups are merged; later ones shorten by less than a thousandth


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes are 0..; `links`: the neighbours of each with the share of all steps that go there; `share`: the sum."""

    links: Sequence[Sequence[tuple[int, float]]]
    share: Sequence[float]


def graph_of(pairs: Sequence[tuple[int, int, float]], nodes: int) -> Graph:
    """An undirected graph of weighted pairs of different nodes."""
    steps = 2 * sum(weight for _, _, weight in pairs)
    links: list[list[tuple[int, float]]] = [[] for _ in range(nodes)]
    for one, other, weight in pairs:
        links[one].append((other, weight / steps))
        links[other].append((one, weight / steps))
    return Graph(links, [sum(share for _, share in own) for own in links])


@dataclass(slots=True)
class _Map:
    """Groups as they stand. `leaving`: the share of steps that leave a group, `held` of those that are inside or leave.

    `time`: how many steps are named at once; more make larger groups (Schaub and others 2012).
    """

    graph: Graph
    group: list[int]
    time: float
    leaving: dict[int, float] = field(default_factory=dict)
    held: dict[int, float] = field(default_factory=dict)
    between: dict[int, dict[int, float]] = field(default_factory=dict)
    all_leaving: float = 0.0

    def __post_init__(self) -> None:
        self.leaving, self.held = defaultdict(float), defaultdict(float)
        self.between = {own: {} for own in self.group}
        for node, own in enumerate(self.group):
            self.held[own] += self.graph.share[node]
            for other, step in self.graph.links[node]:
                if (there := self.group[other]) != own:
                    self.leaving[own] += self.time * step
                    self.between[own][there] = self.between[own].get(there, 0.0) + self.time * step
        self.all_leaving = sum(self.leaving.values())

    def length(self) -> float:
        """Nats per step, but for what is the same for all groupings."""
        words = sum(_words(self.leaving[own] + held) - 2 * _words(self.leaving[own]) for own, held in self.held.items())
        return _words(self.all_leaving) + words


def _words(share: float) -> float:
    return share * log(share) if share > 1e-300 else 0.0


def _change(before: Sequence[tuple[float, float]], after: Sequence[tuple[float, float]], all_leaving: float) -> float:
    """How much longer it gets when groups (leaving, held) become others."""
    total = all_leaving + sum(leaving for leaving, _ in after) - sum(leaving for leaving, _ in before)
    change = _words(total) - _words(all_leaving)
    for leaving, held in before:
        change += 2 * _words(leaving) - _words(leaving + held)
    for leaving, held in after:
        change += _words(leaving + held) - 2 * _words(leaving)
    return change


def shortened(graph: Graph, start: Sequence[int], time: float = 1.0) -> tuple[float, list[int]]:
    """The groups that merging groups and moving nodes leads to from `start`, with their length. No chance in it."""
    found = _merged(_Map(graph, list(start), time))
    length, group = found.length(), found.group
    for _ in range(MOST_MERGES - 1):
        found = _merged(_Map(graph, _moved(_Map(graph, list(group), time)), time))
        if found.length() > length - LEAST_GAIN:
            break
        length, group = found.length(), found.group
    return length, group


def _merged(found: _Map) -> _Map:
    """Merge the two groups that gain most, again and again, while any gain."""
    into: dict[int, int] = {}
    touching = [(one, other) for one, there in found.between.items() for other in there if one < other]
    heap = [_entry(found, one, other) for one, other in touching]
    heapq.heapify(heap)
    while heap:
        gain, one, other = heapq.heappop(heap)
        if other not in found.between or one not in found.between or other not in found.between[one]:
            continue
        now = _merge_gain(found, one, other)
        if now > gain + LEAST_GAIN:
            if now < -LEAST_GAIN:
                heapq.heappush(heap, (now, one, other))
        elif now < -LEAST_GAIN:
            _merge(found, one, other)
            into[other] = one
            for next_ in found.between[one]:
                heapq.heappush(heap, _entry(found, one, next_))
    return _Map(found.graph, list(_followed(found.group, into)), found.time)


def _entry(found: _Map, one: int, other: int) -> tuple[float, int, int]:
    return (_merge_gain(found, one, other), min(one, other), max(one, other))


def _followed(group: Sequence[int], into: dict[int, int]) -> Iterator[int]:
    for own in group:
        while own in into:
            own = into[own]
        yield own


def _merge_gain(found: _Map, one: int, other: int) -> float:
    """Negative where it gets shorter."""
    both = found.leaving[one] + found.leaving[other] - 2 * found.between[one][other]
    before = [(found.leaving[own], found.held[own]) for own in (one, other)]
    return _change(before, [(both, found.held[one] + found.held[other])], found.all_leaving)


def _merge(found: _Map, one: int, other: int) -> None:
    inside = 2 * found.between[one][other]
    found.all_leaving -= inside
    found.leaving[one] += found.leaving.pop(other) - inside
    found.held[one] += found.held.pop(other)
    for there, step in found.between.pop(other).items():
        del found.between[there][other]
        if there != one:
            found.between[one][there] = found.between[one].get(there, 0.0) + step
            found.between[there][one] = found.between[there].get(one, 0.0) + step


def _moved(found: _Map) -> list[int]:
    """Move nodes to the neighbouring group that gains most; in later rounds only those beside what moved."""
    nodes: Iterable[int] = range(len(found.group))
    for _ in range(MOST_ROUNDS):
        moved = [node for node in nodes if _move(found, node)]
        if len(moved) * 1000 < len(found.group):
            break
        nodes = sorted({other for node in moved for other, _ in found.graph.links[node]})
    return found.group


def _move(found: _Map, node: int) -> bool:
    own, share = found.group[node], found.graph.share[node]
    to: dict[int, float] = {}
    for other, step in found.graph.links[node]:
        there = found.group[other]
        to[there] = to.get(there, 0.0) + found.time * step
    if len(to) == 1 and own in to:
        return False
    steps = found.time * share
    left = (found.leaving[own] - steps + 2 * to.get(own, 0.0), found.held[own] - share)
    best, chosen, grown = -LEAST_GAIN, own, (0.0, 0.0)
    for there in sorted(to):
        if there == own:
            continue
        larger = (found.leaving[there] + steps - 2 * to[there], found.held[there] + share)
        before = [(found.leaving[one], found.held[one]) for one in (own, there)]
        gain = _change(before, [left, larger], found.all_leaving)
        if gain < best:
            best, chosen, grown = gain, there, larger
    if chosen == own:
        return False
    found.all_leaving += left[0] + grown[0] - found.leaving[own] - found.leaving[chosen]
    found.leaving[own], found.held[own] = left
    found.leaving[chosen], found.held[chosen] = grown
    found.group[node] = chosen
    return True
