"""Groups of records that are one thing: a union-find that refuses to join what contradicts itself."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# What blocks a join. Strong numbers always do; the others where only names or addresses speak for the join.
NUMBERS, DOMAIN, TAG, HOST, RETIRED, LISTED, KIND, OWN_ID = 1, 2, 4, 8, 16, 32, 64, 128
NAMED = NUMBERS | DOMAIN | TAG | HOST | RETIRED
BARE = NAMED | LISTED | KIND
TAG_VALUE_BITS = 46
MOST_RIVALS = 60  # a name that so many different things share tells nothing

FACTS = {"uuid": NUMBERS, "serial": NUMBERS, "domain": DOMAIN, "tag": TAG, "host": HOST}


@dataclass(slots=True)
class Components:
    """Nodes 0..n-1. `facts` hold one number per node and fact: 0 nothing, above 0 a value, below 0 a set of values.

    A tag's value carries its numbering (`TAG_VALUE_BITS`): two tags contradict only within one numbering.
    `retired`: 1 live, 2 retired, 3 both. `kinds`: one bit per kind of machine, all bits where unknown.
    `listed`, `sid` and `own_id`: the list a node is in and its number there (0 none): two numbers in one list are two
    things. `own_id` is the list's own number alone, where `sid` may be an address for want of one.
    """

    facts: Mapping[str, "array[int]"]
    retired: "array[int]"
    kinds: "array[int]"
    listed: Sequence[int]
    sid: Sequence[int]
    own_id: Sequence[int]
    parent: "array[int]" = field(init=False)
    rule: list[str | None] = field(init=False)
    members: dict[int, list[int]] = field(init=False, default_factory=dict)
    sets: list[frozenset[int]] = field(init=False, default_factory=list)
    apart: dict[int, set[tuple[int, int]]] = field(init=False, default_factory=dict)
    undecided: list[tuple[int, tuple[int, ...], str]] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        size = len(self.retired)
        self.parent = array("q", range(size))
        self.rule = [None] * size

    def find(self, node: int) -> int:
        """The component that a node is in, named by its smallest node."""
        parent = self.parent
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def within(self, root: int) -> list[int]:
        """All nodes of a component."""
        return self.members.get(root, [root])

    def _values(self, code: int) -> frozenset[int]:
        return self.sets[-code - 1] if code < 0 else frozenset((code,))

    def contradict(self, one: int, other: int, blockers: int) -> bool:
        """True where two components state different things of the kinds that `blockers` names."""
        if self.apart and self._kept_apart(one, other):
            return True
        for name, kind in FACTS.items():
            if not kind & blockers:
                continue
            left, right = self.facts[name][one], self.facts[name][other]
            if left and right and left != right and self._differ(name, left, right):
                return True
        if blockers & RETIRED and not self.retired[one] & self.retired[other]:
            return True
        if blockers & KIND and not self.kinds[one] & self.kinds[other]:
            return True
        if blockers & OWN_ID and self._listed_twice(one, other, self.own_id):
            return True
        return bool(blockers & LISTED) and self._listed_twice(one, other, self.sid)

    def _differ(self, name: str, left: int, right: int) -> bool:
        if left > 0 and right > 0:
            return name != "tag" or left >> TAG_VALUE_BITS == right >> TAG_VALUE_BITS
        return self._values(left).isdisjoint(self._values(right))

    def _kept_apart(self, one: int, other: int) -> bool:
        sides = self.apart.get(other, set())
        return any((split, 1 - side) in sides for split, side in self.apart.get(one, ()))

    def _listed_twice(self, one: int, other: int, number: Sequence[int]) -> bool:
        numbers: dict[int, set[int]] = {}
        for node in self.within(one):
            if number[node]:
                numbers.setdefault(self.listed[node], set()).add(number[node])
        return any(
            number[node] and self.listed[node] in numbers and number[node] not in numbers[self.listed[node]]
            for node in self.within(other)
        )

    def join(self, one: int, other: int, rule: str) -> int:
        """Make one component of two, whatever they state; the rule is kept with every node it first joined."""
        one, other = self.find(one), self.find(other)
        if one == other:
            return one
        root, gone = min(one, other), max(one, other)
        for single in (root, gone):
            if self.rule[single] is None and single not in self.members:
                self.rule[single] = rule
        self.members[root] = sorted(self.within(root) + self.members.pop(gone, [gone]))
        self.parent[gone] = root
        for values in self.facts.values():
            values[root] = self._merged(values[root], values[gone])
        self.retired[root] |= self.retired[gone]
        self.kinds[root] = self.kinds[root] & self.kinds[gone] or self.kinds[root] | self.kinds[gone]
        if gone in self.apart:
            self.apart.setdefault(root, set()).update(self.apart.pop(gone))
        return root

    def _merged(self, left: int, right: int) -> int:
        if not left or not right or left == right:
            return left or right
        self.sets.append(self._values(left) | self._values(right))
        return -len(self.sets)

    def join_unless(self, one: int, other: int, rule: str, blockers: int) -> bool:
        """Join two nodes' components unless they contradict each other; True where they are one now."""
        one, other = self.find(one), self.find(other)
        if one != other and self.contradict(one, other, blockers):
            return False
        self.join(one, other, rule)
        return True

    def join_group(self, nodes: Sequence[int], rule: str, blockers: int) -> None:
        """Join nodes that share a weak key, as far as it is clear who belongs to whom."""
        roots = sorted({self.find(node) for node in nodes})
        if len(roots) == 2:
            self.join_unless(roots[0], roots[1], rule, blockers)
        elif 2 < len(roots) <= MOST_RIVALS:
            self._join_rivals(roots, rule, blockers)

    def _join_rivals(self, roots: list[int], rule: str, blockers: int) -> None:
        fits = self._fits(roots, blockers)
        if all(len(found) == len(roots) - 1 for found in fits.values()):
            for root in roots[1:]:
                self.join(roots[0], root, rule)
            return
        anchors = self._pair_anchors([root for root in roots if self._anchored(root)], rule, blockers)
        loose: list[int] = []
        for root in (root for root in roots if not self._anchored(self.find(root))):
            candidates = sorted({anchor for anchor in anchors if not self.contradict(anchor, root, blockers)})
            if len(candidates) == 1:
                self.join(candidates[0], root, rule)
            elif candidates:
                self.undecided.append((root, tuple(candidates), rule))
            else:
                loose.append(root)
        self._join_loose(loose, rule, blockers)

    def _fits(self, roots: Sequence[int], blockers: int) -> dict[int, list[int]]:
        """Per component the others that it does not contradict."""
        fits: dict[int, list[int]] = {root: [] for root in roots}
        for place, one in enumerate(roots):
            for other in roots[place + 1 :]:
                if not self.contradict(one, other, blockers):
                    fits[one].append(other)
                    fits[other].append(one)
        return fits

    def _anchored(self, root: int) -> bool:
        """True where more than a name says who it is."""
        return any(self.facts[name][root] for name in ("uuid", "serial", "domain", "tag"))

    def _pair_anchors(self, anchors: list[int], rule: str, blockers: int) -> list[int]:
        """Two tools that know different numbers of one machine, where neither has a second candidate."""
        joined = True
        while joined and len(anchors) > 1:
            joined = False
            fits = self._fits(anchors, blockers)
            for one, others in fits.items():
                if len(others) == 1 and one < others[0] and fits[others[0]] == [one]:
                    self.join(one, others[0], rule)
                    joined = True
            anchors = sorted({self.find(anchor) for anchor in anchors})
        return anchors

    def _join_loose(self, loose: list[int], rule: str, blockers: int) -> None:
        """Components without any number: those that agree with exactly the same others are one."""
        fits = self._fits(loose, blockers)
        done: set[int] = set()
        for root in loose:
            group = sorted([root, *fits[root]])
            if root in done or any(sorted([other, *fits[other]]) != group for other in fits[root]):
                continue
            done.update(group)
            for other in group[1:]:
                self.join(group[0], other, rule)
