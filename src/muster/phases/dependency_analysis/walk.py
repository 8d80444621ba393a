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

Between = dict[int, dict[int, float]]
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

    `words`: by how much it would be shorter without a group; kept, since that is asked again and again. `all_words`:
    the same for all steps that leave. `time`: how many steps are named at once; more make larger groups (Schaub and
    others 2012).
    """

    graph: Graph
    group: list[int]
    time: float
    leaving: dict[int, float] = field(default_factory=dict)
    held: dict[int, float] = field(default_factory=dict)
    words: dict[int, float] = field(default_factory=dict)
    all_leaving: float = 0.0
    all_words: float = 0.0

    def __post_init__(self) -> None:
        self.leaving, self.held = defaultdict(float), defaultdict(float)
        group, time = self.group, self.time
        for own, share, links in zip(group, self.graph.share, self.graph.links, strict=True):
            self.held[own] += share
            leaving = self.leaving[own]
            for other, step in links:
                if group[other] != own:
                    leaving += time * step
            self.leaving[own] = leaving
        self.words = {own: _saved(self.leaving[own], held) for own, held in self.held.items()}
        self.leave(sum(self.leaving.values()))

    def leave(self, all_leaving: float) -> None:
        """Set the share of steps that leave any group."""
        self.all_leaving, self.all_words = all_leaving, _words(all_leaving)

    def put(self, own: int, leaving: float, held: float) -> None:
        """Set what leaves a group and what it holds."""
        self.leaving[own], self.held[own], self.words[own] = leaving, held, _saved(leaving, held)

    def between(self) -> Between:
        """The share of steps from each group to each that it touches."""
        found: Between = {own: {} for own in self.held}
        for own, links in zip(self.group, self.graph.links, strict=True):
            steps = found[own]
            for other, step in links:
                if (there := self.group[other]) != own:
                    steps[there] = steps.get(there, 0.0) + self.time * step
        return found

    def length(self) -> float:
        """Nats per step, but for what is the same for all groupings."""
        words = sum(_words(self.leaving[own] + held) - 2 * _words(self.leaving[own]) for own, held in self.held.items())
        return _words(self.all_leaving) + words


def _words(share: float) -> float:
    return share * log(share) if share > 1e-300 else 0.0


def _saved(leaving: float, held: float) -> float:
    """By how much it would be shorter without a group."""
    return 2 * _words(leaving) - _words(leaving + held)


def shortened(graph: Graph, start: Sequence[int], time: float = 1.0) -> tuple[float, list[int]]:
    """The groups that merging groups and moving nodes leads to from `start`, with their length. No chance in it."""
    found = _merged(_Map(graph, list(start), time))
    length, group = found.length(), list(found.group)
    for _ in range(MOST_MERGES - 1):
        found = _merged(_Map(graph, _moved(found), time))
        if found.length() > length - LEAST_GAIN:
            break
        length, group = found.length(), list(found.group)
    return length, group


def _merged(found: _Map) -> _Map:
    """Merge the two groups that gain most, again and again, while any gain."""
    into: dict[int, int] = {}
    between = found.between()
    touching = [(one, other) for one, there in between.items() for other in there if one < other]
    heap = [(_merge_gain(found, between, one, other), one, other) for one, other in touching]
    heapq.heapify(heap)
    while heap:
        gain, one, other = heapq.heappop(heap)
        if other not in between or one not in between or other not in between[one]:
            continue
        now = _merge_gain(found, between, one, other)
        if now > gain + LEAST_GAIN:
            if now < -LEAST_GAIN:
                heapq.heappush(heap, (now, one, other))
        elif now < -LEAST_GAIN:
            _merge(found, between, one, other)
            into[other] = one
            for next_ in between[one]:
                pair = (one, next_) if one < next_ else (next_, one)
                heapq.heappush(heap, (_merge_gain(found, between, one, next_), *pair))
    return _Map(found.graph, list(_followed(found.group, into)), found.time)


def _followed(group: Sequence[int], into: dict[int, int]) -> Iterator[int]:
    for own in group:
        while own in into:
            own = into[own]
        yield own


def _merge_gain(found: _Map, between: Between, one: int, other: int) -> float:
    """Negative where it gets shorter."""
    apart = found.leaving[one] + found.leaving[other]
    both = apart - 2 * between[one][other]
    change = _words(found.all_leaving + both - apart) - found.all_words
    change += found.words[one]
    change += found.words[other]
    return change - _saved(both, found.held[one] + found.held[other])


def _merge(found: _Map, between: Between, one: int, other: int) -> None:
    inside = 2 * between[one][other]
    found.leave(found.all_leaving - inside)
    found.put(one, found.leaving[one] + (found.leaving.pop(other) - inside), found.held[one] + found.held.pop(other))
    for there, step in between.pop(other).items():
        del between[there][other]
        if there != one:
            between[one][there] = between[one].get(there, 0.0) + step
            between[there][one] = between[there].get(one, 0.0) + step


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
    kept = _saved(*left)
    best, chosen, grown = -LEAST_GAIN, own, (0.0, 0.0)
    for there in sorted(to):
        if there == own:
            continue
        larger = (found.leaving[there] + steps - 2 * to[there], found.held[there] + share)
        total = found.all_leaving + (left[0] + larger[0]) - (found.leaving[own] + found.leaving[there])
        gain = _words(total) - found.all_words + found.words[own] + found.words[there] - kept - _saved(*larger)
        if gain < best:
            best, chosen, grown = gain, there, larger
    if chosen == own:
        return False
    found.leave(found.all_leaving + (left[0] + grown[0] - found.leaving[own] - found.leaving[chosen]))
    found.put(own, *left)
    found.put(chosen, *grown)
    found.group[node] = chosen
    return True
