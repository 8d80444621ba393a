"""Groups of records that are one thing: a union-find that refuses to join what contradicts itself."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from muster.phases.asset_inventory.lives import Lives
from muster.phases.asset_inventory.whereabouts import Whereabouts

# What blocks a join. Strong numbers always do; the others where only names or addresses speak for the join.
NUMBERS, DOMAIN, TAG, HOST, RETIRED, LISTED, KIND, OWN_ID, PLACE, CARDS = (2**bit for bit in range(10))
ROWS, TOLD, AWAY, SYSTEM, FORM, HEIR, STAGES = (2**bit for bit in range(10, 17))
NAMED = NUMBERS | DOMAIN | TAG | HOST | RETIRED | CARDS | FORM | HEIR
BARE = NAMED | LISTED | KIND | PLACE | STAGES
TAG_VALUE_BITS = 46
SETTLING = ("name_environment", "name_system", "name_listed_once")  # strongest first
GONE = 2  # the state of what is retired in every list that has it
MOST_RIVALS = 60  # a name that so many different things share tells nothing

FACTS = {"uuid": NUMBERS, "serial": NUMBERS, "domain": DOMAIN, "tag": TAG, "host": HOST, "stage": TOLD}
FACTS |= {"system": SYSTEM, "kin": SYSTEM, "form": FORM}


@dataclass(slots=True)
class Components:
    """Nodes 0..n-1. `facts` hold one number per node and fact: 0 nothing, above 0 a value, below 0 a set of values.

    A tag's value carries its numbering (`TAG_VALUE_BITS`): two tags contradict only within one numbering.
    `aliases`: what a list calls a node that it knows no host name of.
    `retired`: 1 live, 2 retired, 3 both. `kinds`: one bit per kind of machine, all bits where unknown.
    `listed`, `sid` and `own_id`: the list a node is in and its number there (0 none): two numbers in one list are two
    things. `own_id` is the list's own number alone, where `sid` may be an address for want of one.
    `copies`: in how many rows of one list a node is. `stage` tells two things of one name apart, and blocks a name
    alone where one list has both; `system` and `kin`, the family of the operating system and more of it, where anything
    else speaks against it too. `settling`: the rules in force that choose between several of one name.
    `apart`: the splits that a component stands in: number, pair, side.
    """

    facts: Mapping[str, "array[int]"]
    retired: "array[int]"
    kinds: "array[int]"
    listed: Sequence[int]
    sid: Sequence[int]
    own_id: Sequence[int]
    copies: Sequence[int]
    whereabouts: Whereabouts
    aliases: Sequence[int]
    lives: Lives
    settling: Sequence[str]
    parent: "array[int]" = field(init=False)
    rule: list[str | None] = field(init=False)
    members: dict[int, list[int]] = field(init=False, default_factory=dict)
    sets: list[frozenset[int]] = field(init=False, default_factory=list)
    apart: dict[int, set[tuple[int, int, int]]] = field(init=False, default_factory=dict)
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
        """True where a person kept two components apart, or they state different things of the kinds in `blockers`."""
        return self._kept_apart(one, other) or self._state_otherwise(one, other, blockers)

    def _state_otherwise(self, one: int, other: int, blockers: int) -> bool:
        stated = (name for name, kind in FACTS.items() if kind & blockers)
        if any(self._differ_in(name, one, other) for name in stated):
            return True
        if blockers & HEIR and self._succeeds(one, other):
            return True
        if blockers & RETIRED and not self.retired[one] & self.retired[other]:
            return True
        if blockers & KIND and not self.kinds[one] & self.kinds[other]:
            return True
        return self._two_rows(one, other, blockers) or self._two_places(one, other, blockers)

    def _two_rows(self, one: int, other: int, blockers: int) -> bool:
        """True where a list has both in rows of their own."""
        if blockers & OWN_ID and self._listed_twice(one, other, self.own_id):
            return True
        if blockers & LISTED and self._listed_twice(one, other, self.sid):
            return True
        two_rows = bool(blockers & ROWS)
        two_rows |= bool(blockers & LISTED) and self._state_two_systems(one, other)
        two_rows |= bool(blockers & STAGES) and self._state_two_stages(one, other)
        return two_rows and not self._lists(one).isdisjoint(self._lists(other))

    def _two_places(self, one: int, other: int, blockers: int) -> bool:
        """True where both are in the network at places that one machine does not have."""
        sides = self.within(one), self.within(other)
        if blockers & CARDS and self.whereabouts.elsewhere(*sides):
            return True
        if blockers & AWAY and self._away(one, other):
            return True
        if not blockers & PLACE:
            return False
        together = not self._lists(one).isdisjoint(self._lists(other))
        if self.whereabouts.both_placed(*sides, together) or self.whereabouts.other_cards(*sides):
            return True
        return self._state_two_systems(one, other) and self._away(one, other)

    def _differ_in(self, name: str, one: int, other: int) -> bool:
        differ = self._differ(name, self.facts[name][one], self.facts[name][other])
        return differ and (name != "host" or not (self._called(one, other) or self._called(other, one)))

    def _called(self, one: int, other: int) -> bool:
        """True where a list calls the one by no host name but that of the other: it had that name before."""
        hosts = self._values(self.facts["host"][other])
        return any(self.aliases[node] in hosts for node in self.within(one))

    def _succeeds(self, one: int, other: int) -> bool:
        """True where at least two things say that one has the name of the other since that is gone."""
        signs = self.lives.signs(one, other)
        return signs + self._state_two_systems(one, other) + self._away(one, other) > 1

    def _differ(self, name: str, left: int, right: int) -> bool:
        """True where both say something and not the same."""
        if not left or not right or left == right:
            return False
        if left > 0 and right > 0:
            return name != "tag" or left >> TAG_VALUE_BITS == right >> TAG_VALUE_BITS
        return self._values(left).isdisjoint(self._values(right))

    def _state_two_systems(self, one: int, other: int) -> bool:
        """True where both name an operating system, and one machine does not run both."""
        return any(self._differ(name, self.facts[name][one], self.facts[name][other]) for name in ("system", "kin"))

    def _state_two_stages(self, one: int, other: int) -> bool:
        """True where both name an environment, and not the same."""
        return self._differ("stage", self.facts["stage"][one], self.facts["stage"][other])

    def _kept_apart(self, one: int, other: int) -> bool:
        if not self.apart:
            return False
        sides = self.apart.get(other, set())
        return any((split, pair, 1 - side) in sides for split, pair, side in self.apart.get(one, ()))

    def _any_kept_apart(self, roots: Sequence[int]) -> bool:
        return bool(self.apart) and any(self._kept_apart(one, other) for one, other in combinations(roots, 2))

    def _listed_twice(self, one: int, other: int, number: Sequence[int]) -> bool:
        numbers: dict[int, set[int]] = {}
        for node in self.within(one):
            if number[node]:
                numbers.setdefault(self.listed[node], set()).add(number[node])
        return any(
            number[node] and self.listed[node] in numbers and number[node] not in numbers[self.listed[node]]
            for node in self.within(other)
        )

    def _away(self, one: int, other: int) -> bool:
        return self.whereabouts.away(self.within(one), self.within(other))

    def _lists(self, root: int) -> set[int]:
        """The lists that have a row of a component. A list names a thing once."""
        return {self.listed[node] for node in self.within(root)}

    def addresses(self, root: int) -> set[str]:
        """Every address that a component has."""
        return self.whereabouts.addresses(self.within(root))

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
        self.lives.merge(root, gone)
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
